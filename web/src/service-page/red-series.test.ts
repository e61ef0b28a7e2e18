/** Goal: the charts of a service draw what was answered, and their marks lead to the request they stand for. */
import type { Exemplar, Service } from "@throughline/query/wire";
import { describe, expect, test } from "vitest";
import { deployMarks, failedDots, slowDots, toRedSeries } from "./red-series.ts";

const FROM_S = 1_800_000_000;
const nanos = (seconds: number) => `${seconds}000000000`;

const figures = {
  requests: 0,
  errors: 0,
  durationSumNano: "0",
  p50Nano: null,
  p90Nano: null,
  p95Nano: null,
  p99Nano: null,
};

function exemplar(spanId: string, durationNano: string, atS: number): Exemplar {
  return {
    traceId: "ab".repeat(16),
    spanId,
    timeUnixNano: nanos(atS),
    durationNano,
    operation: "GET /",
  };
}

function service(over: Partial<Service> = {}): Service {
  return {
    name: "pay",
    kinds: ["Server"],
    fromUnixNano: nanos(FROM_S),
    toUnixNano: nanos(FROM_S + 240),
    bucketSeconds: 120,
    buckets: [
      { ...figures, timeUnixNano: nanos(FROM_S), requests: 40, errors: 10, p95Nano: "500" },
      { ...figures, timeUnixNano: nanos(FROM_S + 120) },
    ],
    total: figures,
    operations: [],
    versions: [],
    meta: { elapsedMs: 1, rowsRead: 1, bytesRead: 1, complete: true },
    ...over,
  };
}

describe("the lines", () => {
  test("are rates a minute, shares and durations; nothing asked has no share and no duration", () => {
    expect(toRedSeries(service(), (FROM_S + 9999) * 1000)).toEqual({
      fromMs: FROM_S * 1000,
      toMs: (FROM_S + 240) * 1000,
      bucketMs: 120_000,
      times: [(FROM_S + 60) * 1000, (FROM_S + 180) * 1000],
      rate: [20, 0],
      errors: [0.25, null],
      p50: [null, null],
      p95: [500, null],
      p99: [null, null],
      before: { rate: [], errors: [], p95: [] },
    });
  });

  test("the newest bucket's rate is that of the part which has passed", () => {
    expect(toRedSeries(service(), (FROM_S + 30) * 1000).rate).toEqual([80, 0]);
  });

  test("the time before stands at the same places", () => {
    const before = {
      fromUnixNano: nanos(FROM_S - 240),
      toUnixNano: nanos(FROM_S),
      total: figures,
      buckets: [{ ...figures, requests: 10, errors: 1, p95Nano: "7" }, figures],
    };
    expect(toRedSeries(service({ before }), (FROM_S + 240) * 1000).before).toEqual({
      rate: [5, 0],
      errors: [0.1, null],
      p95: [7, null],
    });
  });
});

describe("the marks", () => {
  const withExemplars = service({
    buckets: [
      {
        ...figures,
        timeUnixNano: nanos(FROM_S),
        requests: 10,
        errors: 1,
        slow: exemplar("aaaaaaaaaaaaaaaa", "900", FROM_S + 5),
        failing: exemplar("bbbbbbbbbbbbbbbb", "100", FROM_S + 6),
      },
      {
        ...figures,
        timeUnixNano: nanos(FROM_S + 120),
        requests: 10,
        errors: 5,
        slow: exemplar("cccccccccccccccc", "800", FROM_S + 125),
        failing: exemplar("cccccccccccccccc", "800", FROM_S + 125),
      },
    ],
  });

  test("of failures stand at the share of errors and open where their failure began, keeping the range", () => {
    const dots = failedDots(withExemplars, "?from=now-3h");
    expect(dots.map(({ value, atMs }) => [value, atMs])).toEqual([
      [0.5, (FROM_S + 125) * 1000],
      [0.1, (FROM_S + 6) * 1000],
    ]);
    expect(dots[1]?.href).toBe(
      `/trace/${"ab".repeat(16)}?from=now-3h&span=bbbbbbbbbbbbbbbb&origin=1`,
    );
  });

  test("of slow requests stand at their duration; one that failed is drawn as failed", () => {
    expect(slowDots(withExemplars, "").map(({ kind, value }) => [kind, value])).toEqual([
      ["slow", 900],
      ["failed", 800],
    ]);
  });

  test("of deploys are the versions that appeared in the range", () => {
    const version = { environment: "prod", requests: 1, firstSeenUnixNano: nanos(FROM_S + 60) };
    const versions = [
      { ...version, version: "1.9", deployedInRange: false },
      { ...version, version: "2.0", deployedInRange: true },
    ];
    expect(deployMarks(service({ versions }))).toEqual([
      { atMs: (FROM_S + 60) * 1000, version: "2.0" },
    ]);
  });

  test("of deploys name their environment where there are several, and are in the order of time", () => {
    const came = (version: string, environment: string, afterS: number) => ({
      version,
      environment,
      requests: 1,
      firstSeenUnixNano: nanos(FROM_S + afterS),
      deployedInRange: true,
    });
    const versions = [came("2.0", "prod", 120), came("2.0", "staging", 60), came("", "", 180)];
    expect(deployMarks(service({ versions })).map(({ version }) => version)).toEqual([
      "2.0 in staging",
      "2.0 in prod",
      "no version",
    ]);
  });
});
