/** `throughline tail [QUERY]`: log records as they are stored. */
import { setTimeout as sleep } from "node:timers/promises";
import { LogPage, type LogRecord, Problem, TailedLogs } from "@throughline/query/wire";
import { EventSourceParserStream } from "eventsource-parser/stream";
import type { Static, TSchema } from "typebox";
import { Value } from "typebox/value";
import { type Asking, asking, queryOf, textOption } from "../ask/asking.ts";
import { inertJson } from "../ask/inert-text.ts";
import { logLines } from "../ask/log-lines.ts";
import { CommandError, type Invocation } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";

/** What was stored just before, so that the screen is not empty. */
const LOOK_BACK = "now-30s";
const BEFORE_MAX = 10;
/** After the stream has ended, or the service has gone away. */
const RETRY_MS = 1_000;
/** Of one event; a stream that never ends one must not fill the memory. */
const EVENT_MAX_CHARACTERS = 64 * 1024 ** 2;

export function run(invocation: Invocation): Promise<ExitCode> {
  const filters = {
    q: queryOf(invocation),
    service: textOption(invocation, "service"),
    severity: textOption(invocation, "severity"),
  };
  return asking(invocation, async (ask) => {
    let after: string | undefined;
    for (;;) {
      const response = await open(ask, filters, after);
      // Opened first: what is stored while the page is read comes as an event, too, and is known by its id.
      const before = after === undefined ? await readBefore(ask, filters) : [];
      print(ask, before);
      const known = new Set(before.map(({ id }) => id));
      let isAway = false;
      for await (const { id, batch, problem } of eventsOf(response, ask.signal)) {
        after = id;
        if (problem !== undefined) ask.note(problem.detail);
        else if (batch === undefined && isAway) ask.note("logs can be read again");
        // What costs too much was left behind; nothing is to be waited for.
        isAway = problem !== undefined && problem.code !== "query_limit";
        const { logs, dropped } = batch ?? NOTHING;
        print(
          ask,
          logs.filter((log) => !known.has(log.id)),
        );
        if (dropped > 0) ask.note(`${dropped} more records at once; left out`);
      }
      // A service, or what stands before it, may end each stream as soon as it begins.
      await sleep(RETRY_MS, undefined, { signal: ask.signal });
    }
  });
}

const NOTHING: TailedLogs = { logs: [], dropped: 0 };

type Filters = Readonly<Record<string, string | undefined>>;

/** Refused at the first try, it is refused; later the service is waited for. */
async function open(ask: Asking, filters: Filters, after: string | undefined): Promise<Response> {
  for (let tries = 0; ; tries++) {
    try {
      return await ask.client.stream("/api/logs/tail", { ...filters, after });
    } catch (error) {
      if (after === undefined || ask.signal.aborted) throw error;
      if (tries === 0) ask.note("the query service has gone away; waiting for it");
      await sleep(RETRY_MS, undefined, { signal: ask.signal });
    }
  }
}

async function readBefore({ client }: Asking, filters: Filters): Promise<readonly LogRecord[]> {
  const asked = { ...filters, from: LOOK_BACK, limit: String(BEFORE_MAX) };
  return (await client.get(LogPage, "/api/logs", asked)).logs.toReversed();
}

interface TailEvent {
  /** Where to go on after it. */
  readonly id: string;
  /** Of the event that only says that the tail listens there is none. */
  readonly batch?: TailedLogs;
  /** Why logs cannot be read for now, or what of them was left behind. */
  readonly problem?: Problem;
}

/** Ends when the stream does, however it does. @throws when it was ended here, or is none */
async function* eventsOf({ body }: Response, signal: AbortSignal): AsyncGenerator<TailEvent> {
  const events = body
    ?.pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream({ maxBufferSize: EVENT_MAX_CHARACTERS }));
  try {
    for await (const { event, id = "", data } of events ?? []) {
      if (event === "logs") yield { id, batch: parsed(TailedLogs, data) };
      else if (event === "problem") yield { id, problem: parsed(Problem, data) };
      else yield { id };
    }
  } catch (error) {
    if (signal.aborted || error instanceof CommandError) throw error;
  }
}

/** @throws CommandError when it is not of that shape */
function parsed<const S extends TSchema>(schema: S, data: string): Static<S> {
  const value = jsonOf(data);
  if (Value.Check(schema, value)) return value;
  throw new CommandError("the tail has another shape than expected: is it of another version?");
}

/** @returns undefined for what is no JSON */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function print({ json, out, palette }: Asking, logs: readonly LogRecord[]): void {
  for (const log of logs) {
    if (json) out(inertJson(log));
    else for (const line of logLines(log, palette)) out(line);
  }
}
