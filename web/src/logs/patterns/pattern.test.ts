/** Goal: a pattern is named, compared and filtered by as the service counted it. */
import { describe, expect, test } from "vitest";
import { parseFilter } from "@throughline/query/filter";
import { baselineOf } from "../../api/patterns.ts";
import {
  changeOf,
  filterByPattern,
  formatRate,
  type LogPattern,
  patternKey,
  severityMix,
  templateParts,
} from "./pattern.ts";

const PATTERN: LogPattern = {
  template: "took <num> for <*>",
  q: String.raw`took for body:/^\s*took\s+\d+\s+for\s+\S+\s*$/`,
  records: 40,
  perMinute: 8,
  firstUnixNano: "1",
  lastUnixNano: "2",
  severities: [
    { severity: "INFO", records: 30 },
    { severity: "ERROR", records: 10 },
  ],
  services: [],
};

test("what varies is told from what is written", () => {
  expect(templateParts("<num> took <num>ms: <str> <b> <...>")).toEqual([
    { text: "<num>", isPlaceholder: true },
    { text: " took ", isPlaceholder: false },
    { text: "<num>", isPlaceholder: true },
    { text: "ms: ", isPlaceholder: false },
    { text: "<str>", isPlaceholder: true },
    { text: " <b> ", isPlaceholder: false },
    { text: "<...>", isPlaceholder: true },
  ]);
  expect(templateParts("")).toEqual([]);
});

describe("filtering by a pattern", () => {
  test("adds its conditions to those there are, once", () => {
    const once = filterByPattern("service:pay", PATTERN, "only");
    expect(once).toBe(`service:pay ${PATTERN.q}`);
    expect(filterByPattern(once, PATTERN, "only")).toBe(once);
  });

  test("excludes the pattern as a whole", () => {
    const q = filterByPattern("a OR b", PATTERN, "except");
    expect(q).toBe(`(a OR b) NOT (${PATTERN.q})`);
    expect(parseFilter(q).kind).toBe("filter");
  });
});

describe("a change", () => {
  const changed = (change: LogPattern["change"], perMinute: number, baselinePerMinute: number) =>
    changeOf({
      ...PATTERN,
      ...(change === undefined ? {} : { change }),
      perMinute,
      baselinePerMinute,
    });

  test("says by how much", () => {
    expect(changed("changed", 8, 2)).toEqual({
      kind: "grown",
      words: "×4.0",
      says: "4.0 times as often: 2/min before, 8/min now",
    });
    expect(changed("changed", 1, 12)).toMatchObject({ kind: "shrunk", words: "÷12" });
    expect(changed("new", 1, 0)).toMatchObject({ kind: "new", words: "new" });
    expect(changed("gone", 0, 1)).toMatchObject({
      kind: "gone",
      says: "Gone: 1/min before, 0 now",
    });
  });

  test("is not said where there is none, or nothing to compare with", () => {
    expect(changed("same", 3, 2)).toBeUndefined();
    expect(changeOf(PATTERN)).toBeUndefined();
  });
});

test.each([
  [0, "0"],
  [0.0001, "<0.1/h"],
  [0.05, "3/h"],
  [0.5, "0.5/min"],
  [12.4, "12/min"],
  [2500, "2,500/min"],
])("%d a minute is %s", (perMinute, words) => {
  expect(formatRate(perMinute)).toBe(words);
});

test("severities are shares of the pattern, the highest first; unknown ones are unset", () => {
  expect(severityMix(PATTERN)).toEqual([
    { severity: "ERROR", records: 10, share: 0.25 },
    { severity: "INFO", records: 30, share: 0.75 },
  ]);
  expect(severityMix({ severities: [{ severity: "odd", records: 2 }] })).toEqual([
    { severity: "UNSET", records: 2, share: 1 },
  ]);
  expect(severityMix({ severities: [] })).toEqual([]);
});

test("a key is of the template", () => {
  expect(patternKey(PATTERN)).toMatch(/^[0-9a-f]{8}$/u);
  expect(patternKey({ template: "other" })).not.toBe(patternKey(PATTERN));
});

test.each([
  ["previous", { fromMs: 900, toMs: 1000 }],
  ["day", { fromMs: 1000 - 86_400_000, toMs: 1100 - 86_400_000 }],
  ["week", { fromMs: 1000 - 7 * 86_400_000, toMs: 1100 - 7 * 86_400_000 }],
  ["none", undefined],
] as const)("the baseline %s", (baseline, expected) => {
  expect(baselineOf({ fromMs: 1000, toMs: 1100 }, baseline)).toEqual(expected);
});
