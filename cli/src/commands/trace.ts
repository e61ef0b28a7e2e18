/** `throughline trace ID`: one request in the terminal, by any of its ids. */
import { RequestAnswer, Trace } from "@throughline/query/wire";
import { type Asking, asking } from "../ask/asking.ts";
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
    if (traceId !== undefined) return showTrace(ask, traceId, fixSkew);
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

async function showTrace(
  { client, json, out, note, palette, width }: Asking,
  traceId: string,
  fixSkew: boolean,
): Promise<ExitCode> {
  const trace = await client.get(Trace, `/api/traces/${traceId}`, {
    ...(fixSkew ? { skew: "fix" } : {}),
    ...(json ? {} : { analysis: "true" }),
  });
  if (json) {
    out(JSON.stringify(trace));
  } else {
    const { verdict, analysis, ...shown } = trace;
    const criticalPath = new Set(analysis?.criticalPath.map((segment) => segment.spanId));
    const whole = { ...shown, criticalPath, ...(verdict === undefined ? {} : { verdict }) };
    for (const line of waterfall(whole, { width: width ?? WIDTH_DEFAULT, palette })) out(line);
  }
  if (trace.meta.complete) return EXIT.ok;
  note(`not the whole request: ${trace.meta.reason ?? "a limit was reached"}`);
  return EXIT.cut;
}

function listTraces({ json, out, note, palette, width }: Asking, answer: RequestAnswer): ExitCode {
  for (const trace of answer.traces) {
    const lines = json ? [JSON.stringify(trace)] : traceLines(trace, { width, palette });
    for (const line of lines) out(line);
  }
  note(`${answer.traces.length} requests have this id; give the trace id of one`);
  return endOf(answer, note, EXIT.several);
}

/** Logs with the id, of which no trace is told. */
function listLogs({ json, out, note, palette }: Asking, answer: RequestAnswer): ExitCode {
  for (const log of json ? answer.logs : answer.logs.toReversed()) {
    const lines = json ? [JSON.stringify(log)] : logLines(log, palette);
    for (const line of lines) out(line);
  }
  return endOf(answer, note, EXIT.ok);
}

function endOf({ meta }: RequestAnswer, note: Asking["note"], whole: ExitCode): ExitCode {
  if (meta.complete) return whole;
  note(`not all of it: ${meta.reason ?? "a limit was reached"}`);
  return EXIT.cut;
}
