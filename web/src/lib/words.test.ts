/** Goal: severities, attributes, typed durations and colours read the same everywhere. */
import { describe, expect, test } from "vitest";
import { parseAttribute, parseTypedDuration, sortAttributes } from "./attributes.ts";
import { logKey } from "./log-key.ts";
import { assignServiceColors, serviceColor } from "./service-color.ts";
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

describe("an attribute chip", () => {
  test("splits at the first equals sign", () => {
    expect(parseAttribute(" url = /a?b=c ")).toBe("url=/a?b=c");
  });

  test.each(["", "key", "=value", "key="])("%j is no pair", (typed) => {
    expect(parseAttribute(typed)).toBeUndefined();
  });
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

  test("of one service alone are its own", () => {
    expect(assignServiceColors(["orders"]).get("orders")).toEqual(serviceColor("orders"));
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
