import { expect, test } from "vitest";
import { formatDuration, formatTime } from "./format.ts";

test.each([
  [0n, "0 ns"],
  [999n, "999 ns"],
  [1_000n, "1 µs"],
  [83_449n, "83.4 µs"],
  [999_999n, "999 µs"],
  [7_050_000n, "7.05 ms"],
  [250_000_000n, "250 ms"],
  [1_250_000_000n, "1.25 s"],
  [59_990_000_000n, "60 s"],
  [125_000_000_000n, "2m 05s"],
  [7_322_000_000_000n, "122m 02s"],
  [-5_000_000n, "-5 ms"],
])("%d nanoseconds are %s", (nanos, text) => {
  expect(formatDuration(nanos)).toBe(text);
});

test("times are UTC with milliseconds", () => {
  expect(formatTime("1795176600151999999")).toBe("2026-11-20 12:10:00.151");
});
