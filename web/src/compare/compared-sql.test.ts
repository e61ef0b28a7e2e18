/** Goal: the SQL of a comparison names both traces, and nothing else of a page's address gets into it. */
import { expect, test } from "vitest";
import { twoTracesSql, usualSql } from "./compared-sql.ts";

test("two traces are told apart in every figure", () => {
  const sql = twoTracesSql("aa", "bb");
  expect(sql).toContain("countIf(TraceId = 'aa') AS spans_a, countIf(TraceId = 'bb') AS spans_b");
  expect(sql).toContain("TraceId IN ('aa', 'bb')");
});

test("a trace stands beside all requests of its operations", () => {
  expect(usualSql("aa", "")).toContain("HAVING spans_a > 0");
});

test("what is usual can be that of one environment, and the trace is there whatever its own is", () => {
  expect(usualSql("aa", "it's")).toContain(
    String.raw`(TraceId = 'aa' OR ResourceAttributes['deployment.environment.name'] = 'it\'s')`,
  );
  expect(usualSql("aa", "")).not.toContain("environment");
});

test("an id is a value", () => {
  expect(usualSql("' OR 1", "")).toContain(String.raw`TraceId = '\' OR 1'`);
});
