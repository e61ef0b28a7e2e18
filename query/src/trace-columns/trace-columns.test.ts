/** Goal: what is encoded is what is decoded, and damage is told, never read past. Method: random columns, random cuts. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeTraceColumns, narrowest } from "./encode.ts";
import type { TraceColumns, TraceColumnsAbout } from "./format.ts";
import { decodeTraceColumns, spanIdAt, TraceColumnsError } from "./index.ts";

const ABOUT: TraceColumnsAbout<string, string> = {
  traceId: "ab",
  spanCount: 0,
  startTimeUnixNano: "1795176000000000000",
  durationNs: 5,
  dictionaries: { service: ["café"], name: ["a", "\u{1f600}"], kind: ["Server"], host: [""] },
  missingParents: ["ff"],
  cuts: [[1, 2]],
  repeatedSpans: 3,
  oddSpanIds: [],
  logCount: 4,
  unattachedLogCount: 1,
  verdict: "fine",
  meta: "quick",
};

const traces = fc.nat(40).chain((spanCount) => {
  const many = (max: number) =>
    fc
      .array(fc.nat(max), { minLength: spanCount, maxLength: spanCount })
      .map((numbers) => narrowest(Uint32Array.from(numbers)));
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  const floats = fc
    .array(fc.maxSafeNat(), { minLength: spanCount, maxLength: spanCount })
    .map((numbers) => Float64Array.from(numbers));
  return fc.record({
    about: fc.constant({ ...ABOUT, spanCount }),
    startNs: floats,
    durationNs: floats,
    parent: fc
      .array(fc.integer({ min: -5, max: 40 }), { minLength: spanCount, maxLength: spanCount })
      .map((numbers) => Int32Array.from(numbers)),
    service: many(3),
    name: many(1_000_000),
    host: many(300),
    kind: many(5),
    status: bytes(spanCount),
    logCount: many(70_000),
    errorLogCount: many(300),
    eventCount: many(10),
    linkCount: many(1),
    flags: bytes(spanCount),
    spanIds: bytes(spanCount * 8),
  });
});

test("what was encoded is decoded", () => {
  fc.assert(
    fc.property(traces, (trace) => {
      expect(decodeTraceColumns(whole(trace))).toEqual(trace);
    }),
  );
});

test("from a slice that lies askew, too", () => {
  fc.assert(
    fc.property(traces, fc.integer({ min: 1, max: 7 }), (trace, shift) => {
      const bytes = whole(trace);
      const room = new Uint8Array(bytes.length + shift);
      room.set(bytes, shift);
      expect(decodeTraceColumns(room.subarray(shift))).toEqual(trace);
    }),
    { numRuns: 20 },
  );
});

test("bytes that are cut off are refused", () => {
  fc.assert(
    fc.property(
      traces,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (trace, share) => {
        const bytes = whole(trace);
        // The last column may end in filling.
        const cut = Math.floor(share * (bytes.length - 8));
        expect(() => decodeTraceColumns(bytes.slice(0, cut))).toThrow(TraceColumnsError);
      },
    ),
  );
});

test("damaged bytes are refused or read, and nothing else happens", () => {
  fc.assert(
    fc.property(traces, fc.array(fc.tuple(fc.nat(5_000), fc.nat(255))), (trace, damages) => {
      const bytes = whole(trace);
      for (const [at, byte] of damages) bytes[at % bytes.length] = byte;
      try {
        decodeTraceColumns(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(TraceColumnsError);
      }
    }),
    { numRuns: 1_000 },
  );
});

test("a span id is hex again, and an odd one is what it was", () => {
  const spanIds = Uint8Array.from([0, 1, 2, 3, 0xab, 0xcd, 0xef, 0xff, 0, 0, 0, 0, 0, 0, 0, 0]);
  const none = new Uint8Array(2);
  const columns: TraceColumns = {
    about: { ...ABOUT, spanCount: 2, oddSpanIds: [[1, "not hex"]] },
    startNs: new Float64Array(2),
    durationNs: new Float64Array(2),
    parent: new Int32Array(2),
    service: none,
    name: none,
    host: none,
    kind: none,
    status: none,
    logCount: none,
    errorLogCount: none,
    eventCount: none,
    linkCount: none,
    flags: none,
    spanIds,
  };
  expect([0, 1].map((row) => spanIdAt(columns, row))).toEqual(["00010203abcdefff", "not hex"]);
});

function whole(trace: TraceColumns): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(encodeTraceColumns(trace));
}
