import type { LogRecord, RequestAnswer, TraceSummary, TraceVerdict } from "@throughline/query/wire";
import { describe, expect, test } from "vitest";
import {
  commandEntries,
  type Entry,
  foundEntries,
  listEntries,
  pageEntries,
  rangeEntries,
  savedEntries,
  searchEntries,
  serviceEntries,
} from "./entries.ts";

const NOW_MS = Date.UTC(2026, 10, 21, 8);
const SEARCH = "?from=now-3h&q=x";
const named = [
  ...pageEntries(SEARCH),
  ...serviceEntries(["payments", "mailer", "service-map-builder"], SEARCH),
  ...commandEntries(),
];
const list = (typed: string) =>
  listEntries(typed, { first: [], named, last: searchEntries(typed, SEARCH) });
const hrefOf = (entry: Entry | undefined) =>
  entry?.act.kind === "go" ? entry.act.href : undefined;

function trace(given: Partial<TraceSummary>): TraceSummary {
  return {
    traceId: "a".repeat(32),
    rootServiceName: "shop",
    rootName: "POST /pay",
    startTimeUnixNano: "1763709000000000000",
    durationNano: "12000000",
    spanCount: 3,
    errorCount: 0,
    logCount: 0,
    services: [{ name: "pay", spanCount: 3 }],
    ...given,
  };
}

function answer(given: Partial<RequestAnswer>): RequestAnswer {
  return {
    id: "x",
    form: "text",
    matches: [],
    traces: [],
    logs: [],
    meta: { elapsedMs: 1, rowsRead: 1, bytesRead: 1, complete: true },
    ...given,
  };
}

function log(given: Partial<LogRecord>): LogRecord {
  return {
    id: "1763709000000000000-00f067aa0ba902b7",
    timeUnixNano: "1763709000000000000",
    traceId: "",
    spanId: "",
    traceFlags: 0,
    severityNumber: 9,
    severityText: "INFO",
    serviceName: "pay",
    body: "declined",
    eventName: "",
    attributes: {},
    resource: {},
    scopeName: "",
    ...given,
  };
}

describe("the list", () => {
  test("shows pages and some of the rest before anything is typed", () => {
    const groups = new Set(list("").map(({ group }) => group));
    expect([...groups]).toEqual(["Pages", "Services", "Commands"]);
  });

  test("keeps a group together, the one with the best entry first", () => {
    expect(list("map").map(({ group, label }) => `${group}: ${label}`)).toEqual([
      "Pages: Service map",
      "Services: service-map-builder",
      "Search: Search logs for map",
      "Search: Search traces for map",
    ]);
    expect(list("mail")[0]).toMatchObject({ group: "Services", label: "mailer" });
  });

  test("always ends with searching, whatever is typed", () => {
    expect(list("no such thing").map(({ label }) => label)).toEqual([
      "Search logs for no such thing",
      "Search traces for no such thing",
    ]);
  });

  test("has a key for each entry of its own", () => {
    const keys = list("s").map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test("keeps the time range in every link", () => {
    expect(hrefOf(list("payments")[0])).toBe("/services/payments?from=now-3h");
  });
});

describe("what is typed is searched for", () => {
  test("as the filter that it is", () => {
    const [logs] = searchEntries("severity>=warn", SEARCH);
    expect(new URLSearchParams(hrefOf(logs)?.split("?")[1]).get("q")).toBe("severity>=warn");
  });

  test("as its words when it is none", () => {
    const [logs] = searchEntries('say "hello', SEARCH);
    expect(new URLSearchParams(hrefOf(logs)?.split("?")[1]).get("q")).toBe('"say \\"hello"');
  });
});

test("a saved search is found by its name, and opens as it was saved", () => {
  const saved = savedEntries([
    { name: "Failed payments", page: "/logs", search: "q=a&from=now-1d" },
  ]);
  const [found] = listEntries("pay", { first: [], named: saved, last: [] });
  expect(found).toMatchObject({ group: "Saved searches", note: "logs" });
  expect(hrefOf(found)).toBe("/logs?q=a&from=now-1d");
});

test("a time range is one as people type it, and words are none", () => {
  expect(rangeEntries("15m", NOW_MS)[0]).toMatchObject({
    label: "Last 15 min",
    act: { kind: "range", range: { from: "now-15m", to: "now" } },
  });
  expect(rangeEntries("payments", NOW_MS)).toEqual([]);
});

describe("what an id was found as", () => {
  test("a request says who answered, when, how long, and how it went", () => {
    const [found] = foundEntries(answer({ traces: [trace({ errorCount: 2 })] }), SEARCH);
    expect(found).toMatchObject({ label: "shop POST /pay", isFailed: true });
    expect(found?.note).toMatch(/\d\d:\d\d:\d\d · 12\.0 ms · 3 spans · 2 errors$/);
  });

  test("a request whose root is not stored says so", () => {
    const [found] = foundEntries(
      answer({ traces: [trace({ rootServiceName: "", rootName: "" })] }),
      SEARCH,
    );
    expect(found?.label).toBe("pay aaaaaaaa");
    expect(found?.note).toMatch(/no errors, root not stored$/);
  });

  test("a request says how whole it is, where the service has judged it", () => {
    const verdict = { complete: true, findings: [], skew: [] };
    const [whole] = foundEntries(answer({ traces: [trace({ verdict })] }), SEARCH);
    expect(whole?.note).toMatch(/no errors, complete$/);
    const lost: TraceVerdict = {
      complete: false,
      skew: [],
      findings: [{ kind: "several_roots", rootCount: 2 }],
    };
    const [cut] = foundEntries(answer({ traces: [trace({ verdict: lost })] }), SEARCH);
    expect(cut?.note).toMatch(/no errors, 2 roots$/);
  });

  test("a span opens its trace at the span", () => {
    const traceId = "a".repeat(32);
    const matched = "b".repeat(16);
    const [found] = foundEntries(
      answer({ matches: [{ by: "span_id", matched, traceId }], traces: [trace({ traceId })] }),
      SEARCH,
    );
    expect(hrefOf(found)).toBe(`/trace/${traceId}?from=now-3h&span=${matched}`);
  });

  test("logs with the id stand below the requests that do not have them", () => {
    const found = foundEntries(answer({ traces: [trace({})], logs: [log({})] }), "");
    expect(found.map(hrefOf)).toEqual([
      `/trace/${"a".repeat(32)}`,
      "/logs?around=1763709000000000000-00f067aa0ba902b7",
    ]);
  });

  test("logs without spans open as their trace, and without one as a log among its neighbours", () => {
    const traceId = "c".repeat(32);
    const found = foundEntries(answer({ logs: [log({ traceId }), log({ traceId }), log({})] }), "");
    expect(found.map(hrefOf)).toEqual([
      `/trace/${traceId}`,
      "/logs?around=1763709000000000000-00f067aa0ba902b7",
    ]);
    expect(found[0]?.note).toMatch(/2 logs, no spans$/);
  });
});
