/**
 * Goal: whatever OTLP allows on the wire is stored as it was meant, and whatever it does not allow harms nobody else.
 * Method: generate requests with fields in any order, repeated, in pieces and unknown; decode them with another
 * library, make rows the slow way, and compare with what a reader of the Native format finds in our blocks.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EncodeOutcome, EncodeResult, Signal } from "../contract.ts";
import { REQUEST_MESSAGES } from "../otlp/messages.ts";
import { sampleLogs, sampleSpans } from "./bench/sample-requests.ts";
import { createEncoder } from "./encoder.ts";
import type { EncodeRequest } from "./encoder.ts";
import { addMetrics } from "./testing/expected-metrics.ts";
import { addLogs, addTraces, ExpectedRows } from "./testing/expected-rows.ts";
import type { Row } from "./testing/expected-rows.ts";
import { readNativeBlocks } from "./testing/native-reader.ts";
import { decodeRequest } from "./testing/otlp-types.ts";
import { hasOnlyRightWireTypes } from "./testing/wire-types.ts";
import { messageArbitrary, RECEIVED_AT, wireBytes } from "./testing/wire-arbitrary.ts";

/** FUZZ_RUNS=100000 for a long look. A failure prints its seed. */
const RUNS = Number(process.env["FUZZ_RUNS"] ?? 100);

function rowsByBlock(result: EncodeResult): Map<string, Row[]> {
  const found = new Map<string, Row[]>();
  for (const block of result.blocks) {
    const key = `${block.table}/${block.day}`;
    const rows = readNativeBlocks(block.bytes).flatMap((native) => native.rows);
    expect(rows).toHaveLength(block.rows);
    found.set(key, [...(found.get(key) ?? []), ...rows]);
  }
  return found;
}

function expectedRows(signal: Signal, bodies: readonly Uint8Array[]): ExpectedRows {
  const expected = new ExpectedRows(RECEIVED_AT);
  for (const body of bodies) {
    if (signal === "logs") addLogs(expected, decodeRequest("logs", body));
    else if (signal === "traces") addTraces(expected, decodeRequest("traces", body));
    else addMetrics(expected, decodeRequest("metrics", body));
  }
  return expected;
}

function requestsOf(signal: Signal, bodies: readonly Uint8Array[]): EncodeRequest[] {
  return bodies.map((body) => ({ signal, encoding: "protobuf", body }));
}

/** Bytes that encoders begin with: little memory is outgrown anywhere in a request, in the middle of a message as well. */
const ENCODERS = new Map(
  [0, 700, 3_000, 9_000, 1_000_000].map((retainedBytes) => [
    retainedBytes,
    createEncoder({ retainedBytes }),
  ]),
);
const memories = fc.constantFrom(...ENCODERS.keys());

describe.each(["logs", "traces", "metrics"] as const)("%s", (signal) => {
  test("every legal encoding of a request becomes the rows it stands for", () => {
    const request = messageArbitrary(REQUEST_MESSAGES[signal]).map(wireBytes);
    const bodiesArbitrary = fc.array(request, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(memories, bodiesArbitrary, (memory, bodies) => {
        const expected = expectedRows(signal, bodies);
        const result = encodeInUsedMemory(memory, requestsOf(signal, bodies));
        // Joining them may not cost more than the request is worth; a few are drawn with more.
        fc.pre(!result.outcomes.some(hasTooManyPieces));
        const rejected = result.outcomes.reduce((sum, outcome) => {
          expect(outcome).toMatchObject({ kind: "encoded" });
          return sum + (outcome.kind === "encoded" ? outcome.rejected : 0);
        }, 0);
        expect(rejected).toBe(expected.rejected);
        expect(rowsByBlock(result)).toEqual(expected.rows);
      }),
      { numRuns: RUNS },
    );
  });

  test("a damaged request is read as the other library reads it or refused, and its neighbours are stored in any case", () => {
    const request = messageArbitrary(REQUEST_MESSAGES[signal]).map(wireBytes);
    const damaged = fc
      .tuple(request, mutations())
      .map(([victim, changes]) => mutate(victim, changes));
    fc.assert(
      fc.property(memories, request, damaged, request, (memory, first, damaged, last) => {
        const bodies = [first, damaged, last];
        const result = encodeInUsedMemory(memory, requestsOf(signal, bodies));
        const [, outcome] = result.outcomes;
        const refusal = refusalOfOther(signal, damaged);
        if (outcome?.kind === "malformed") {
          expect(outcome.message).toMatch(/at byte \d+ of \d+/);
          if (refusal === undefined) expect(outcome.message).toMatch(STRICTER);
          expect(rowsByBlock(result)).toEqual(expectedRows(signal, [first, last]).rows);
        } else if (
          refusal === undefined &&
          hasOnlyRightWireTypes(REQUEST_MESSAGES[signal], damaged)
        ) {
          expect(rowsByBlock(result)).toEqual(expectedRows(signal, bodies).rows);
        } else {
          // What we pass over unread it reads, and texts that are no UTF-8 we mend.
          const stored = result.outcomes.map((each) =>
            each.kind === "encoded" ? each.records : 0,
          );
          const rows = result.blocks.map((block) => block.rows);
          rowsByBlock(result);
          expect(sum(rows)).toBe(sum(stored));
        }
      }),
      { numRuns: RUNS },
    );
  });
});

