/** Goal: lists of traces and services keep to the terminal's width, and lose nothing where there is none. */
import type { TraceSummary } from "@throughline/query/wire";
import { expect, test } from "vitest";
import { lookOf } from "../terminal.ts";
import { createPalette } from "./palette.ts";
import { type Service, serviceLines } from "./service-table.ts";
import { severityBand } from "./severity.ts";
import { widthOf } from "./text-width.ts";
import { traceLines } from "./trace-list.ts";

const palette = createPalette(false);

const TRACE: TraceSummary = {
  traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
  rootServiceName: "gateway",
  rootName: "POST /customers/{customerId}/orders/{orderId}/payments/{paymentId}/refunds",
  startTimeUnixNano: "1795176600000000000",
  durationNano: "1250000000",
  spanCount: 1_234,
  errorCount: 7,
  logCount: 20,
  services: Array.from({ length: 12 }, (_, n) => ({ name: `service-${n}`, spanCount: 100 })),
};

test.each([60, 80, 100, 119, 120, 200])("a trace at %d columns stays within them", (width) => {
  const lines = traceLines(TRACE, { width, palette });
  expect(lines.length).toBe(width < 120 ? 2 : 1);
  for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
  expect(lines.join()).toContain(TRACE.traceId);
  expect(lines.join()).toContain("✗ 7 of 1,234 spans");
});

test("in a file a trace is one whole line", () => {
  expect(traceLines(TRACE, { width: undefined, palette })).toEqual([
    `${TRACE.traceId} 2026-11-20 12:10:00.000   1.25 s gateway ${TRACE.rootName} ✗ 7 of 1,234 spans`,
  ]);
});

test("a trace whose root has not arrived says so", () => {
  const rootless = { ...TRACE, rootServiceName: "", rootName: "" };
  expect(traceLines(rootless, { width: undefined, palette })[0]).toContain("(no root span yet)");
});

test("names are coloured by service, also where they are cut, and hostile ones are inert", () => {
  const hostile = { ...TRACE, rootServiceName: "\u001b[2Jgateway", errorCount: 0 };
  const [line = ""] = traceLines(hostile, { width: 80, palette: createPalette(true) });
  expect(line).toContain("\\x1b[2Jgateway");
  expect(line).not.toContain("\u001b[2J");
  const id = { ...TRACE, traceId: "\u001b[2J" };
  for (const width of [undefined, 80, 120]) {
    expect(traceLines(id, { width, palette }).join()).toContain("\\x1b[2J");
  }
});

const service = (name: string, more: Partial<Service> = {}): Service => ({
  name,
  spanCount: 0,
  errorCount: 0,
  logCount: 0,
  p50Nano: null,
  p95Nano: null,
  p99Nano: null,
  ...more,
});

test("services are aligned, wide characters included", () => {
  const services = [
    service("checkout", {
      spanCount: 12_345,
      errorCount: 3,
      logCount: 99,
      p50Nano: "8050000",
      p95Nano: "120000000",
      p99Nano: "1080000000",
    }),
    service("支払い"),
  ];
  expect(serviceLines(services, { width: 80, palette })).toEqual([
    "service            spans  errors      p50     p95     p99  logs",
    "checkout          12,345  <0.1 %  8.05 ms  120 ms  1.08 s    99",
    "支払い                 0       -        -       -       -     0",
  ]);
});

test.each([
  [1, "", "TRACE"],
  [9, "", "INFO"],
  [12, "whatever", "INFO"],
  [13, "", "WARN"],
  [24, "", "FATAL"],
  [0, "Warning", "WARN"],
  [0, "err", "ERROR"],
  [0, "CRITICAL", "FATAL"],
  [0, "", "UNSET"],
  [99, "odd", "UNSET"],
])("severity %d %j is %s", (number, text, band) => {
  expect(severityBand(number, text)).toBe(band);
});

test("NO_COLOR and a dumb terminal have no colours; an empty NO_COLOR says nothing", () => {
  expect(lookOf(120, {})).toEqual({ columns: 120, colours: true });
  expect(lookOf(undefined, { NO_COLOR: "1" })).toEqual({ columns: 80, colours: false });
  expect(lookOf(80, { TERM: "dumb" }).colours).toBe(false);
  expect(lookOf(80, { NO_COLOR: "", TERM: "xterm" }).colours).toBe(true);
});
