/**
 * A trace as Zipkin's v2 API writes it, by OpenTelemetry's mapping: what the collector made of a Zipkin span is that span again, and
 * any other becomes the nearest that Zipkin can say.
 */
import type { LogRecord, Span, SpanEvent, Trace } from "../../wire.ts";
import { levelOf } from "../log-fields.ts";

export interface ZipkinSpan {
  /** 16 digits where the left half is zeros, as Zipkin itself answers; else 32. */
  readonly traceId: string;
  readonly parentId?: string;
  readonly id: string;
  readonly kind?: string;
  readonly name?: string;
  /** Microseconds since 1970. */
  readonly timestamp?: number;
  /** Microseconds. */
  readonly duration?: number;
  readonly localEndpoint?: ZipkinEndpoint;
  readonly remoteEndpoint?: ZipkinEndpoint;
  readonly annotations?: readonly ZipkinAnnotation[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly debug?: true;
  readonly shared?: true;
}

interface ZipkinEndpoint {
  readonly serviceName?: string;
  readonly ipv4?: string;
  readonly ipv6?: string;
  readonly port?: number;
}

interface ZipkinAnnotation {
  readonly timestamp: number;
  readonly value: string;
}

const KINDS = new Set(["Client", "Server", "Producer", "Consumer"]);
const START_ABSENT = "otel.zipkin.absentField.startTime";
/** Whom a call went to, best first. */
const PEER_NAMES = ["peer.service", "server.address", "net.peer.name", "db.name"];

/** @param logs whether log records are annotations of their spans, beside the spans' own events */
export function toZipkinSpans(
  trace: Trace,
  { logs }: { readonly logs: boolean },
): readonly ZipkinSpan[] {
  const traceId = /^0{16}/.test(trace.traceId) ? trace.traceId.slice(16) : trace.traceId;
  // A span without an id cannot be told apart from others there.
  return trace.spans
    .filter((span) => span.spanId !== "")
    .map((span) => toZipkinSpan(traceId, span, logs));
}

function toZipkinSpan(traceId: string, span: Span, logs: boolean): ZipkinSpan {
  const tags = new Tags(span);
  const ids = idsOf(span, tags);
  const debug = tags.take("zipkin.debug") === "true";
  const timeless = tags.take(START_ABSENT) === "true";
  if (timeless) tags.take("throughline.original_timestamp_unix_nano");
  const local = endpoint(span.serviceName, tags.address("local"));
  const remote = endpoint(peerName(span, tags), tags.address("peer"));
  const annotations = annotationsOf(span, logs);
  const duration = micros(span.durationNano);
  return {
    traceId,
    ...(ids.parentId === "" ? {} : { parentId: ids.parentId }),
    id: ids.id,
    ...(KINDS.has(span.kind) ? { kind: span.kind.toUpperCase() } : {}),
    ...(span.name === "" ? {} : { name: span.name }),
    ...(timeless ? {} : { timestamp: micros(span.startTimeUnixNano) }),
    // "Durations of less than one are rounded up"; none is left out.
    ...(span.durationNano === "0" ? {} : { duration: Math.max(1, duration) }),
    ...(local === undefined ? {} : { localEndpoint: local }),
    ...(remote === undefined ? {} : { remoteEndpoint: remote }),
    ...(annotations.length === 0 ? {} : { annotations }),
    ...tags.asField(),
    ...(debug ? { debug } : {}),
    ...(ids.shared ? { shared: true } : {}),
  };
}

/** Where both ends of a call had one id, the collector gave the callee another and noted what it was. */
function idsOf(
  span: Span,
  tags: Tags,
): { readonly id: string; readonly parentId: string; readonly shared: boolean } {
  const shared = tags.take("zipkin.shared") === "true" && span.parentSpanId !== "";
  const parentId = tags.take("zipkin.parent_id") ?? "";
  return shared
    ? { id: span.parentSpanId, parentId, shared }
    : { id: span.spanId, parentId: span.parentSpanId, shared };
}

/** The tags of one span, out of which what has a field of its own is taken. */
class Tags {
  readonly #tags: Map<string, string>;