function hasTooManyPieces(outcome: EncodeOutcome): boolean {
  return outcome.kind === "malformed" && outcome.message.includes("sent in pieces");
}

/** What we refuse and the other library reads: in fields that it passes over it does not look at groups, numbers and lengths. */
const STRICTER =
  /a group (ends that did not start|does not end)|field number|wire type|has more than 10 bytes|groups nested|sent in pieces|and only \d+ bytes are left|the message ends inside a field/;
/** @returns why the other library refuses the bytes; undefined when it reads them */
function refusalOfOther(signal: Signal, body: Uint8Array): string | undefined {
  try {
    decodeRequest(signal, body);
    return undefined;
  } catch (error) {
    return String(error);
  }
}

test.each([
  ["logs", sampleLogs],
  ["traces", sampleSpans],
] as const)("%s as an SDK sends them become the rows they stand for", (signal, make) => {
  const bodies = [make(200, 1), make(1000, 2)];
  const result = createEncoder().encode(requestsOf(signal, bodies), RECEIVED_AT);
  expect(rowsByBlock(result)).toEqual(expectedRows(signal, bodies).rows);
});

/** What an earlier block left in its memory must not show in a later one. */
function encodeInUsedMemory(
  retainedBytes: number,
  requests: readonly EncodeRequest[],
): EncodeResult {
  const encoder = ENCODERS.get(retainedBytes);
  assert(encoder !== undefined);
  const { blocks, ...rest } = encoder.encode(requests, RECEIVED_AT);
  const kept = blocks.map((block) => ({ ...block, bytes: block.bytes.slice() }));
  for (const { bytes } of blocks) {
    const memory = bytes.buffer;
    new Uint8Array(memory).fill(0xa5);
    encoder.reuse([memory]);
  }
  return { ...rest, blocks: kept };
}

type Mutation =
  | { readonly kind: "flip"; readonly at: number; readonly mask: number }
  | { readonly kind: "cut"; readonly at: number }
  | { readonly kind: "insert"; readonly at: number; readonly bytes: Uint8Array };

function mutations(): fc.Arbitrary<Mutation[]> {
  const at = fc.double({ min: 0, max: 1, noNaN: true });
  const mutation = fc.oneof(
    fc.record({
      kind: fc.constant("flip" as const),
      at,
      mask: fc.integer({ min: 1, max: 255 }),
    }),
    fc.record({ kind: fc.constant("cut" as const), at }),
    fc.record({
      kind: fc.constant("insert" as const),
      at,
      bytes: fc.oneof(
        fc.uint8Array({ minLength: 1, maxLength: 8 }),
        fc.constantFrom(
          Uint8Array.from([0xff, 0xff, 0xff, 0xff, 0x07]),
          Uint8Array.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
          Uint8Array.from([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80]),
          Uint8Array.from([0x0b]),
          Uint8Array.from([0x0c]),
        ),
      ),
    }),
  );
  return fc.array(mutation, { minLength: 1, maxLength: 3 });
}

function mutate(bytes: Uint8Array, changes: readonly Mutation[]): Uint8Array {
  let out = Uint8Array.from(bytes);
  for (const change of changes) {
    const at = Math.floor(change.at * out.length);
    if (change.kind === "cut") out = out.slice(0, at);
    else if (change.kind === "flip") out[at] = (out[at] ?? 0) ^ change.mask;
    else out = Uint8Array.from([...out.slice(0, at), ...change.bytes, ...out.slice(at)]);
  }
  return out;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
