/**
 * Goal: records of many days lose nothing and are told apart by day, but what a request makes us hold is bounded: each day is a
 * block while it is encoded, and a file afterwards.
 * Method: small requests over hundreds of days, their blocks read back.
 */
import { describe, expect, test } from "vitest";
import { NO_RULES } from "../process/rule-set.ts";
import { createEncoder } from "./encoder.ts";
import { DAY, encode, logs, NOW, protobuf, rowsOf, spans, text } from "./testing/requests.ts";

const ORIGINAL = "throughline.original_timestamp_unix_nano";
const TODAY = Number(NOW / DAY);
const LIMITS = { timestampPastMaxDays: 5000 };

const daysAgo = (days: number) => NOW - BigInt(days) * DAY;
const logAt = (time: bigint) => ({
  timeUnixNano: String(time),
  body: { stringValue: String(time) },
});

/** When each row happened, by its own account: where it is filed, or what it keeps as the original. */
function timesOf(result: ReturnType<typeof encode>, attributes: string, time: string): bigint[] {
  return rowsOf(result).map((row) => {
    const kept = new Map(row[attributes] as readonly [string, string][]).get(ORIGINAL);
    return kept === undefined ? (row[time] as bigint) : BigInt(kept);
  });
}

describe("a request of 1000 days", () => {
  const times = Array.from({ length: 1000 }, (_, days) => daysAgo(days));

  test("is stored whole, in a block for each of its first 32 days and one for today", () => {
    const result = encode([logs(...times.map(logAt))], LIMITS);
    expect(result.outcomes).toMatchObject([{ kind: "encoded", records: 1000, rejected: 0 }]);
    expect(result.blocks.map(({ day }) => day).toSorted((a, b) => b - a)).toEqual(
      Array.from({ length: 33 }, (_, days) => TODAY - days),
    );
    expect(new Set(timesOf(result, "LogAttributes", "Timestamp"))).toEqual(new Set(times));
    const filed = rowsOf(result).filter((row) => row["Timestamp"] === NOW);
    expect(filed).toHaveLength(1000 - 32);
  });

  test("keeps the time of each span, too", () => {
    const list = times.map((time) => ({
      startTimeUnixNano: String(time),
      endTimeUnixNano: String(time + 5n),
    }));
    const result = encode([spans(...list)], LIMITS);
    expect(result.blocks).toHaveLength(33);
    expect(new Set(timesOf(result, "SpanAttributes", "Timestamp"))).toEqual(new Set(times));
    expect(new Set(rowsOf(result).map((row) => row["Duration"]))).toEqual(new Set([5n]));
  });

  test("has the same days in all tables of metrics", () => {
    const point = (time: bigint) => ({ timeUnixNano: String(time), asDouble: 1 });
    const metrics = [
      { name: "first", gauge: { dataPoints: times.slice(0, 500).map(point) } },
      { name: "second", sum: { dataPoints: times.slice(500).map(point) } },
    ];
    const result = encode(
      [protobuf("metrics", { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] })],
      LIMITS,
    );
    expect(new Set(result.blocks.map(({ day }) => day)).size).toBe(33);
    expect(new Set(timesOf(result, "Attributes", "TimeUnix"))).toEqual(new Set(times));
  });

  test("may have more of them where the limit says so", () => {
    const result = encode([logs(...times.map(logAt))], {
      ...LIMITS,
      timestampDaysPerRequestMax: 999,
    });
    expect(result.blocks).toHaveLength(1000);
    expect(timesOf(result, "LogAttributes", "Timestamp")).toEqual(times);
    expect(JSON.stringify(rowsOf(result), (_, value: unknown) => String(value))).not.toContain(
      ORIGINAL,
    );
  });
});

test("requests encoded together do not take days from each other", () => {
  const requests = Array.from({ length: 40 }, (_, request) =>
    logs(...Array.from({ length: 32 }, (_day, day) => logAt(daysAgo(1 + request * 32 + day)))),
  );
  const result = encode(requests, LIMITS);
  expect(result.outcomes).toHaveLength(40);
  expect(result.blocks).toHaveLength(40 * 32);
  for (const { day, rows } of result.blocks) {
    expect(day).toBeLessThan(TODAY);
    expect(rows).toBe(1);
  }
  expect(rowsOf(result).map((row) => row["Timestamp"])).toEqual(
    Array.from({ length: 40 * 32 }, (_, days) => daysAgo(1 + days)),
  );
});

test("a malformed request among many takes no others' rows along", () => {
  const day = (days: number) =>
    logs(...Array.from({ length: 20 }, (_, i) => logAt(daysAgo(days + i))));
  const whole = day(100);
  const cut = { ...whole, body: Buffer.concat([whole.body, Buffer.of(0x0a)]) };
  const result = encode([day(1), cut, day(21), cut, day(41)], LIMITS);
  expect(result.outcomes.map(({ kind }) => kind)).toEqual([
    "encoded",
    "malformed",
    "encoded",
    "malformed",
    "encoded",
  ]);
  expect(timesOf(result, "LogAttributes", "Timestamp")).toEqual(
    Array.from({ length: 60 }, (_, days) => daysAgo(1 + days)),
  );
});

test("what rules add and rename is the same on each of many days", () => {
  const encoder = createEncoder({
    limits: LIMITS,
    rules: {
      ...NO_RULES,
      attributes: [
        {
          name: "add",
          action: "add",
          key: "team",
          value: "payments",
          overwrite: true,
          on: ["resource"],
        },
        { name: "rename", action: "rename", from: "user", to: "enduser.id", on: ["record"] },
      ],
    },
  });
  const requests = Array.from({ length: 100 }, (_, days) =>
    protobuf("logs", {
      resourceLogs: [
        {
          resource: { attributes: [text("service.name", `s${days}`)] },
          scopeLogs: [
            { logRecords: [{ ...logAt(daysAgo(days)), attributes: [text("user", `u${days}`)] }] },
          ],
        },
      ],
    }),
  );
  const result = encoder.encode(requests, NOW);
  expect(result.outcomes.map(({ kind }) => kind)).toEqual(requests.map(() => "encoded"));
  expect(rowsOf(result).map((row) => [row["ResourceAttributes"], row["LogAttributes"]])).toEqual(
    requests.map((_, days) => [
      [
        ["service.name", `s${days}`],
        ["team", "payments"],
      ],
      [["enduser.id", `u${days}`]],
    ]),
  );
});
