/** Goal: what people read is exact to the digits it shows, and never wider than it must be. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatMoment,
  formatPercent,
  formatUtc,
  plural,
} from "./format.ts";

describe("durations", () => {
  test.each([
    [0, "0 ns"],
    [850, "850 ns"],
    [42_100, "42.1 µs"],
    [999_499, "999 µs"],
    [999_500, "1.00 ms"],
    [1_234_567, "1.23 ms"],
    [318_000_000, "318 ms"],
    [1_240_000_000, "1.24 s"],
    [59_940_000_000, "59.9 s"],
    [60_000_000_000, "1 min"],
    [125_000_000_000, "2 min 5 s"],
    [4_320_000_000_000, "1 h 12 min"],
    [273_600_000_000_000, "3 d 4 h"],
    [-1500, "-1.50 µs"],
  ])("%d ns reads %s", (nanos, words) => {
    expect(formatDuration(nanos)).toBe(words);
  });

  test("nanoseconds as bigint read the same as the number", () => {
    expect(formatDuration(1_240_000_000n)).toBe("1.24 s");
  });

  test("below a minute there are at most three significant digits, and never 1000 of a unit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 59_949_999_999 }), (nanos) => {
        const [digits = ""] = formatDuration(nanos).split(" ");
        expect(digits.replace(".", "").replace(/^0+(?=\d)/, "").length).toBeLessThanOrEqual(3);
        expect(Number(digits)).toBeLessThan(1000);
      }),
    );
  });
});

test("counts keep all digits below ten thousand and are shortened above", () => {
  expect([9999, 10_000, 12_449, 1_234_567].map(formatCount)).toEqual([
    "9,999",
    "10.0k",
    "12.4k",
    "1.23M",
  ]);
});

test("a share too small for a digit does not read as none", () => {
  expect([0, 0.0001, 0.054, 0.31].map(formatPercent)).toEqual(["0 %", "<0.1 %", "5.4 %", "31 %"]);
});

test("one of a thing is singular", () => {
  expect([plural(1, "log"), plural(0, "log"), plural(12_000, "span")]).toEqual([
    "1 log",
    "0 logs",
    "12.0k spans",
  ]);
});

test("bytes carry a unit", () => {
  expect([512, 990_000, 2_500_000].map(formatBytes)).toEqual(["512 B", "990 kB", "2.50 MB"]);
});

test("a moment is split into date, clock and milliseconds in the given zone", () => {
  expect(formatMoment(1_795_219_355_007_123_456n, "UTC")).toEqual({
    date: "21 Nov",
    clock: "00:02:35",
    fraction: ".007",
  });
  expect(formatMoment(1_795_219_355_007_123_456n, "Europe/Berlin").clock).toBe("01:02:35");
});

test("the exact time keeps all nine digits", () => {
  expect(formatUtc(1_795_219_355_007_123_456n)).toBe("2026-11-21T00:02:35.007123456Z");
});
