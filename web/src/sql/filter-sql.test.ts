/** Goal: the SQL of a filter says what the filter asks, readably, and no value of it can be anything but a value. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { printFilter } from "@throughline/query/filter";
import { filterConditions, literal, whereSql } from "./filter-sql.ts";

const TIME = "$__timeFilter(Timestamp)";

describe("conditions on logs", () => {
  test.each([
    ["", TIME],
    ["service:pay", `${TIME}\n  AND ServiceName = 'pay'`],
    ["service:(a OR b)", `${TIME}\n  AND (ServiceName = 'a' OR ServiceName = 'b')`],
    ["-service:pay", `${TIME}\n  AND NOT (ServiceName = 'pay')`],
    ["-service:(a OR b)", `${TIME}\n  AND NOT (ServiceName = 'a' OR ServiceName = 'b')`],
    ["service:pa*", `${TIME}\n  AND ServiceName LIKE 'pa%'`],
    [
      "severity>=error",
      `${TIME}\n  AND (SeverityNumber >= 17 OR (SeverityNumber = 0 AND upper(SeverityText) IN ('ERROR', 'ERR', 'SEVERE', 'FATAL', 'CRITICAL', 'CRIT', 'ALERT', 'EMERG', 'EMERGENCY', 'PANIC')))`,
    ],
    [
      "Timed out",
      `${TIME}\n  AND hasAllTokens(lower(Body), 'timed')\n  AND hasAllTokens(lower(Body), 'out')`,
    ],
    [
      '"Timed out"',
      `${TIME}\n  AND (hasAllTokens(lower(Body), 'timed out') AND position(lower(Body), 'timed out') > 0)`,
    ],
    ["body:/^a'b$/", `${TIME}\n  AND match(Body, '^a\\'b$')`],
    [
      "http.route:/pay",
      `${TIME}\n  AND (LogAttributes['http.route'] = '/pay' OR ResourceAttributes['http.route'] = '/pay')`,
    ],
    ['attr.x:""', `${TIME}\n  AND (mapContains(LogAttributes, 'x') AND LogAttributes['x'] = '')`],
    ["resource.host.name:*", `${TIME}\n  AND mapContains(ResourceAttributes, 'host.name')`],
    [
      "attr.size>=5",
      `${TIME}\n  AND (mapContains(LogAttributes, 'size') AND ifNull(toFloat64OrNull(LogAttributes['size']) >= 5, 0))`,
    ],
    ["flags:1", `${TIME}\n  AND Flags = 1`],
  ])("%j", (q, expected) => {
    expect(whereSql(q, "logs")).toBe(expected);
  });
});

describe("conditions on spans", () => {
  test.each([
    ["status:error", `${TIME}\n  AND StatusCode IN ('Error', 'STATUS_CODE_ERROR')`],
    ["duration:[1s TO 2s]", `${TIME}\n  AND (Duration >= 1000000000 AND Duration <= 2000000000)`],
    [
      "exception.type:IOError",
      `${TIME}\n  AND (arrayExists(m -> m['exception.type'] = 'IOError', \`Events.Attributes\`) OR SpanAttributes['exception.type'] = 'IOError')`,
    ],
    ["event:exc*", `${TIME}\n  AND arrayExists(e -> e LIKE 'exc%', \`Events.Name\`)`],
    ["root:true", `${TIME}\n  AND NOT (ParentSpanId != '')`],
  ])("%j", (q, expected) => {
    expect(whereSql(q, "traces")).toBe(expected);
  });
});

test.each(["service:", "status:eror", "(a"])("%j is no filter", (q) => {
  expect(whereSql(q, "traces")).toBeUndefined();
});

/** What is left of a statement when its string literals are taken out, as ClickHouse's lexer sees them. */
function withoutLiterals(sql: string): string {
  return sql.replaceAll(/'(?:[^'\\]|\\[\s\S])*'/gu, "?");
}

test("a value stays a value, whatever it holds", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (text) => {
      expect(withoutLiterals(literal(text))).toBe("?");
      const q = printFilter({
        kind: "field",
        field: { kind: "key", scope: "attr", key: text },
        test: { kind: "equals", text },
      });
      if (filterConditions(q, "logs") === undefined) return;
      expect(withoutLiterals(whereSql(q, "logs") ?? "")).toMatch(
        /^\$__timeFilter\(Timestamp\)\n {2}AND (?:LogAttributes\[\?\] = \?|\(mapContains\(LogAttributes, \?\) AND LogAttributes\[\?\] = \?\))$/u,
      );
    }),
  );
});
