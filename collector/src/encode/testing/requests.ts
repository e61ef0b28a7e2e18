/** Small requests, and what becomes of them: the words the encoder's tests are written in. */
import assert from "node:assert/strict";
import { expect } from "vitest";
import type { EncodeOutcome, EncodeResult, Signal } from "../../contract.ts";
import { createEncoder } from "../encoder.ts";
import type { EncodeRequest } from "../encoder.ts";
import type { EncoderLimits } from "../options.ts";
import type { Row } from "./expected-rows.ts";
import { readNativeBlocks } from "./native-reader.ts";
import { encodeRequest } from "./otlp-types.ts";

export const NOW = 1_763_659_900_000_000_000n;
export const DAY = 86_400_000_000_000n;
export const TRACE_ID = Uint8Array.from({ length: 16 }, (_, i) => i + 1);
export const SPAN_ID = Uint8Array.from({ length: 8 }, (_, i) => i + 1);

export const text = (key: string, value: string) => ({ key, value: { stringValue: value } });

export function protobuf(signal: Signal, request: object): EncodeRequest {
  return { signal, encoding: "protobuf", body: encodeRequest(signal, request) };
}

export function logs(...logRecords: object[]): EncodeRequest {
  return protobuf("logs", { resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
}

export function spans(...list: object[]): EncodeRequest {
  const complete = list.map((span) => ({ traceId: TRACE_ID, spanId: SPAN_ID, ...span }));
  return protobuf("traces", { resourceSpans: [{ scopeSpans: [{ spans: complete }] }] });
}

export function json(signal: Signal, body: string | object): EncodeRequest {
  const content = typeof body === "string" ? body : JSON.stringify(body);
  return { signal, encoding: "json", body: Buffer.from(content) };
}

export function encode(
  requests: readonly EncodeRequest[],
  limits: Partial<EncoderLimits> = {},
): EncodeResult {
  return createEncoder({ limits }).encode(requests, NOW);
}

export function rowsOf(result: EncodeResult): readonly Row[] {
  return result.blocks.flatMap(({ bytes }) => readNativeBlocks(bytes).flatMap(({ rows }) => rows));
}

export function onlyRow(request: EncodeRequest, limits: Partial<EncoderLimits> = {}): Row {
  const result = encode([request], limits);
  expect(result.outcomes).toMatchObject([{ kind: "encoded", records: 1, rejected: 0, reason: "" }]);
  const [row] = rowsOf(result);
  assert(row !== undefined);
  return row;
}

export function malformed(request: EncodeRequest): string {
  const [outcome] = encode([request]).outcomes;
  expect(outcome?.kind).toBe("malformed");
  return outcome?.kind === "malformed" ? outcome.message : "";
}

export function refusal(
  request: EncodeRequest,
  limits: Partial<EncoderLimits> = {},
): EncodeOutcome {
  const [outcome] = encode([request], limits).outcomes;
  assert(outcome !== undefined);
  return outcome;
}
