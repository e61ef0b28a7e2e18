/** Goal: severities, attributes, typed durations and colours read the same everywhere. */
import { describe, expect, test } from "vitest";
import { parseTypedDuration, sortAttributes } from "./attributes.ts";
import { logKey } from "./log-key.ts";
import {
  assignServiceColors,
  holdColors,
  KEEP_MS,
  NONE_HELD,
  readStoredColors,
} from "./service-color.ts";
import { toSeverity } from "./severity.ts";

test("severity numbers fall into bands of four, and the text decides without a number", () => {
  const numbers = [1, 4, 5, 9, 13, 17, 21, 24].map((number) => toSeverity(number, ""));
  expect(numbers).toEqual(["TRACE", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "FATAL"]);
  const texts = ["warning", "Critical", "err", "notice", "whatever", ""];
  expect(texts.map((text) => toSeverity(0, text))).toEqual([
    "WARN",
    "FATAL",
    "ERROR",
    "INFO",
    "UNSET",
    "UNSET",
  ]);
  expect(toSeverity(17, "info")).toBe("ERROR");
});

test("attributes read with the failure first and the stack last", () => {
  const sorted = sortAttributes({
    zoo: "1",
    "exception.stacktrace": "at",
    "http.route": "/",
    "exception.type": "E",
    app: "2",
  });
  expect(sorted.map(([name]) => name)).toEqual([
    "exception.type",
    "http.route",
    "app",
    "zoo",
    "exception.stacktrace",
  ]);
});

test("typed durations become nanoseconds, milliseconds without a unit", () => {
  const typed = ["250ms", "1.5 s", "300", "42µs", "2m", "1h", "7ns"];
  expect(typed.map(parseTypedDuration)).toEqual([
    250_000_000n,
    1_500_000_000n,
    300_000_000n,
    42_000n,
    120_000_000_000n,
    3_600_000_000_000n,
    7n,
  ]);
  expect(["", "fast", "-1ms", "1 parsec"].map(parseTypedDuration)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

describe("service colours", () => {
  const names = [
    "gateway",
    "orders",
    "payments",
    "inventory",
    "mailer",
    "catalog",
    "search",
    "users",
  ];

  test("do not depend on the order of names", () => {
    expect(assignServiceColors(names.toReversed())).toEqual(assignServiceColors(names));
  });

  test("are all different among ten services", () => {
    const ten = [...names, "reviews", "stock"];
    const used = [...assignServiceColors(ten).values()].map(({ index }) => index);
    expect(new Set(used).size).toBe(10);
  });

  test("return hatched from the eleventh on", () => {
    const twelve = Array.from({ length: 12 }, (_, i) => `service-${i}`);
    const hatched = [...assignServiceColors(twelve).values()].filter((color) => color.hatched);
    expect(hatched.length).toBe(2);
  });

  test("of known services are all different, and the same in every view of some of them", () => {
    const ten = [...names, "storefront", "notifications"];
    const held = holdColors(NONE_HELD, ten);
    expect(new Set(held.values()).size).toBe(10);
    for (const a of ten)
      for (const b of ten)
        expect(assignServiceColors([a, b], held).get(a)?.index).toBe(held.get(a));
  });

  test("stay with who has them when other services become known", () => {
    const before = holdColors(NONE_HELD, names);
    const after = holdColors(before, ["a", "b", ...names]);
    for (const name of names) expect(after.get(name)).toBe(before.get(name));
    expect(new Set(after.values()).size).toBe(10);
  });

  test("are not held for more services than there are colours", () => {
    const many = Array.from({ length: 11 }, (_, i) => `service-${i}`);
    expect(holdColors(NONE_HELD, many)).toBe(NONE_HELD);
    const held = holdColors(NONE_HELD, names);
    expect(holdColors(held, many)).toBe(held);
  });

  test("leave an unknown service what the known ones beside it do not use", () => {
    const held = holdColors(NONE_HELD, names);
    const view = assignServiceColors([...names, "old"], held);
    expect([...held.values()]).not.toContain(view.get("old")?.index);
  });

  test("are read back from storage unless long unseen, doubled or damaged", () => {
    const nowMs = 1_795_219_355_000;
    const stored = {
      orders: [3, nowMs - 1000],
      gone: [4, nowMs - KEEP_MS],
      doubled: [3, nowMs],
      beyond: [10, nowMs],
      damaged: "x",
    };
    expect(readStoredColors(JSON.stringify(stored), nowMs)).toEqual({ orders: [3, nowMs - 1000] });
    expect(readStoredColors("{", nowMs)).toEqual({});
    expect(readStoredColors("null", nowMs)).toEqual({});
  });
});

test("a log's name changes with its time, service, span and body", () => {
  const log = {
    timeUnixNano: "1795219355007123456",
    traceId: "",
    spanId: "a",
    traceFlags: 0,
    severityNumber: 9,
    severityText: "",
    serviceName: "s",
    body: "b",
    eventName: "",
    attributes: {},
    resource: {},
    scopeName: "",
  };
  const others = [
    { ...log, body: "c" },
    { ...log, spanId: "b" },
    { ...log, serviceName: "t" },
  ];
  expect(new Set([log, ...others].map(logKey)).size).toBe(4);
  expect(logKey(log)).toMatch(/^1795219355007123456-[0-9a-f]{8}$/);
});
