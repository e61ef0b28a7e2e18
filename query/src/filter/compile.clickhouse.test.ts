/**
 * Goal: ClickHouse selects exactly the rows that the language says. Method: a few hundred filters made by chance, each
 * evaluated by ClickHouse and by a plain evaluator over the same rows, which lie in several parts.
 */
import { type TestDatabase, createTestDatabase } from "@throughline/schemas/testing";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Sql, compose } from "../sql/sql.ts";
import { type StoredRow, passes } from "../testing/evaluate-condition.ts";
import { type Stored, insertRows, logRows, spanRows } from "../testing/filter-rows.ts";
import { likelyFilters } from "../testing/likely-filters.ts";
import { compileCondition } from "./compile.ts";
import type { FilterSignal } from "./fields.ts";
import { parseFilter } from "./parse.ts";
import { printFilter } from "./print.ts";
import { resolveFilter } from "./resolve.ts";

let database: TestDatabase;
const ROWS: Readonly<Record<FilterSignal, readonly Stored[]>> = {
  logs: logRows(200),
  traces: spanRows(200),
};
const SELECT: Readonly<Record<FilterSignal, string>> = {
  logs: "SELECT SpanId AS id FROM otel_logs WHERE /*where*/ ORDER BY id",
  traces: "SELECT SpanId AS id FROM otel_traces WHERE /*where*/ ORDER BY id",
};

beforeAll(async () => {
  database = await createTestDatabase();
  for (const signal of ["logs", "traces"] as const) {
    await insertRows(database, signal, ROWS[signal].slice(0, 120));
    await insertRows(database, signal, ROWS[signal].slice(120));
  }
});
afterAll(() => database.drop());

async function selected(text: string, signal: FilterSignal) {
  const parsed = parseFilter(text);
  if (parsed.kind !== "filter") throw new Error(`${text}: ${JSON.stringify(parsed)}`);
  const resolved = resolveFilter(parsed.filter, signal);
  if (resolved.kind === "error") throw new Error(`${text}: ${JSON.stringify(resolved.error)}`);
  const where = compileCondition(resolved.condition, signal);
  const answer = await database.client.query({
    query: compose(SELECT[signal] as Sql, where.conditions),
    query_params: { ...where.params },
    format: "JSONEachRow",
  });
  const rows = await answer.json<{ id: string }>();
  const expected = ROWS[signal].filter((row) => passes(row.row as StoredRow, resolved.condition));
  return {
    rows: rows.map((row) => row.id),
    expected: expected.map((row) => row.id).toSorted(),
  };
}

describe.each(["logs", "traces"] as const)("filters of %s", (signal) => {
  test("select the rows that they say, by chance", async () => {
    let some = 0;
    await fc.assert(
      fc.asyncProperty(likelyFilters(signal), async (filter) => {
        const text = printFilter(filter);
        const { rows, expected } = await selected(text, signal);
        expect(rows, text).toEqual(expected);
        if (rows.length > 0 && rows.length < ROWS[signal].length) some += 1;
      }),
      { numRuns: 300 },
    );
    // Filters that select nothing or everything would prove little.
    expect(some).toBeGreaterThan(150);
  }, 120_000);
});
