import { SeverityNumber, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import type { Rank } from "./batch-queue.ts";

/** What the four ranks of log records are called where they are counted. */
export const LOG_RANKS = ["debug", "info", "warn", "error"] as const;

/** A record without severity is as good as info. */
export function rankLogRecord(record: ReadableLogRecord): Rank {
  const severity = record.severityNumber ?? SeverityNumber.UNSPECIFIED;
  if (severity === SeverityNumber.UNSPECIFIED) return 1;
  if (severity >= SeverityNumber.ERROR) return 3;
  if (severity >= SeverityNumber.WARN) return 2;
  return severity >= SeverityNumber.INFO ? 1 : 0;
}

/** Errors before the entry of a request, that before its inner steps. */
export function rankSpan(span: ReadableSpan): Rank {
  if (span.status.code === SpanStatusCode.ERROR) return 3;
  if (span.kind === SpanKind.SERVER || span.kind === SpanKind.CONSUMER) return 2;
  return span.parentSpanContext === undefined ? 2 : 1;
}

/** About what the objects cost besides their text: header fields, ids, times, the maps themselves. */
const RECORD_BYTES = 400;
const FIELD_BYTES = 32;
const DEPTH_MAX = 4;

export function sizeOfLogRecord(record: ReadableLogRecord): number {
  return RECORD_BYTES + sizeOf(record.body, 0) + sizeOf(record.attributes, 0);
}

export function sizeOfSpan(span: ReadableSpan): number {
  let size = RECORD_BYTES + span.name.length + sizeOf(span.attributes, 0);
  for (const event of span.events) size += FIELD_BYTES + sizeOf(event.attributes, 0);
  return size + span.links.length * FIELD_BYTES * 4;
}

function sizeOf(value: unknown, depth: number): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null || depth > DEPTH_MAX) return 8;
  if (value instanceof Uint8Array) return value.length;
  let size = 0;
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[]) size += FIELD_BYTES + sizeOf(item, depth + 1);
    return size;
  }
  for (const [key, item] of Object.entries(value)) {
    size += FIELD_BYTES + key.length + sizeOf(item, depth + 1);
  }
  return size;
}
