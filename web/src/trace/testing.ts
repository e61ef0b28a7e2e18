import type { LogRecord, Span, Trace } from "@throughline/query/wire";
import type { TraceIndex } from "./trace-index.ts";

/** Builders for tests: times are nanoseconds since the start of an arbitrary trace. */
export function span(spanId: string, parentSpanId: string, startNs: number, durationNs = 10): Span {
  return {
    spanId,
    parentSpanId,
    traceState: "",
    name: `span ${spanId}`,
    kind: "Internal",
    serviceName: "service",
    startTimeUnixNano: String(1_795_219_355_000_000_000n + BigInt(startNs)),
    durationNano: String(durationNs),
    status: { code: "Unset", message: "" },
    attributes: {},
    resource: {},
    scopeName: "",
    scopeVersion: "",
    events: [],
    links: [],
    logs: [],
  };
}

export function log(body: string, startNs: number, severityNumber = 9): LogRecord {
  return {
    timeUnixNano: String(1_795_219_355_000_000_000n + BigInt(startNs)),
    traceId: "t",
    spanId: "",
    traceFlags: 0,
    severityNumber,
    severityText: "",
    serviceName: "service",
    body,
    eventName: "",
    attributes: {},
    resource: {},
    scopeName: "",
  };
}

export function trace(spans: Span[], logs: LogRecord[] = []): Trace {
  const meta = { elapsedMs: 1, rowsRead: 1, bytesRead: 1, complete: true };
  return { traceId: "t", spans, logs, missingParents: [], meta };
}

/** Each node as its key, indented by its depth. */
export function outline(index: TraceIndex): readonly string[] {
  return index.nodes.map((node, i) => "  ".repeat(index.depth[i] ?? 0) + node.key);
}
