/** Goal: the SQL of a search asks what the search asked, or there is none. */
import { expect, test } from "vitest";
import { heatmapSql, spansSql } from "./spans-sql.ts";

const where = (q: string) => /WHERE (.*)/u.exec(spansSql(q) ?? "")?.[1];

test.each([
  ["", "$__timeFilter(Timestamp)"],
  ["service:pay", "$__timeFilter(Timestamp) AND ServiceName = 'pay'"],
  ["name:\"GET '/a\\\\b'\"", "$__timeFilter(Timestamp) AND SpanName = 'GET \\'/a\\\\b\\''"],
  [
    "status:error duration>=1.5s",
    "$__timeFilter(Timestamp) AND StatusCode IN ('Error', 'STATUS_CODE_ERROR') AND Duration >= 1500000000",
  ],
  ["-kind:server", "$__timeFilter(Timestamp) AND NOT (SpanKind IN ('Server', 'SPAN_KIND_SERVER'))"],
])("%j is %s", (q, expected) => {
  expect(where(q)).toBe(expected);
  expect(heatmapSql(q)).toContain(`WHERE ${expected}\n`);
});

test.each([
  "word",
  "http.route:/a",
  "service:a*",
  "service:a OR service:b",
  "status:unset",
  "duration>5",
  "duration>=2m30s",
  "service:",
])("%j has none", (q) => {
  expect(spansSql(q)).toBeUndefined();
});
