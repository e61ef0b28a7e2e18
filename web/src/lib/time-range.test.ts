/** Goal: the range control takes what people type, and says why when it cannot. */
import { describe, expect, test } from "vitest";
import { describeRange, parseTypedRange, resolveRange, shiftRange } from "./time-range.ts";

const NOW = new Date(2026, 10, 20, 15, 30, 0).getTime();
const local = (hours: number, minutes: number, day = 20) =>
  new Date(2026, 10, day, hours, minutes).toISOString();

const parsed = (typed: string) => {
  const answer = parseTypedRange(typed, NOW);
  return answer.kind === "range" ? answer.range : answer.reason;
};

describe("relative ranges stay relative", () => {
  test.each(["15m", "2h", "3d", "1w", "90s"])("%s", (typed) => {
    expect(parsed(typed)).toEqual({ from: `now-${typed}`, to: "now" });
  });

  test("with both ends", () => {
    expect(parsed("now-2h to now-1h")).toEqual({ from: "now-2h", to: "now-1h" });
    expect(parsed("now-2h..now-1h")).toEqual({ from: "now-2h", to: "now-1h" });
  });

  test("with a start only", () => {
    expect(parsed("now-6h")).toEqual({ from: "now-6h", to: "now" });
  });
});

describe("times of day", () => {
  test("belong to today", () => {
    expect(parsed("14:05-14:20")).toEqual({ from: local(14, 5), to: local(14, 20) });
  });

  test("belong to yesterday when they lie ahead", () => {
    expect(parsed("22:00-23:00")).toEqual({ from: local(22, 0, 19), to: local(23, 0, 19) });
  });

  test("go over midnight", () => {
    expect(parsed("23:50 - 00:10")).toEqual({ from: local(23, 50, 19), to: local(0, 10) });
  });
});

test("dates with times, with words or dots between", () => {
  const range = { from: "2026-11-19T10:00:00.000Z", to: "2026-11-19T11:00:00.000Z" };
  expect(parsed("2026-11-19T10:00:00Z to 2026-11-19T11:00:00Z")).toEqual(range);
  expect(parsed("2026-11-19T10:00:00Z..2026-11-19T11:00:00Z")).toEqual(range);
});

test("whole days", () => {
  expect(parsed("yesterday")).toEqual({ from: local(0, 0, 19), to: local(0, 0) });
  expect(parsed("today")).toEqual({ from: local(0, 0), to: new Date(NOW).toISOString() });
});

test("an instant in any unix unit means five minutes around it", () => {
  const at = Date.UTC(2026, 10, 19, 12);
  const range = { from: "2026-11-19T11:55:00.000Z", to: "2026-11-19T12:05:00.000Z" };
  for (const digits of [`${at / 1000}`, `${at}`, `${at}000`, `${at}000000`])
    expect(parsed(digits)).toEqual(range);
  expect(parsed("2026-11-19T12:00:00Z")).toEqual(range);
});

describe("what cannot be used is refused with a reason", () => {
  test.each([
    ["", /Type a range/],
    ["soon", /not a time/],
    ["25:00-26:00", /start “25:00” is not a time/],
    ["2026-11-19T11:00:00Z to 2026-11-19T10:00:00Z", /end must be after/],
    ["2027-01-01T00:00:00Z to 2027-01-02T00:00:00Z", /future/],
    ["2026-11-19T10:00:00Z to 2027-01-01T00:00:00Z", /ends in the future/],
  ])("%j", (typed, reason) => {
    expect(parsed(typed)).toMatch(reason);
  });
});

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
