/** Goal: the bars hold exactly the counts that were answered, at their place in the range. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { barAt, histogramPaths, timeTicks, toHistogram } from "./histogram.ts";

const meta = { elapsedMs: 1, rowsRead: 1, bytesRead: 1, complete: true };
const answer = {
  bucketSeconds: 10,
  buckets: [
    { timeUnixNano: "1000000000000", counts: { INFO: 3, ERROR: 1 } },
    { timeUnixNano: "1010000000000", counts: { WARN: 2, STRANGE: 5 } },
  ],
  meta,
};
const histogram = toHistogram(answer, { fromMs: 1_000_000, toMs: 1_040_000 });

test("totals are the sums over all bars; an unknown severity counts as none given", () => {
  expect(Object.fromEntries(histogram.totals)).toEqual({ INFO: 3, ERROR: 1, WARN: 2, UNSET: 5 });
  expect(histogram.max).toBe(7);
});

test("bars stand at their share of the range, the highest severity on the axis", () => {
  const paths = histogramPaths(histogram, { width: 400, height: 70 });
  expect(paths.get("ERROR")).toBe("M0 60h99v10h-99z");
  expect(paths.get("INFO")).toBe("M0 30h99v30h-99z");
  expect(paths.get("WARN")).toBe("M100 50h99v20h-99z");
});

test("one log among very many still has a visible bar", () => {
  const counts = { INFO: 1_000_000, FATAL: 1 };
  const one = toHistogram(
    { ...answer, buckets: [{ timeUnixNano: "1000000000000", counts }] },
    { fromMs: 1_000_000, toMs: 1_040_000 },
  );
  expect(histogramPaths(one, { width: 400, height: 70 }).get("FATAL")).toBe("M0 69h99v1h-99z");
});

test("the bar under the pointer is found, between bars there is none", () => {
  expect(barAt(histogram, 1_012_000)?.total).toBe(7);
  expect(barAt(histogram, 1_025_000)).toBeUndefined();
});

test("an answer without buckets has an axis and no bars", () => {
  const none = toHistogram({ ...answer, buckets: [] }, { fromMs: 0, toMs: 1000 });
  expect([none.max, none.bars.length, histogramPaths(none, { width: 1, height: 1 }).size]).toEqual([
    1, 0, 0,
  ]);
});

test("ticks are round, inside the range and never too many", () => {
  const hour = timeTicks(Date.UTC(2026, 0, 1, 10, 2), Date.UTC(2026, 0, 1, 11, 2), 10);
  expect(hour.length).toBeLessThanOrEqual(10);
  expect(hour.every((ms) => ms % 600_000 === 0)).toBe(true);
  expect(timeTicks(0, 365 * 86_400_000, 10).length).toBeLessThanOrEqual(10);
});

describe("where clocks change", () => {
  afterEach(() => vi.unstubAllEnvs());

  const ticksOf = (from: string, to: string) =>
    timeTicks(Date.parse(from), Date.parse(to), 10).map((ms) =>
      new Date(ms).toLocaleString("en-GB", { dateStyle: "short", timeStyle: "short" }),
    );

  test("days begin at midnight before and after the hour that comes twice", () => {
    vi.stubEnv("TZ", "Europe/Berlin");
    expect(ticksOf("2026-10-23T12:00:00Z", "2026-10-27T12:00:00Z")).toEqual([
      "24/10/2026, 00:00",
      "24/10/2026, 12:00",
      "25/10/2026, 00:00",
      "25/10/2026, 12:00",
      "26/10/2026, 00:00",
      "26/10/2026, 12:00",
      "27/10/2026, 00:00",
      "27/10/2026, 12:00",
    ]);
  });

  test("and before and after the hour that is left out", () => {
    vi.stubEnv("TZ", "Europe/Berlin");
    expect(ticksOf("2026-03-28T20:00:00Z", "2026-03-29T12:00:00Z")).toEqual([
      "28/03/2026, 22:00",
      "29/03/2026, 00:00",
      "29/03/2026, 03:00",
      "29/03/2026, 04:00",
      "29/03/2026, 06:00",
      "29/03/2026, 08:00",
      "29/03/2026, 10:00",
      "29/03/2026, 12:00",
    ]);
  });

  test("an hour that comes twice has its ticks twice", () => {
    vi.stubEnv("TZ", "Europe/Berlin");
    expect(ticksOf("2026-10-24T23:50:00Z", "2026-10-25T02:00:00Z")).toEqual([
      "25/10/2026, 02:00",
      "25/10/2026, 02:15",
      "25/10/2026, 02:30",
      "25/10/2026, 02:45",
      "25/10/2026, 02:00",
      "25/10/2026, 02:15",
      "25/10/2026, 02:30",
      "25/10/2026, 02:45",
    ]);
  });
});
