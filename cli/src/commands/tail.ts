/** `throughline tail [QUERY]`: log records as they are stored. */
import { setTimeout as sleep } from "node:timers/promises";
import { LogPage, type LogRecord } from "@throughline/query/wire";
import { type Asking, asking, queryOf, textOption } from "../ask/asking.ts";
import { logLines } from "../ask/log-lines.ts";
import type { Invocation } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";

const EVERY_MS = 1_000;
/** Looked at anew each time, because records are stored a moment after they were made, and not in order. */
const LOOK_BACK = "now-30s";
/** Of one look: the API's own bound. More are told as left out. */
const ROWS_MAX = 1_000;

export function run(invocation: Invocation): Promise<ExitCode> {
  const filters = {
    q: queryOf(invocation),
    service: textOption(invocation, "service"),
    severity: textOption(invocation, "severity"),
  };
  return asking(invocation, async (ask) => {
    let seen: ReadonlySet<string> = new Set();
    for (let first = true; ; first = false) {
      const { logs, nextCursor } = await ask.client.get(LogPage, "/api/logs", {
        ...filters,
        from: LOOK_BACK,
        limit: String(ROWS_MAX),
      });
      const shown = logs.filter((log) => !seen.has(keyOf(log)));
      print(ask, shown.toReversed());
      // The last record of before is not on the page any more: what lies between was never on one.
      const gap = !first && nextCursor !== undefined && shown.length === logs.length;
      if (gap) ask.note(`more than ${ROWS_MAX} records at once; some were left out`);
      seen = new Set(logs.map(keyOf));
      await sleep(EVERY_MS, undefined, { signal: ask.signal });
    }
  });
}

function print({ json, out, palette }: Asking, logs: readonly LogRecord[]): void {
  for (const log of logs) {
    if (json) out(JSON.stringify(log));
    else for (const line of logLines(log, palette)) out(line);
  }
}

/** Its id, which says its time and what it says; two records that are the same in everything are one. */
function keyOf(log: LogRecord): string {
  return log.id ?? JSON.stringify(log);
}
