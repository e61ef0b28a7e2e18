/** Goal: who called whom, how often, how often in vain and for how much of the time, counted as a reader would. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Span } from "@throughline/query/wire";
import { span, trace } from "./testing.ts";
import { findCalls } from "./trace-calls.ts";
import { indexTrace } from "./trace-index.ts";
import { toModel } from "./trace-model.ts";

function of(service: string, one: Span, failed = false): Span {
  const status = failed ? { code: "Error" as const, message: "" } : one.status;
  return { ...one, serviceName: service, status };
}

function callsOf(spans: Span[]) {
  return findCalls(toModel(indexTrace(trace(spans))));
}

describe("the calls of a trace", () => {
  const shop = callsOf([
    of("front", span("a", "", 0, 100)),
    of("front", span("b", "a", 0, 60)),
    of("pay", span("c", "b", 10, 30), true),
    of("pay", span("d", "b", 20, 40)),
    of("pay", span("e", "d", 25, 5)),
    of("mail", span("f", "a", 90, 10)),
  ]);

  test("are those between two services, with what failed and the longest", () => {
    expect(
      shop.calls.map(({ from, to, calls, errorCount, maxNs }) => [
        from,
        to,
        calls,
        errorCount,
        maxNs,
      ]),
    ).toEqual([
      ["front", "pay", 2, 1, 40],
      ["front", "mail", 1, 0, 10],
    ]);
  });

  test("take the share of the trace in which one of them ran, however many at once", () => {
    expect(shop.calls.map(({ timeShare }) => timeShare)).toEqual([0.5, 0.1]);
    expect(shop.calls[0]?.totalNs).toBe(70);
  });

  test("leave to each service its own time", () => {
    expect(shop.services.map(({ name, spanCount, selfNs }) => [name, spanCount, selfNs])).toEqual([
      ["front", 3 - 1, 30 + 10],
      ["pay", 3, 70],
      ["mail", 1, 10],
    ]);
    const shares = shop.services.reduce((sum, { selfShare }) => sum + selfShare, 0);
    expect(shares).toBeCloseTo(1);
  });

  test("are none within one service, below a missing parent, or without spans", () => {
    expect(callsOf([span("a", "", 0), span("b", "a", 1), span("c", "lost", 2)]).calls).toEqual([]);
    expect(callsOf([])).toEqual({ services: [], calls: [] });
  });
});

test("every span whose parent is of another service is in exactly one pair", () => {
  const node = fc.record({
    parent: fc.nat(30),
    service: fc.constantFrom("a", "b", "c"),
    start: fc.nat(1000),
    duration: fc.nat(500),
  });
  fc.assert(
    fc.property(fc.array(node, { maxLength: 30 }), (nodes) => {
      const spans = nodes.map(({ parent, service, start, duration }, i) =>
        of(service, span(`s${i}`, i === 0 ? "" : `s${parent % i}`, start, duration)),
      );
      const between = spans.filter(({ parentSpanId, serviceName }) => {
        const parent = spans.find(({ spanId }) => spanId === parentSpanId);
        return parent !== undefined && parent.serviceName !== serviceName;
      });
      const { calls, services } = callsOf(spans);
      expect(calls.reduce((sum, pair) => sum + pair.calls, 0)).toBe(between.length);
      expect(services.reduce((sum, each) => sum + each.spanCount, 0)).toBe(spans.length);
      for (const { timeShare } of calls) expect(timeShare).toBeLessThanOrEqual(1);
    }),
  );
});
