import { describe, expect, test } from "vitest";
import { span, trace } from "./testing.ts";
import { indexTrace } from "./trace-index.ts";
import { typicalKeys, typicalOf, typicalRange, typicalWords } from "./typical.ts";

describe("what is usual", () => {
  test("is asked of the root first, then of what occurs most", () => {
    const often = Array.from({ length: 3 }, (_, i) => ({
      ...span(`c${i}`, "a", i),
      name: "often",
    }));
    const index = indexTrace(trace([span("a", "", 0), span("b", "a", 1), ...often]));
    expect(typicalKeys(index)).toEqual([
      '["service","span a","Internal"]',
      '["service","often","Internal"]',
      '["service","span b","Internal"]',
    ]);
  });

  test("is not asked of names that an address has no room for", () => {
    const named = (id: string, name: string) => ({ ...span(id, "a", 1), name });
    const spans = [
      span("a", "", 0),
      named("b", "x".repeat(1_000_000)),
      named("c", "漢".repeat(1_000)),
      named("d", "漢".repeat(500)),
      named("e", "short"),
    ];
    const keys = typicalKeys(indexTrace(trace(spans)));
    expect(keys.map((key) => (JSON.parse(key) as string[])[1]?.length)).toEqual([6, 1_000, 5]);
  });

  test("is of the hour that the trace ends in", () => {
    const { from, to } = typicalRange(indexTrace(trace([span("a", "", 0)])));
    expect(Date.parse(to) - Date.parse(from)).toBe(3_600_000);
    const endMs = 1_795_219_355_000;
    expect(Date.parse(to)).toBeGreaterThan(endMs);
    expect(Date.parse(to) - endMs).toBeLessThan(120_001);
  });

  test("is not said of few requests", () => {
    const index = indexTrace(trace([span("a", "", 0)]));
    const key = '["service","span a","Internal"]';
    const of = (requests: number) =>
      typicalOf(new Map([[key, { requests, p50Ns: 1, p95Ns: 2 }]]), index.nodes[0]);
    expect([of(4), of(5)?.requests]).toEqual([undefined, 5]);
  });

  test.each([
    [90, "as fast as usual (p50 100 ns, p95 200 ns)"],
    [150, "slower than half (p50 100 ns, p95 200 ns)"],
    [201, "slower than 95 % (p50 100 ns, p95 200 ns)"],
  ])("of %i ns is: %s", (durationNs, words) => {
    expect(typicalWords(durationNs, { requests: 9, p50Ns: 100, p95Ns: 200 })).toBe(words);
  });
});
