/** Goal: a link to a failed span leads to where its failure began, and not into a failure beside it. */
import type { Span } from "@throughline/query/wire";
import { expect, test } from "vitest";
import { originBelow } from "./blame.ts";
import { span, trace } from "./testing.ts";
import { indexTrace } from "./trace-index.ts";

function failed(spanId: string, parentSpanId: string, startNs: number, durationNs: number): Span {
  return {
    ...span(spanId, parentSpanId, startNs, durationNs),
    status: { code: "Error", message: "" },
  };
}

const index = indexTrace(
  trace([
    failed("front", "", 0, 100),
    failed("pay", "front", 10, 50),
    failed("try1", "pay", 12, 10),
    failed("try2", "pay", 30, 20),
    failed("stock", "front", 70, 20),
    span("fine", "front", 95, 2),
  ]),
);
const origin = (key: string) =>
  index.nodes[originBelow(index, index.nodeByKey.get(key) ?? -1)]?.key;

test("of several attempts the last one decided", () => {
  expect(origin("pay")).toBe("try2");
});

test("of the whole request it is the failure that ended last", () => {
  expect(origin("front")).toBe("stock");
});

test("a span below which nothing failed is its own origin", () => {
  expect(origin("try1")).toBe("try1");
  expect(origin("fine")).toBe("fine");
});
