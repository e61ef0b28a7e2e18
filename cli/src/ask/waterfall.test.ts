/** Goal: a trace in a terminal can be read, at any width, and shows everything once. Method: goldens; properties for odd shapes. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { log, span, trace } from "../testing/shown-trace.ts";
import { createPalette } from "./palette.ts";
import { widthOf } from "./text-width.ts";
import type { ShownTrace } from "./trace-rows.ts";
import { waterfall } from "./waterfall.ts";

const plain = createPalette(false);

const ORDER = trace(
  [
    span({
      id: "1",
      service: "gateway",
      name: "POST /order",
      at: 0,
      tookMs: 250,
      failed: true,
      logs: [log(1, "order received"), log(249, "order failed", 17)],
    }),
    span({
      id: "2",
      parent: "1",
      service: "payment",
      name: "charge",
      at: 20,
      tookMs: 200,
      failed: true,
      logs: [log(21, "charging"), log(151, "Deadlock found\n  at Lock.wait (lock.js:3)", 17)],
    }),
    span({
      id: "3",
      parent: "2",
      service: "payment",
      name: "SELECT balance FROM accounts WHERE customer = ? FOR UPDATE",
      at: 30,
      tookMs: 120,
      logs: [log(31, "waiting for a lock", 5)],
    }),
    span({ id: "4", parent: "1", service: "mail", name: "apologise", at: 230, tookMs: 0.4 }),
  ],
  { logs: [log(300, "a line of nobody", 13)], missingParents: ["00000000000000ff"] },
);

test.each([80, 120, 40])("a request at %d columns", async (width) => {
  const text = [...waterfall(ORDER, { width, palette: plain })].join("\n");
  await expect(`${text}\n`).toMatchFileSnapshot(`testdata/order-${width}.txt`);
});

test("colours mark services, severities and failures, and change nothing else", async () => {
  const coloured = [...waterfall(ORDER, { width: 80, palette: createPalette(true) })].join("\n");
  await expect(`${coloured}\n`).toMatchFileSnapshot("testdata/order-80-coloured.txt");
  // oxlint-disable-next-line no-control-regex -- colours are made of it
  const bare = coloured.replaceAll(/\u001b\[[\d;]*m/g, "");
  expect(bare).toBe([...waterfall(ORDER, { width: 80, palette: plain })].join("\n"));
});

test("logs without any span are a trace too", () => {
  const text = [
    ...waterfall(trace([], { logs: [log(5, "alone")] }), { width: 60, palette: plain }),
  ];
  expect(text.slice(1).map((line) => line.trimEnd())).toEqual([
    "1 log",
    "",
    "logs of no stored span",
    "INFO  alone                                               +0",
  ]);
});

test("text that would steer the terminal is shown as its code", () => {
  const hostile = span({
    id: "1",
    service: "\u001b]0;owned\u0007",
    name: "\u001b[2J\u202Eevil",
    at: 0,
    tookMs: 1,
    logs: [log(0, "first\r\u001b[31mfake\nERROR second line")],
  });
  const text = [...waterfall(trace([hostile]), { width: 120, palette: plain })].join("\n");
  // oxlint-disable-next-line no-control-regex -- nothing of it may be left
  expect(text.replaceAll("\n", "")).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
  expect(text).toContain("\\x1b]0;owned\\x07 \\x1b[2J\\u202eevil");
  expect(text).toContain("first\\r\\x1b[31mfake\\nERROR second line");
});

test("a chain of 20 000 spans neither overflows nor leaves its names no room", () => {
  const spans = Array.from({ length: 20_000 }, (_, n) =>
    span({
      id: n.toString(16),
      ...(n === 0 ? {} : { parent: (n - 1).toString(16) }),
      name: "next",
      at: n,
      tookMs: 20_000 - n,
    }),
  );
  const lines = [...waterfall(trace(spans), { width: 80, palette: plain })];
  expect(lines.length).toBe(20_000 + 4);
  expect(lines.at(-1)).toContain("next");
  expect(lines.at(-1)).toMatch(/^⋯1999\d /);
});

const anySpans = fc
  .array(
    fc.record({
      parent: fc.nat(30),
      at: fc.integer({ min: -50, max: 1_000 }),
      tookMs: fc.nat(2_000),
      name: fc.string({ unit: "grapheme", maxLength: 40 }),
      bodies: fc.array(fc.string({ unit: "binary", maxLength: 60 }), { maxLength: 3 }),
    }),
    { maxLength: 30 },
  )
  .map((inputs): ShownTrace =>
    trace(
      inputs.map(({ parent, at, tookMs, name, bodies }, index) =>
        span({
          id: (index + 1).toString(16),
          parent: parent.toString(16),
          at,
          tookMs,
          name,
          logs: bodies.map((body, n) => log(at + n, body)),
        }),
      ),
    ),
  );

test("every span and log is one line, and none is wider than the terminal", () => {
  fc.assert(
    fc.property(anySpans, fc.integer({ min: 40, max: 180 }), (shown, width) => {
      const lines = [...waterfall(shown, { width, palette: plain })];
      const logs = shown.spans.reduce((sum, each) => sum + each.logs.length, 0);
      const scale = shown.spans.length > 0 ? 1 : 0;
      expect(lines.length).toBe(3 + scale + shown.spans.length + logs);
      for (const line of lines.slice(3)) expect(widthOf(line), line).toBeLessThanOrEqual(width);
    }),
  );
});
