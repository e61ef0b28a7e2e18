/** Goal: the range control takes what people type and paste, and says why when it cannot. */
import { describe, expect, test } from "vitest";
import { parseTypedRange } from "./typed-range.ts";

const NOW = new Date(2026, 10, 20, 15, 30, 0).getTime();
const local = (hours: number, minutes: number, day = 20) =>
  new Date(2026, 10, day, hours, minutes).toISOString();

const second = (minutes: number, seconds: number) =>
  new Date(2026, 10, 20, 15, minutes, seconds).toISOString();

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

describe("a day with a time of day", () => {
  test("means five minutes around it", () => {
    expect(parsed("yesterday 9:00")).toEqual({ from: local(8, 55, 19), to: local(9, 5, 19) });
    expect(parsed("Today 9am")).toEqual({ from: local(8, 55), to: local(9, 5) });
    expect(parsed("14:05")).toEqual({ from: local(14, 0), to: local(14, 10) });
  });

  test("is an end of a range", () => {
    expect(parsed("yesterday 9:00-10:30")).toEqual({
      from: local(9, 0, 19),
      to: local(10, 30, 19),
    });
    expect(parsed("yesterday 22:00 to today 2am")).toEqual({
      from: local(22, 0, 19),
      to: local(2, 0),
    });
    expect(parsed("2026-11-18 10:00 to 11:00")).toEqual({
      from: local(10, 0, 18),
      to: local(11, 0, 18),
    });
    expect(parsed("2026-11-18 to 2026-11-19")).toEqual({
      from: local(0, 0, 18),
      to: local(0, 0),
    });
  });
});

test("words for units, and how long ago", () => {
  expect(parsed("last 15 minutes")).toEqual({ from: "now-15m", to: "now" });
  expect(parsed("2 hours")).toEqual({ from: "now-2h", to: "now" });
  expect(parsed("2 hours ago to 30 min ago")).toEqual({ from: "now-2h", to: "now-30m" });
  expect(parsed("2026-11-20T10:00:00Z to now")).toEqual({
    from: "2026-11-20T10:00:00.000Z",
    to: "now",
  });
});

test("an end that is relative is kept as it was asked for", () => {
  expect(parsed("2026-11-20T10:00:00Z to now-1h")).toEqual({
    from: "2026-11-20T10:00:00.000Z",
    to: "now-1h",
  });
});

describe("a pasted log line means five minutes around its time", () => {
  const utc = { from: "2026-11-19T11:55:00.000Z", to: "2026-11-19T12:05:00.000Z" };
  test.each([
    '127.0.0.1 - - [19/Nov/2026:12:00:00 +0000] "GET /cart HTTP/1.1" 500 12',
    "2026-11-19T12:00:00.000Z ERROR payments card declined after 15m",
    "2026-11-19 14:00:00,000 +0200 [main] WARN  retrying",
    '{"level":50,"time":1795089600000,"pid":7,"msg":"card declined"}',
    "ts=1795089600.000 caller=main.go:12 msg=failed",
    "2026-11-19T13:00:00+01:00 from 10:00 to 11:00 nothing",
  ])("%s", (line) => {
    expect(parsed(line)).toEqual(utc);
  });

  const inLocalTime = { from: local(11, 55, 19), to: local(12, 5, 19) };
  test.each([
    "Nov 19 12:00:00 host sshd[7]: Failed password",
    "2026/11/19 12:00:00 [error] 7#7: *1 upstream timed out",
    "E1119 12:00:00.000000       1 reflector.go:138] failed to list",
  ])("in local time: %s", (line) => {
    expect(parsed(line)).toEqual(inLocalTime);
  });
});

describe("a line without a year", () => {
  test.each([
    "Nov 20 15:30:20 host sshd[7]: Failed password",
    "E1120 15:30:20.000000       1 reflector.go:138] failed to list",
  ])("of a clock that is a little ahead is of now: %s", (line) => {
    expect(parsed(line)).toEqual({ from: second(25, 20), to: local(15, 30) });
  });

  test("that lies further ahead is of the year before", () => {
    const before = new Date(2025, 10, 20, 15, 30 + 35).toISOString();
    expect(parsed("Nov 20 16:00:00 host sshd[7]: Failed password")).toMatchObject({ to: before });
  });
});

test("dates with times, with words or dots between", () => {
  const range = { from: "2026-11-19T10:00:00.000Z", to: "2026-11-19T11:00:00.000Z" };
  expect(parsed("2026-11-19T10:00:00Z to 2026-11-19T11:00:00Z")).toEqual(range);
  expect(parsed("2026-11-19T10:00:00Z..2026-11-19T11:00:00Z")).toEqual(range);
});

test("whole days", () => {
  expect(parsed("2026-11-18")).toEqual({ from: local(0, 0, 18), to: local(0, 0, 19) });
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
    ["0m", /longer than nothing/],
    ["now", /needs a start/],
    ["2027-01-01T00:00:00Z", /in the future/],
    ["2026-13-40", /not a time/],
    ["13pm", /not a time/],
    ["2027-01-01T00:00:00Z to 2027-01-02T00:00:00Z", /future/],
    ["2026-11-19T10:00:00Z to 2027-01-01T00:00:00Z", /ends in the future/],
  ])("%j", (typed, reason) => {
    expect(parsed(typed)).toMatch(reason);
  });
});
