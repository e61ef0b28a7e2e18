import fc from "fast-check";
import { expect, test } from "vitest";
import type { Trace } from "../wire.ts";
import { traceToJson } from "./trace-json.ts";

const TEXT = fc.string({ unit: "binary", maxLength: 20 });
const LOG = fc.record({ timeUnixNano: TEXT, spanId: TEXT, body: TEXT });
const SPAN = fc.record({
  spanId: TEXT,
  name: TEXT,
  attributes: fc.dictionary(TEXT, TEXT, { maxKeys: 3 }),
  logs: fc.array(LOG, { maxLength: 3 }),
});
const TRACE = fc
  .record({
    traceId: TEXT,
    spans: fc.array(SPAN, { maxLength: 5 }),
    logs: fc.array(LOG, { maxLength: 5 }),
    missingParents: fc.array(TEXT, { maxLength: 2 }),
    meta: fc.record({ complete: fc.boolean(), reason: TEXT }),
  })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as much of a trace as its writing depends on
  .map((trace) => trace as unknown as Trace);

test("the pieces together are the JSON of the trace", () => {
  fc.assert(
    fc.property(TRACE, (trace) => {
      const json = [...traceToJson(trace)].join("");
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(trace)));
    }),
  );
});

test("no piece is much longer than one record, wherever the records are", () => {
  const log = { timeUnixNano: "1", spanId: "", body: "x".repeat(1_000) };
  const logs = Array.from({ length: 2_000 }, () => log);
  const span = { spanId: "1", name: "op", attributes: {}, logs };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
  const trace = { traceId: "t", spans: [span, span], logs, meta: {} } as unknown as Trace;
  const pieces = [...traceToJson(trace)];
  expect(pieces.length).toBeGreaterThan(20);
  for (const piece of pieces) expect(piece.length).toBeLessThan(256 * 1024 + 2_000);
});
