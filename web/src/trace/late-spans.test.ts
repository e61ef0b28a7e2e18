import { describe, expect, test } from "vitest";
import { addArrivals, firstArrivals, newerOf, nextAskMs } from "./late-spans.ts";
import type { LoadedTrace } from "./load-trace.ts";
import { span, trace } from "./testing.ts";
import { indexTrace } from "./trace-index.ts";
import { toModel } from "./trace-model.ts";

const START_MS = 1_795_219_355_000;

function loaded(...spans: Parameters<typeof trace>[0]): LoadedTrace {
  const whole = trace(spans);
  return {
    model: toModel(indexTrace(whole)),
    spanCount: spans.length,
    missingParents: [],
    verdict: undefined,
    meta: whole.meta,
    readAtMs: START_MS,
    columns: undefined,
  };
}

describe("an open trace", () => {
  const one = loaded(span("a", "", 0, 1_000_000));

  test("is asked for again for a minute while it is young, and then no more", () => {
    const waits = [1, 2, 3, 4, 5, 6, 7].map((count) => nextAskMs(one, count, START_MS + 5000));
    expect(waits.at(-1)).toBe(false);
    expect(waits.reduce<number>((sum, wait) => sum + Number(wait), 0)).toBe(60_000);
  });

  test("is not asked for again when it ended minutes ago", () => {
    expect(nextAskMs(one, 1, START_MS + 200_000)).toBe(false);
    expect(nextAskMs(undefined, 1, START_MS)).toBe(false);
  });

  test("stays the same object while nothing came", () => {
    const again = loaded(span("a", "", 0, 1_000_000));
    const more = loaded(span("a", "", 0, 1_000_000), span("b", "a", 5));
    expect(newerOf(one, again)).toBe(one);
    expect(newerOf(one, more)).toBe(more);
  });

  test("says of spans that came how late they were, and of those before nothing", () => {
    const first = firstArrivals(one.model);
    const more = loaded(span("a", "", 0, 1_000_000), span("b", "a", 0, 2_000_000)).model;
    const later = addArrivals(first, more, START_MS + 4002);
    expect([...later.lateMs]).toEqual([["b", 4000]]);
    expect(addArrivals(later, more, START_MS + 9000)).toBe(later);
  });
});
