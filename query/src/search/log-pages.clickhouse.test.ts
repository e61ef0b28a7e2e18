/**
 * Goal: the pages of a log search get somewhere also where ClickHouse refuses to read some time at once: narrower windows are tried, and
 * where none is narrow enough the search ends with the limit. Method: few logs, and an asker that refuses windows over one of them.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../options.ts";
import { logCursors } from "../params/cursor.ts";
import { QueryError } from "../problem/query-error.ts";
import { createFixture, type Fixture, HOUR, MINUTE, NOW } from "../testing/fixtures.ts";
import { findLogs } from "./find-logs.ts";
import type { Searcher } from "./searcher.ts";

let fixture: Fixture;
/** So much behind the others that the window that has it is wide. */
const DENSE = NOW - 8n * HOUR;
const TIMES = [NOW - HOUR, NOW - 3n * HOUR, NOW - 5n * HOUR, DENSE, NOW - 20n * HOUR];

beforeAll(async () => {
  fixture = await createFixture();
  await fixture.insertLogs(TIMES.map((time) => ({ time, body: String(time) })));
});
afterAll(() => fixture.close());

/** @param widest nanoseconds of the widest window over the dense time that is not refused */
async function pages(limit: number, widest: bigint): Promise<readonly string[]> {
  const { asker } = fixture.service;
  const limited: Searcher["asker"] = {
    ...asker,
    ask: (question) => {
      const from = BigInt(String(question.params?.["from"]));
      const to = BigInt(String(question.params?.["to"]));
      const isRefused = from <= DENSE && to > DENSE && to - from > widest;
      if (isRefused) throw new QueryError("query_limit", "too much");
      return asker.ask(question);
    },
  };
  const found: string[] = [];
  let next: string | undefined;
  for (let asked = 0; asked < 100; asked += 1) {
    // oxlint-disable-next-line no-await-in-loop -- a page after the other
    const page = await findLogs(
      { asker: limited, limits: DEFAULT_LIMITS },
      {
        filters: { attributes: [] },
        range: { from: NOW - 24n * HOUR, to: NOW },
        limit,
        cursor: next === undefined ? undefined : logCursors.decode(next, "digest"),
        digest: "digest",
      },
      new AbortController().signal,
    );
    found.push(...page.logs.map((log) => log.timeUnixNano));
    if (page.nextCursor === undefined) return found;
    expect(page.nextCursor).not.toBe(next);
    next = page.nextCursor;
  }
  throw new Error("the pages do not end");
}

test.each([1, 2, 3, 10])("pages of %i go on with windows that may be read", async (limit) => {
  expect(await pages(limit, MINUTE)).toEqual(TIMES.map(String));
});

test.each([1, 2, 3, 10])("pages of %i end with a limit that every window meets", async (limit) => {
  await expect(pages(limit, -1n)).rejects.toThrow("too much");
});
