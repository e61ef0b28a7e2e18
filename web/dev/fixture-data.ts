import type { LogRecord, Span } from "@throughline/query/wire";
import { environmentOf } from "./fixture-environments.ts";

/**
 * Development data in the shape of the real answers: a shop of five services with failures, retries, wide and deep
 * traces, and content that tries to do harm. Generated from a seed, so that two runs look the same.
 */
export interface FixtureTrace {
  readonly traceId: string;
  readonly spans: readonly Span[];
  /** Logs without a stored span. */
  readonly logs: readonly LogRecord[];
}

const MS = 1_000_000n;

/** A small seeded generator (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const SEVERITY_TEXT = ["", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

interface SpanInput {
  readonly service: string;
  readonly name: string;
  readonly kind?: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly error?: string;
  readonly attributes?: Record<string, string>;
}

/** Collects one trace; times are milliseconds since its start. */
export class TraceBuilder {
  readonly traceId: string;
  readonly spans: Span[] = [];
  readonly logs: LogRecord[] = [];
  readonly #start: bigint;
  readonly #random: () => number;

  constructor(traceId: string, startMs: number, random: () => number) {
    this.traceId = traceId;
    this.#start = BigInt(Math.round(startMs)) * MS;
    this.#random = random;
  }

  #at(ms: number): string {
    return (this.#start + BigInt(Math.round(ms * 1e6))).toString();
  }

  #resource(service: string): Record<string, string> {
    return {
      "service.name": service,
      "service.version": service === "payments" ? "2.4.0" : "1.9.3",
      "service.instance.id": `${service}-7d9f8`,
      ...environmentOf(this.traceId, service),
      "host.name": `node-${service.length}.eu-west`,
      "process.runtime.name": "nodejs",
      "process.runtime.version": "24.21.0",
      "telemetry.sdk.language": "nodejs",
    };
  }

  span(parent: Pick<Span, "spanId"> | undefined, input: SpanInput): Span {
    const id = Math.floor(this.#random() * 2 ** 48)
      .toString(16)
      .padStart(12, "0");
    const span: Span = {
      spanId: `${(this.spans.length + 1).toString(16).padStart(4, "0")}${id}`,
      parentSpanId: parent?.spanId ?? "",
      traceState: "",
      name: input.name,
      kind: input.kind ?? "Internal",
      serviceName: input.service,
      startTimeUnixNano: this.#at(input.startMs),
      durationNano: String(Math.round(input.durationMs * 1e6)),
      status:
        input.error === undefined
          ? { code: "Unset", message: "" }
          : { code: "Error", message: input.error },
      attributes: input.attributes ?? {},
      resource: this.#resource(input.service),
      scopeName: "@opentelemetry/instrumentation-http",
      scopeVersion: "0.300.0",
      events: [],
      links: [],
      logs: [],
    };
    this.spans.push(span);
    return span;
  }

  exception(span: Span, atMs: number, type: string, message: string): void {
    span.events.push({
      timeUnixNano: this.#at(atMs),
      name: "exception",
      attributes: {
        "exception.type": type,
        "exception.message": message,
        "exception.stacktrace": `${type}: ${message}\n    at charge (file:///app/payments/charge.js:48:11)\n    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)\n    at async handler (file:///app/payments/server.js:121:20)`,
      },
    });
  }

  log(span: Span | undefined, atMs: number, input: LogInput): LogRecord {
    const service = input.service ?? span?.serviceName ?? "unknown";
    const log: LogRecord = {
      timeUnixNano: this.#at(atMs),
      traceId: this.traceId,
      spanId: span?.spanId ?? input.spanId ?? "",
      traceFlags: 1,
      severityNumber: input.level * 4 - 3,
      severityText: SEVERITY_TEXT[input.level] ?? "",
      serviceName: service,
      body: input.body,
      eventName: "",
      attributes: input.attributes ?? {},
      resource: this.#resource(service),
      scopeName: "pino",
    };
    (span?.logs ?? this.logs).push(log);
    return log;
  }
}

/** `level`: 1 TRACE .. 6 FATAL. */
export interface LogInput {
  readonly level: number;
  readonly body: string;
  readonly service?: string;
  readonly spanId?: string;
  readonly attributes?: Record<string, string>;
}
