/** Traces with only what a test of their rendering is about. */
import type { ShownLog, ShownSpan, ShownTrace } from "../ask/trace-rows.ts";

/** 2026-11-20T12:10:00Z */
const START = 1_795_176_600_000_000_000n;

interface SpanInput {
  readonly id: string;
  readonly parent?: string;
  readonly service?: string;
  readonly name?: string;
  /** Milliseconds after `START`. */
  readonly at: number;
  readonly tookMs: number;
  readonly failed?: boolean;
  readonly logs?: readonly ShownLog[];
}

export function span(input: SpanInput): ShownSpan {
  return {
    spanId: input.id.padStart(16, "0"),
    parentSpanId: input.parent === undefined ? "" : input.parent.padStart(16, "0"),
    name: input.name ?? "op",
    serviceName: input.service ?? "shop",
    startTimeUnixNano: String(START + nanos(input.at)),
    durationNano: String(nanos(input.tookMs)),
    status: { code: input.failed === true ? "Error" : "Unset", message: "" },
    logs: input.logs ?? [],
  };
}

export function log(atMs: number, body: string, severityNumber = 9): ShownLog {
  return {
    timeUnixNano: String(START + nanos(atMs)),
    severityNumber,
    severityText: "",
    body,
    eventName: "",
  };
}

export function trace(spans: readonly ShownSpan[], more: Partial<ShownTrace> = {}): ShownTrace {
  const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
  return { traceId, spans, logs: [], missingParents: [], ...more };
}

function nanos(ms: number): bigint {
  return BigInt(Math.round(ms * 1_000)) * 1_000n;
}
