/** Goal: a range moves, grows and shrinks as the keys say, and never looks past now. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  absoluteRange,
  describeRange,
  endingNow,
  resolveRange,
  shiftRange,
  zoomRange,
} from "./time-range.ts";

const NOW = new Date(2026, 10, 20, 15, 30, 0).getTime();
const local = (hours: number, minutes: number, day = 20) =>
  new Date(2026, 10, day, hours, minutes).toISOString();

test("shifting moves by half the width and stops at now", () => {
  const hour = { from: "now-1h", to: "now" };
  const earlier = shiftRange(hour, -1, NOW);
  expect(resolveRange(earlier, NOW)).toEqual({ fromMs: NOW - 5_400_000, toMs: NOW - 1_800_000 });
  expect(resolveRange(shiftRange(earlier, 1, NOW), NOW).toMs).toBe(NOW);
  expect(resolveRange(shiftRange(hour, 1, NOW), NOW).toMs).toBe(NOW);
});

test("an unreadable range of a link falls back to the last hour", () => {
  expect(resolveRange({ from: "whenever", to: "now" }, NOW).fromMs).toBe(NOW - 3_600_000);
});

test("the control names relative ranges by their length and absolute ones by their ends", () => {
  expect(describeRange({ from: "now-15m", to: "now" }, NOW)).toBe("Last 15 min");
  expect(describeRange({ from: local(14, 5), to: local(14, 20) }, NOW)).toBe(
    "20 Nov 14:05:00 – 14:20:00",
  );
});

describe("zooming", () => {
  test("keeps a range that ends now relative", () => {
    const hour = { from: "now-1h", to: "now" };
    expect(zoomRange(hour, "in", NOW)).toEqual({ from: "now-30m", to: "now" });
    expect(zoomRange(hour, "out", NOW)).toEqual({ from: "now-2h", to: "now" });
    expect(zoomRange({ from: "now-5m", to: "now" }, "in", NOW).from).toBe("now-150s");
  });

  test("keeps the middle of another", () => {
    const range = { from: local(10, 0), to: local(12, 0) };
    expect(zoomRange(range, "in", NOW)).toEqual({ from: local(10, 30), to: local(11, 30) });
    expect(zoomRange(range, "out", NOW)).toEqual({ from: local(9, 0), to: local(13, 0) });
  });

  test("stops at a second and at four hundred days", () => {
    const second = absoluteRange(NOW - 1000, NOW);
    expect(zoomRange(second, "in", NOW)).toBe(second);
    const year = { from: "now-300d", to: "now" };
    expect(zoomRange(year, "out", NOW)).toBe(year);
  });

  test("never looks past now, and halves or doubles", () => {
    const seconds = fc.integer({ min: 2, max: 1_000_000 });
    fc.assert(
      fc.property(seconds, seconds, (before, width) => {
        const end = NOW - before * 1000;
        const out = resolveRange(
          zoomRange(absoluteRange(end - width * 1000, end), "out", NOW),
          NOW,
        );
        expect(out.toMs).toBeLessThanOrEqual(NOW);
        expect(out.toMs - out.fromMs).toBe(width * 2000);
      }),
    );
  });
});

test("a range that ends now has the width of the one before", () => {
  const range = { from: local(10, 0), to: local(11, 30) };
  expect(endingNow(range, NOW)).toEqual({ from: "now-90m", to: "now" });
  const relative = { from: "now-6h", to: "now" };
  expect(endingNow(relative, NOW)).toBe(relative);
});

describe("a range whose width is no whole number of minutes", () => {
  const longest = 400 * 86_400;
  test("can be read back, and is as wide within a minute", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: longest }), (seconds) => {
        const width = seconds * 1000;
        const moved = endingNow(absoluteRange(NOW - 5000 - width, NOW - 5000), NOW);
        const { fromMs, toMs } = resolveRange(moved, NOW);
        expect(toMs).toBe(NOW);
        expect(Math.abs(toMs - fromMs - width)).toBeLessThan(60_000);
      }),
    );
  });

  test("keeps its seconds as long as they fit", () => {
    const width = 999_999 * 1000;
    expect(endingNow(absoluteRange(NOW - 5000 - width, NOW - 5000), NOW).from).toBe("now-999999s");
  });

  test("can be widened again and again", () => {
    let range = { from: "now-421s", to: "now" };
    for (let i = 0; i < 12; i++) range = zoomRange(range, "out", NOW);
    expect(range.from).toBe("now-28740m");
  });
});
