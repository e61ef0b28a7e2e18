/** Goal: the SQL of a facet counts the values of its field under every condition but those on the field. */
import { describe, expect, test } from "vitest";
import { facetSql } from "./facet-sql.ts";
import { logHistogramSql, logsSql, patternsSql, patternSql } from "./log-sql.ts";

const sqlOf = (signal: "logs" | "traces", field: string, q = "") =>
  facetSql({ signal, field, q }) ?? "";

describe("a facet", () => {
  test("of a column counts what is there", () => {
    expect(sqlOf("logs", "service", "declined"))
      .toBe(`SELECT ServiceName AS value, count() AS records
FROM otel_logs
WHERE $__timeFilter(Timestamp)
  AND hasAllTokens(lower(Body), 'declined')
  AND ServiceName != ''
GROUP BY value
ORDER BY records DESC, value
LIMIT 50`);
  });

  test.each([
    ["service", "service:pay declined"],
    ["service", "-service:pay declined"],
    ["http.route", "http.route:/pay declined"],
    ["severity", "severity>=warn declined"],
  ])("of %s leaves out its own conditions in %j", (field, q) => {
    expect(sqlOf("logs", field, q)).toContain(
      "WHERE $__timeFilter(Timestamp)\n  AND hasAllTokens(lower(Body), 'declined')\n",
    );
    expect(sqlOf("logs", field, q).split("WHERE")[1]).not.toMatch(/pay|13/u);
  });

  test("keeps conditions on other places of the same key", () => {
    expect(sqlOf("logs", "resource.k", "k:v")).toContain("LogAttributes['k'] = 'v'");
  });

  test("of an attribute takes it from the record and from its resource, once", () => {
    expect(sqlOf("traces", "http.route")).toContain(
      "if(mapContains(SpanAttributes, 'http.route'), [SpanAttributes['http.route']], [])",
    );
    expect(sqlOf("traces", "exception.type")).toContain("`Events.Attributes`");
    expect(sqlOf("traces", "resource.host.name")).toContain(
      "SELECT ResourceAttributes['host.name'] AS value",
    );
  });

  test("of a choice and of severity calls values as the page does", () => {
    expect(sqlOf("traces", "status")).toContain(
      "StatusCode IN ('Error', 'STATUS_CODE_ERROR'), 'error'",
    );
    expect(sqlOf("logs", "severity")).toContain("SeverityNumber BETWEEN 13 AND 16");
  });

  test.each([
    ["time", ""],
    ["service", "service:"],
    ["", ""],
  ])("there is none of %j under %j", (field, q) => {
    expect(facetSql({ signal: "logs", field, q })).toBeUndefined();
  });
});

describe("the page of logs", () => {
  test("has SQL of its list, its histogram and a pattern", () => {
    expect(logsSql("service:pay")).toContain("AND ServiceName = 'pay'\nORDER BY Timestamp DESC");
    expect(logHistogramSql("service:pay", 30)).toContain("toIntervalSecond(30)");
    expect(patternSql("a OR b", "body:/^x$/")).toContain(
      "AND (hasAllTokens(lower(Body), 'a') OR hasAllTokens(lower(Body), 'b'))\n  AND match(Body, '^x$')",
    );
    expect(patternSql("", "body:/^x$/")).toContain("Timestamp)\n  AND match(Body, '^x$')");
  });

  test("counts each line for the first of the patterns that it is like, as many as a link has room for", () => {
    const patterns = Array.from({ length: 20 }, (_, i) => ({
      template: `it's <num> ${i}`,
      q: `its body:/^it's \\d+ ${i}$/`,
    }));
    const sql = patternsSql("service:pay", patterns) ?? "";
    expect(sql).toContain(String.raw`match(Body, '^it\'s \\d+ 0$'), 'it\'s <num> 0'`);
    expect(sql).toContain("AND ServiceName = 'pay'\nGROUP BY pattern");
    expect(sql.match(/match\(/gu)).toHaveLength(12);
    expect(patternsSql("", [])).toBeUndefined();
  });

  test.each(["service:", "(a"])("has none of %j", (q) => {
    expect([logsSql(q), logHistogramSql(q, 1), patternSql(q, "x")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
