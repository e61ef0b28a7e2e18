/** Goal: the SQL of a search asks what the search asked, or there is none. */
import { expect, test } from "vitest";
import { deltasSql, groupsSql, heatmapSql, spansSql } from "./spans-sql.ts";

const SELECTED = { fromMs: 1_000, toMs: 2_000, minNs: 5, maxNs: 9 };

test.each(["", "service:pay", "http.route:/a OR word", "duration>=2m30s status:unset"])(
  "every filter has one: %j",
  (q) => {
    for (const sql of [spansSql(q), heatmapSql(q), deltasSql(q, SELECTED)])
      expect(sql).toContain("WHERE $__timeFilter(Timestamp)");
  },
);

test("its condition stands in each", () => {
  for (const sql of [spansSql, heatmapSql, (q: string) => deltasSql(q, SELECTED)])
    expect(sql("service:pay")).toContain("\n  AND ServiceName = 'pay'\n");
});

test("groups are of the values of a field, each trace once in each", () => {
  const sql = groupsSql("service:pay", ["resource.host.name"]) ?? "";
  expect(sql).toContain("SELECT TraceId, ResourceAttributes['host.name'] AS value");
  expect(sql).toContain(
    "  WHERE $__timeFilter(Timestamp)\n    AND ServiceName = 'pay'\n  GROUP BY TraceId, value",
  );
  expect(groupsSql("", ["status"])).toContain("'STATUS_CODE_ERROR'), 'error'");
  expect(groupsSql("", ["time"])).toBeUndefined();
  expect(groupsSql("service:", ["name"])).toBeUndefined();
});

test("groups of two fields are of their pairs", () => {
  const sql = groupsSql("", ["service", "resource.host.name"]) ?? "";
  expect(sql).toContain("ServiceName AS value, ResourceAttributes['host.name'] AS value2, max(");
  expect(sql).toContain("  GROUP BY TraceId, value, value2\n)\nGROUP BY value, value2\n");
  expect(groupsSql("", ["service", "time"])).toBeUndefined();
});

test("a selection is half-open", () => {
  expect(deltasSql("", SELECTED)).toContain(
    `Timestamp >= fromUnixTimestamp64Nano(1000000000) AND Timestamp < fromUnixTimestamp64Nano(2000000000)
      AND Duration >= 5 AND Duration < 9 AS isSelected`,
  );
});

test.each(["service:", "status:eror"])("what is no filter has none: %j", (q) => {
  expect(spansSql(q)).toBeUndefined();
  expect(heatmapSql(q)).toBeUndefined();
  expect(deltasSql(q, SELECTED)).toBeUndefined();
});
