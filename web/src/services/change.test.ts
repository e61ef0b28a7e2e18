/** Goal: a difference from the time before is said where it matters, and only there. */
import { describe, expect, test } from "vitest";
import { changeOf, durationChange, shareChange } from "./change.ts";

describe("a rate", () => {
  test.each([
    [110, 100, "+10 %"],
    [60, 100, "−40 %"],
    [102, 100, ""],
    [100, 100, ""],
    [340, 100, "×3.4"],
    [299, 100, "+199 %"],
    [0, 100, "−100 %"],
    [5, 0, "new"],
    [0, 0, ""],
    [null, 100, ""],
    [100, null, ""],
  ])("of %d after %d is “%s”", (now, before, words) => {
    expect(changeOf(now, before)).toEqual({ words, isWorse: false });
  });
});

describe("a duration", () => {
  test.each([
    [130, 100, "+30 %", true],
    [120, 100, "+20 %", false],
    [50, 100, "−50 %", false],
    [400, 100, "×4.0", true],
    [400, 0, "", false],
    [null, 100, "", false],
  ])("of %d after %d is “%s”", (now, before, words, isWorse) => {
    expect(durationChange(now, before)).toEqual({ words, isWorse });
  });
});

describe("a share", () => {
  test.each([
    [0.05, 0.02, "+3.0 pp", true],
    [0.02, 0.05, "−3.0 pp", false],
    [0.005, 0.001, "+0.4 pp", false],
    [0.0011, 0.001, "", false],
    [0.3, null, "", false],
  ])("of %d after %d is “%s”", (now, before, words, isWorse) => {
    expect(shareChange(now, before)).toEqual({ words, isWorse });
  });
});