  constructor(span: Span) {
    this.#tags = new Map([...Object.entries(span.resource), ...Object.entries(span.attributes)]);
    this.#tags.delete("service.name");
    this.#addFields(span);
  }

  take(key: string): string | undefined {
    const found = this.#tags.get(key);
    this.#tags.delete(key);
    return found;
  }

  get(key: string): string | undefined {
    return this.#tags.get(key);
  }

  address(end: "local" | "peer"): ZipkinEndpoint {
    const address = this.take(`network.${end}.address`);
    const port = Number(this.take(`network.${end}.port`) ?? 0);
    const ipv6 = this.take(`zipkin.${end}.ipv6`) ?? (address?.includes(":") ? address : undefined);
    const ipv4 = address !== undefined && /^\d+(?:\.\d+){3}$/.test(address) ? address : undefined;
    return {
      ...(ipv4 === undefined ? {} : { ipv4 }),
      ...(ipv6 === undefined ? {} : { ipv6 }),
      ...(Number.isInteger(port) && port > 0 && port < 65_536 ? { port } : {}),
    };
  }

  asField(): { readonly tags?: Readonly<Record<string, string>> } {
    return this.#tags.size === 0 ? {} : { tags: Object.fromEntries(this.#tags) };
  }

  /** Fields that Zipkin has not, under the names that OpenTelemetry's exporters give them. */
  #addFields(span: Span): void {
    const { code, message } = span.status;
    // What came with a tag `error` has its status from that, and gets nothing that it had not.
    if (code === "Ok" || (code === "Error" && !this.#tags.has("error"))) {
      this.#tags.set("otel.status_code", code.toUpperCase());
    }
    if (code === "Error" && !this.#tags.has("error")) this.#tags.set("error", message);
    if (code !== "Error" && this.#tags.get("error") === "false") this.#tags.delete("error");
    if (span.scopeName !== "") this.#tags.set("otel.scope.name", span.scopeName);
    if (span.scopeVersion !== "") this.#tags.set("otel.scope.version", span.scopeVersion);
    if (span.traceState !== "") this.#tags.set("w3c.tracestate", span.traceState);
  }
}

/** Only calls out name whom they went to; the tag goes when Zipkin has a field for it. */
function peerName(span: Span, tags: Tags): string {
  const service = tags.take("peer.service");
  if (service !== undefined) return service;
  if (span.kind !== "Client" && span.kind !== "Producer") return "";
  return PEER_NAMES.map((key) => tags.get(key)).find((name) => name !== undefined) ?? "";
}

function endpoint(serviceName: string, address: ZipkinEndpoint): ZipkinEndpoint | undefined {
  const named = { ...(serviceName === "" ? {} : { serviceName }), ...address };
  return Object.keys(named).length === 0 ? undefined : named;
}

/** Oldest first. */
function annotationsOf(span: Span, logs: boolean): readonly ZipkinAnnotation[] {
  return [
    ...span.events.map((event) => ({
      timestamp: micros(event.timeUnixNano),
      value: eventText(event),
    })),
    ...(logs ? span.logs : []).map((log) => ({
      timestamp: micros(log.timeUnixNano),
      value: logText(log),
    })),
  ].sort((a, b) => a.timestamp - b.timestamp);
}

function eventText({ name, attributes }: SpanEvent): string {
  return Object.keys(attributes).length === 0
    ? name
    : `${JSON.stringify(name)}: ${JSON.stringify(attributes)}`;
}

function logText(log: LogRecord): string {
  const level = levelOf(log);
  return level === "" ? log.body : `${level} ${log.body}`;
}

function micros(nanos: string): number {
  return Number(BigInt(nanos) / 1_000n);
}
