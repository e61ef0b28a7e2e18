/** `throughline search [QUERY]`: traces. */
import { TracePage } from "@throughline/query/wire";
import { asking, exitCodeOf, queryOf, textOption, wholeNumber } from "../ask/asking.ts";
import { inertJson } from "../ask/inert-text.ts";
import { readPages } from "../ask/pages.ts";
import { traceLines } from "../ask/trace-list.ts";
import type { Invocation } from "../command.ts";
import type { ExitCode } from "../exit-codes.ts";

const LIMIT_DEFAULT = 20;
const LIMIT_MAX = 10_000;
const PAGE_MAX = 200;

export function run(invocation: Invocation): Promise<ExitCode> {
  const limit = wholeNumber(invocation, "limit", { min: 1, max: LIMIT_MAX }) ?? LIMIT_DEFAULT;
  const filters = {
    q: queryOf(invocation),
    service: textOption(invocation, "service"),
    from: textOption(invocation, "from"),
    to: textOption(invocation, "to"),
  };
  return asking(invocation, async ({ client, json, out, note, palette, width }) => {
    const found = await readPages({
      limit,
      pageMax: PAGE_MAX,
      read: async (size, cursor) => {
        const page = await client.get(TracePage, "/api/traces", {
          ...filters,
          limit: String(size),
          cursor,
        });
        return { items: page.traces, nextCursor: page.nextCursor, meta: page.meta };
      },
      each: (trace) => {
        if (json) out(inertJson(trace));
        else for (const line of traceLines(trace, { width, palette })) out(line);
      },
    });
    if (found.count === 0) note("no trace meets this");
    if (!found.complete) note(`not all of them: ${found.reason ?? "a limit was reached"}`);
    return exitCodeOf(found.count, found.complete);
  });
}
