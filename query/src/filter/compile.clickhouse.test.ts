/**
 * Goal: ClickHouse selects exactly the rows that the language says. Method: a few hundred filters made by chance, each
 * evaluated by ClickHouse and by a plain evaluator over the same rows, which lie in several parts.
 */
import { type TestDatabase, createTestDatabase } from "@throughline/schemas/testing";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Sql, compose } from "../sql/sql.ts";
import { passes } from "../testing/evaluate-condition.ts";
import { type Stored, insertRows, logRows, spanRows } from "../testing/filter-rows.ts";
import { traceId } from "../testing/ids-and-times.ts";
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

function compiled(text: string, signal: FilterSignal) {
  const parsed = parseFilter(text);
  if (parsed.kind !== "filter") throw new Error(`${text}: ${JSON.stringify(parsed)}`);
  const resolved = resolveFilter(parsed.filter, signal);
  if (resolved.kind === "error") throw new Error(`${text}: ${JSON.stringify(resolved.error)}`);
  const where = compileCondition(resolved.condition, signal);
  return {
    sql: compose(SELECT[signal] as Sql, where.conditions),
    params: where.params,
    condition: resolved.condition,
  };
}

async function selected(text: string, signal: FilterSignal) {
  const { sql, params, condition } = compiled(text, signal);
  const answer = await database.client.query({
    query: sql,
    query_params: { ...params },
    format: "JSONEachRow",
  });
  const rows = await answer.json<{ id: string }>();
  const expected = ROWS[signal].filter((row) => passes(row.row, condition));
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
    expect(some).toBeGreaterThan(90);
  }, 120_000);
});

describe("indexes answer", () => {
  test.each<readonly [FilterSignal, string, readonly string[]]>([
    ["logs", "timeout", ["idx_lower_body"]],
    ["logs", '"card declined"', ["idx_lower_body"]],
    ["logs", "declin*", ["idx_lower_body"]],
    ["logs", "service:shop (timeout OR declined)", ["idx_lower_body"]],
    ["logs", "attr.user.id:5", ["idx_log_attr_items"]],
    ["logs", "user.id:5", ["idx_log_attr_items", "idx_res_attr_items"]],
    ["logs", "resource.user.id:5", ["idx_res_attr_items"]],
    ["logs", "version:1.0", ["idx_res_attr_items"]],
    ["logs", "attr.user.id:*", ["idx_log_attr_key"]],
    ["logs", "attr.user.id>=5", ["idx_log_attr_key"]],
    ["logs", `trace:${traceId(1)}`, ["idx_trace_id"]],
    ["logs", "time>=2026-11-20T11:50:00Z", ["idx_ts"]],
    ["traces", "attr.user.id:5", ["idx_span_attr_items"]],
    ["traces", "user.id:5", ["idx_span_attr_items", "idx_res_attr_items"]],
    ["traces", "version:1.0", ["idx_res_attr_items"]],
    ["traces", "duration>100ms", ["idx_duration"]],
    ["traces", `trace:${traceId(1)}`, ["idx_trace"]],
    ["traces", "service:shop", ["ServiceName"]],
    ["logs", "service:shop", ["ServiceName"]],
  ])("%s: %s", async (signal, text, indexes) => {
    const { sql, params } = compiled(text, signal);
    const answer = await database.client.query({
      query: `EXPLAIN indexes = 1 ${sql}`,
      query_params: { ...params },
      format: "TabSeparatedRaw",
    });
    const plan = await answer.text();
    for (const index of indexes) expect(plan).toContain(index);
  });
});
