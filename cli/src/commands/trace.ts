/** `throughline trace ID`: one request in the terminal, by any of its ids. */
import { type LogRecord, RequestAnswer, Trace } from "@throughline/query/wire";
import { type Asking, asking } from "../ask/asking.ts";
import { inertJson } from "../ask/inert-text.ts";
import { logLines } from "../ask/log-lines.ts";
import { traceLines } from "../ask/trace-list.ts";
import { waterfall } from "../ask/waterfall.ts";
import { CommandError, type Invocation } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";

/** Where output is no terminal and no width was asked for. */
const WIDTH_DEFAULT = 100;

export function run(invocation: Invocation): Promise<ExitCode> {
  const [id, ...rest] = invocation.words;
  if (id === undefined || id === "" || rest.length > 0) {
    throw new CommandError("give one id; see throughline trace --help", EXIT.usage);
  }
  const fixSkew = invocation.options["fix-skew"] === true;
  return asking(invocation, async (ask) => {
    const path = `/api/requests/${encodeURIComponent(id)}`;
    const answer = await ask.client.get(RequestAnswer, path, { tree: "false" });
    const traceId = onlyTrace(answer);
    if (traceId !== undefined) return showTrace(ask, traceId, { fixSkew, answer });
    return answer.traces.length > 1 ? listTraces(ask, answer) : listLogs(ask, answer);
  });
}

/** The one trace of the id, also when none of its spans is stored. */
function onlyTrace({ traces, matches }: RequestAnswer): string | undefined {
  const ids = new Set(
    traces.length > 0
      ? traces.map((trace) => trace.traceId)
      : matches.flatMap((match) => match.traceId ?? []),
  );
  const [only] = ids;
  return ids.size === 1 && only !== "" ? only : undefined;
}

interface Shown {
  readonly fixSkew: boolean;
  readonly answer: RequestAnswer;
}

async function showTrace(
  ask: Asking,
  traceId: string,
  { fixSkew, answer }: Shown,
): Promise<ExitCode> {
  const { client, json, out, note, palette, width } = ask;
  const trace = await client.get(Trace, `/api/traces/${traceId}`, {
    ...(fixSkew ? { skew: "fix" } : {}),
    ...(json ? {} : { analysis: "true" }),
  });
  if (json) {
    out(inertJson(trace));
  } else {
    const { verdict, analysis, ...shown } = trace;
    const criticalPath = new Set(analysis?.criticalPath.map((segment) => segment.spanId));
    const whole = { ...shown, criticalPath, ...(verdict === undefined ? {} : { verdict }) };
    for (const line of waterfall(whole, { width: width ?? WIDTH_DEFAULT, palette })) out(line);
  }
  // Of a trace without spans the answer has the trace's own logs, too, which are in the tree.
  const beside = answer.logs.filter((log) => log.traceId !== traceId);
  addLogs(ask, beside);
  if (trace.meta.complete) return endOf(answer, note, EXIT.ok);
  note(`not the whole request: ${trace.meta.reason ?? "a limit was reached"}`);
  return endOf(answer, note, EXIT.cut);
}

/** Logs that carry the id and belong to no trace of it: below the traces; as JSON, whose lines are traces, only their number. */
function addLogs({ json, out, note, palette }: Asking, logs: readonly LogRecord[]): void {
  if (logs.length === 0) return;
  const words = `${logs.length} more ${logs.length === 1 ? "log has" : "logs have"} this id, outside of any trace of it`;
  if (json) return note(words);
  out("");
  out(`${words}:`);
  for (const log of logs.toReversed()) for (const line of logLines(log, palette)) out(line);
}

function listTraces(ask: Asking, answer: RequestAnswer): ExitCode {
  const { json, out, note, palette, width } = ask;
  for (const trace of answer.traces) {
    const lines = json ? [inertJson(trace)] : traceLines(trace, { width, palette });
    for (const line of lines) out(line);
  }
  addLogs(ask, answer.logs);
  note(`${answer.traces.length} requests have this id; give the trace id of one`);
  return endOf(answer, note, EXIT.several);
}

/** Logs with the id, of which no trace is told. */
function listLogs({ json, out, note, palette }: Asking, answer: RequestAnswer): ExitCode {
  for (const log of json ? answer.logs : answer.logs.toReversed()) {
    const lines = json ? [inertJson(log)] : logLines(log, palette);
    for (const line of lines) out(line);
  }
  return endOf(answer, note, EXIT.ok);
}

/** @param otherwise the exit code where the answer to the id is whole */
function endOf({ meta }: RequestAnswer, note: Asking["note"], otherwise: ExitCode): ExitCode {
  if (meta.complete) return otherwise;
  note(`not all of it: ${meta.reason ?? "a limit was reached"}`);
  return EXIT.cut;
}
