/**
 * Goal: the pages of a trace search hold what a naive search in memory says, in its order, each trace once, whatever the size of
 * a page, and also where ClickHouse refuses to look for many traces at once. Method: traces whose spans are strewn over a day, most
 * of them over several windows.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "../options.ts";
import { traceCursors } from "../params/cursor.ts";
import { QueryError } from "../problem/query-error.ts";
import { createFixture, type Fixture, NOW, SECOND, spanId, traceId } from "../testing/fixtures.ts";
import { findTraces } from "./find-traces.ts";
import type { Searcher } from "./searcher.ts";

const TRACES = 60;
const DAY_SECONDS = 86_400;

/** Services by the age of their newest spans: a first window holds many of a page, some, or none. */
const AGES = { fresh: 1, recent: 60, old: 900 } as const;
type Service = keyof typeof AGES;
const SERVICES = Object.keys(AGES) as readonly Service[];

let fixture: Fixture;
const spans = SERVICES.flatMap((service, s) =>
  Array.from({ length: TRACES * 3 }, (_, n) => ({
    traceId: traceId(1 + s * TRACES + (n % TRACES)),
    spanId: spanId(n),
    service,
    start: NOW - 1n - BigInt(ageSeconds(AGES[service], s * TRACES * 3 + n)) * SECOND,
  })),
);

beforeAll(async () => {
  fixture = await createFixture();
  await fixture.insertSpans(spans);
});
afterAll(() => fixture.close());

/** As many in each minute of the first hour together as in the day before it. Pseudo-random, the same in every run. */
function ageSeconds(least: number, n: number): number {
  let mixed = Math.imul(n + 1, 2_654_435_761);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 2_246_822_519);
  const fraction = ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32;
  return Math.floor(least * (DAY_SECONDS / least) ** fraction);
}

/** Trace ids by their first span, newest first. */
function expectedOrder(service: Service): readonly string[] {
  const first = new Map<string, bigint>();
  for (const { traceId: id, start } of spans.filter((span) => span.service === service)) {
    const known = first.get(id);
    if (known === undefined || start < known) first.set(id, start);
  }
  const place = (id: string): string => String(first.get(id)).padStart(20, "0") + id;
  return [...first.keys()].sort((a, b) => (place(a) < place(b) ? 1 : -1));
}

/** All pages, the traces of each sorted by id, because a page shows them by when they began. */
async function pages(
  searcher: Searcher,
  service: Service,
  limit: number,
): Promise<readonly string[][]> {
  const found: string[][] = [];
  let next: string | undefined;
  for (let asked = 0; asked < 500; asked += 1) {
    const cursor = next === undefined ? undefined : traceCursors.decode(next, "digest");
    // oxlint-disable-next-line no-await-in-loop -- a page after the other
    const page = await findTraces(
      searcher,
      {
        filters: { service, attributes: [] },
        range: { from: NOW - BigInt(DAY_SECONDS) * SECOND, to: NOW },
        limit,
        cursor,
        digest: "digest",
      },
      new AbortController().signal,
    );
    found.push(page.traces.map((trace) => trace.traceId).sort());
    if (page.nextCursor === undefined) return found;
    next = page.nextCursor;
  }
  throw new Error("the pages do not end");
}

test.each(
  SERVICES.flatMap((service) => [3, 11, 20, 30, 45, 80].map((limit) => ({ service, limit }))),
)("pages of $limit of $service hold what a naive search says", async ({ service, limit }) => {
  const order = expectedOrder(service);
  const expected = Array.from({ length: Math.ceil(order.length / limit) }, (_, page) =>
    order.slice(page * limit, (page + 1) * limit).sort(),
  );
  const { asker } = fixture.service;
  expect(await pages({ asker, limits: DEFAULT_LIMITS }, service, limit)).toEqual(expected);
});

/** ClickHouse's own answers, but a limit instead of some. */
function refusing(refuses: (question: { readonly sql: string; readonly ids: number }) => boolean) {
  const { asker } = fixture.service;
  const asked = { refused: 0 };
  const limited: Searcher["asker"] = {
    ...asker,
    ask: (question) => {
      const ids = question.params?.["trace_ids"];
      if (!refuses({ sql: question.sql, ids: Array.isArray(ids) ? ids.length : 0 })) {
        return asker.ask(question);
      }
      asked.refused += 1;
      throw new QueryError("query_limit", "too much");
    },
  };
  return { limited, asked };
}

const isSettling = (sql: string): boolean =>
  sql.includes("AS firstMatch") && sql.includes("trace_ids");

test.each([1, 3, 8])(
  "each trace comes once where only %i may be looked for at a time",
  async (most) => {
    const { limited, asked } = refusing(({ sql, ids }) => isSettling(sql) && ids > most);
    const found = await pages({ asker: limited, limits: DEFAULT_LIMITS }, "recent", 20);
    expect(asked.refused).toBeGreaterThan(0);
    expect(found.flat().toSorted()).toEqual(expectedOrder("recent").toSorted());
  },
);

test("traces too large to be summarised together are summarised in parts", async () => {
  const { limited, asked } = refusing(({ sql, ids }) => sql.includes("spanCount") && ids > 3);
  const found = await pages({ asker: limited, limits: DEFAULT_LIMITS }, "recent", 50);
  expect(asked.refused).toBeGreaterThan(0);
  expect(found.flat().toSorted()).toEqual(expectedOrder("recent").toSorted());
});

test.each([
  ["search", (sql: string) => sql.includes("AS firstMatch") && !sql.includes("trace_ids")],
  ["settling", isSettling],
] as const)("where every %s meets a limit the pages end with it", async (_, refuses) => {
  const { limited } = refusing(({ sql }) => refuses(sql));
  for (const searchTimeMs of [0, DEFAULT_LIMITS.searchTimeMs]) {
    const limits = { ...DEFAULT_LIMITS, searchTimeMs };
    await expect(pages({ asker: limited, limits }, "old", 20)).rejects.toThrow("too much");
  }
});
