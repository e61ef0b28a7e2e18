/** Goal: a column of the table shows of a log what a filter by its name would find. */
import { describe, expect, test } from "vitest";
import type { LogRecord } from "@throughline/query/wire";
import { columnSql, readerOf } from "./log-column.ts";
import {
  COLUMNS_MAX,
  logViewPatch,
  readColumns,
  readLogView,
  toggleColumnPatch,
} from "./log-view.ts";
import { patchSearch } from "../lib/url-state.ts";

const LOG: LogRecord = {
  timeUnixNano: "1",
  traceId: "t",
  spanId: "s",
  traceFlags: 1,
  severityNumber: 13,
  severityText: "",
  serviceName: "pay",
  body: "line",
  eventName: "e",
  attributes: { "http.route": "/a", both: "of the record", "odd: `key`": "1", empty: "" },
  resource: { "host.name": "n-1", both: "of the resource", only: "r" },
  scopeName: "pino",
};

describe("a column", () => {
  test.each([
    ["service", "pay"],
    ["severity", "warn"],
    ["severity.number", "13"],
    ["trace", "t"],
    ["scope", "pino"],
    ["event", "e"],
    ["http.route", "/a"],
    ["both", "of the record"],
    ["resource.both", "of the resource"],
    ["only", "r"],
    ["attr.only", undefined],
    ["empty", ""],
    ["toString", undefined],
    ['"odd: `key`"', "1"],
  ])("%s", (column, value) => {
    expect(readerOf(column)?.(LOG)).toBe(value);
  });

  test.each(["time", "", "(a", "scope.x"])("%j is none that the list has", (column) => {
    expect(readerOf(column)?.(LOG)).toBeUndefined();
  });

  test("is the same in SQL", () => {
    expect(columnSql("service")).toBe("ServiceName AS `service`");
    expect(columnSql("http.route")).toBe(
      "if(mapContains(LogAttributes, 'http.route'), LogAttributes['http.route'], ResourceAttributes['http.route']) AS `http.route`",
    );
    expect(columnSql("resource.a")).toBe("ResourceAttributes['a'] AS `resource.a`");
    expect(columnSql('"odd: `key`"')).toContain('AS `"odd: \\`key\\`"`');
    expect(columnSql("(a")).toBeUndefined();
  });
});

describe("the view in the URL", () => {
  test.each(["list", "table", "patterns", "live"] as const)("%s", (view) => {
    const search = patchSearch("q=x&log=1&pattern=2", logViewPatch(view));
    expect(readLogView(search)).toBe(view);
    expect(new URLSearchParams(search).has("log")).toBe(view === "list" || view === "table");
    expect(new URLSearchParams(search).has("pattern")).toBe(false);
  });

  test("an older link to the live view still is one", () => {
    expect(readLogView("live=on")).toBe("live");
    expect(readLogView("view=odd")).toBe("list");
  });

  test("columns are added and taken away; the table shows", () => {
    const one = patchSearch("live=on", toggleColumnPatch("", "a,b"));
    expect(readLogView(one)).toBe("table");
    const two = patchSearch(one, toggleColumnPatch(one, "c"));
    expect(readColumns(two)).toEqual(["a,b", "c"]);
    expect(readColumns(patchSearch(two, toggleColumnPatch(two, "a,b")))).toEqual(["c"]);
  });

  test("a link has each once, and no more than there is room for", () => {
    expect(readColumns("col=a&col=a&col=")).toEqual(["a"]);
    const many = Array.from({ length: 20 }, (_, i) => `col=c${i}`).join("&");
    expect(readColumns(many)).toHaveLength(COLUMNS_MAX);
  });
});
