/** Goal: whatever form an id is pasted in, it leads to the ids that are stored. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { readRequestId } from "./request-id.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const LOW = "a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";
const padded = (id: string) => id.padStart(32, "0");

test.each([
  [TRACE, "trace_id", [TRACE], []],
  [` ${TRACE.toUpperCase()}\n`, "trace_id", [TRACE], []],
  [`0x${TRACE}`, "trace_id", [TRACE], []],
  [SPAN, "span_id", [padded(SPAN)], [SPAN]],
  [`00-${TRACE}-${SPAN}-01`, "traceparent", [TRACE], []],
  [`traceparent: 00-${TRACE}-${SPAN}-01`, "traceparent", [TRACE], []],
  [`${TRACE}-${SPAN}-1-${SPAN}`, "b3", [TRACE], []],
  [`b3: ${LOW}-${SPAN}-d`, "b3", [padded(LOW)], []],
  [`uber-trace-id: ${TRACE}:${SPAN}:0:1`, "uber-trace-id", [TRACE], []],
  [`${TRACE.slice(0, 8)}-77b3-4da6-a3ce-929d0e0e4736`, "uuid", [TRACE], []],
  [
    "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
    "x-amzn-trace-id",
    ["5759e988bd862e3fe1be46a994272793"],
    [],
  ],
  [
    "X-Amzn-Trace-Id: Self=1-67891234-12456789abcdef012345678;Root=1-5759e988-bd862e3fe1be46a994272793",
    "x-amzn-trace-id",
    ["5759e988bd862e3fe1be46a994272793"],
    [],
  ],
  [String(BigInt(`0x${LOW}`)), "decimal", [padded(LOW)], [LOW]],
  [String(BigInt(`0x${TRACE}`)), "decimal", [TRACE], []],
  ["1234567890123456", "span_id", [padded("1234567890123456")], ["1234567890123456"]],
  ["order-4711", "text", [], []],
  ["4711", "text", [], []],
  ["0".repeat(32), "trace_id", [], []],
  ["", "text", [], []],
])("%s is a %s", (given, form, traceIds, spanIds) => {
  expect(readRequestId(given)).toEqual({ text: given.trim(), form, traceIds, spanIds });
});

test("ids have the length of stored ids, whatever is pasted, and no text takes long", () => {
  const pieces = fc.constantFrom(
    "0",
    "a",
    "F",
    "9",
    "-",
    ":",
    ";",
    "=",
    "Root=1-",
    "b3:",
    " ",
    "x",
    TRACE,
    SPAN,
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
      const { traceIds, spanIds } = readRequestId(parts.join(""));
      for (const id of traceIds) expect(id).toMatch(/^[0-9a-f]{32}$/);
      for (const id of spanIds) expect(id).toMatch(/^[0-9a-f]{16}$/);
    }),
    { numRuns: 2_000 },
  );
});
