/** `throughline logs [QUERY]`: log records. */
import { LogPage, type LogRecord } from "@throughline/query/wire";
import { asking, exitCodeOf, queryOf, textOption, wholeNumber } from "../ask/asking.ts";
import { inertJson } from "../ask/inert-text.ts";
import { logLines } from "../ask/log-lines.ts";
import { readPages } from "../ask/pages.ts";
import type { Invocation } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";

const LIMIT_DEFAULT = 100;
/** They are held, because the newest comes first and is printed last. */
const LIMIT_MAX = 100_000;
const PAGE_MAX = 1_000;

export function run(invocation: Invocation): Promise<ExitCode> {
  const limit = wholeNumber(invocation, "limit", { min: 1, max: LIMIT_MAX }) ?? LIMIT_DEFAULT;
  const filters = {
    q: queryOf(invocation),
    service: textOption(invocation, "service"),
    severity: textOption(invocation, "severity"),
    traceId: textOption(invocation, "trace"),
    from: textOption(invocation, "from"),
    to: textOption(invocation, "to"),
  };
  return asking(invocation, async ({ client, json, out, note, palette }) => {
    const held: LogRecord[] = [];
    const read = readPages({
      limit,
      pageMax: PAGE_MAX,
      read: async (size, cursor) => {
        const page = await client.get(LogPage, "/api/logs", {
          ...filters,
          limit: String(size),
          cursor,
        });
        return { items: page.logs, nextCursor: page.nextCursor, meta: page.meta };
      },
      each: (log) => {
        if (json) out(inertJson(log));
        else held.push(log);
      },
    });
    // Also what was read before a failure or Ctrl-C.
    const found = await read.finally(() => {
      for (const log of held.toReversed()) for (const line of logLines(log, palette)) out(line);
    });
    if (found.count === 0) note("no log meets this");
    if (!found.complete) note(`not all of them: ${found.reason ?? "a limit was reached"}`);
    return exitCodeOf(found.count, found.complete);
  });
}
