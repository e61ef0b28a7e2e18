import { deserialize, serialize } from "node:v8";
import { createTraceState, type AnyValue, type SpanContext } from "@opentelemetry/api";
import type { InstrumentationScope } from "@opentelemetry/core";
import { resourceFromAttributes, type Resource } from "@opentelemetry/resources";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { toAnyValue, ValueBudget } from "../capture/any-value.ts";

/**
 * Spans and log records as bytes that another process turns back into what OpenTelemetry's exporters take: the child that
 * delivers the last words, and the next start that empties the spool. OTLP bytes would be smaller, but the exporters accept
 * items only. Node's structured serialization keeps identity, so a resource and a scope are written once per batch, and
 * is read by every later version of Node.
 */
type PortableContext = Omit<SpanContext, "traceState"> & { readonly traceState?: string };
interface PortableResource {
  readonly attributes: Resource["attributes"];
  readonly schemaUrl: string | undefined;
}
type PortableSpan = Omit<
  ReadableSpan,
  "spanContext" | "parentSpanContext" | "links" | "resource"
> & {
  readonly context: PortableContext;
  readonly parentContext: PortableContext | undefined;
  readonly links: readonly (Omit<ReadableSpan["links"][number], "context"> & {
    readonly context: PortableContext;
  })[];
  readonly resource: PortableResource;
};
type PortableLogRecord = Omit<ReadableLogRecord, "spanContext" | "resource"> & {
  readonly context: PortableContext | undefined;
  readonly resource: PortableResource;
};

/** Written in front of every batch; another number means another shape. */
const VERSION = 1;

interface Packed<T> {
  readonly version: number;
  readonly items: readonly T[];
}

export function packSpans(spans: readonly ReadableSpan[]): Uint8Array {
  const shared = new SharedParts();
  return pack(
    spans.map((span): PortableSpan => ({
      name: span.name,
      kind: span.kind,
      context: packContext(span.spanContext()),
      parentContext:
        span.parentSpanContext === undefined ? undefined : packContext(span.parentSpanContext),
      startTime: span.startTime,
      endTime: span.endTime,
      status: span.status,
      attributes: span.attributes,
      links: span.links.map((link) => ({ ...link, context: packContext(link.context) })),
      events: span.events,
      duration: span.duration,
      ended: span.ended,
      resource: shared.resource(span.resource),
      instrumentationScope: shared.scope(span.instrumentationScope),
      droppedAttributesCount: span.droppedAttributesCount,
      droppedEventsCount: span.droppedEventsCount,
      droppedLinksCount: span.droppedLinksCount,
    })),
  );
}

/** @throws where the bytes are not what packSpans wrote */
export function unpackSpans(bytes: Uint8Array): readonly ReadableSpan[] {
  const resourceOf = resourceReader();
  return unpack<PortableSpan>(bytes).map((portable) => {
    const { context, parentContext, resource, links, ...rest } = portable;
    const spanContext = unpackContext(context);
    return {
      ...rest,
      spanContext: () => spanContext,
      ...(parentContext === undefined ? {} : { parentSpanContext: unpackContext(parentContext) }),
      links: links.map((link) => ({ ...link, context: unpackContext(link.context) })),
      resource: resourceOf(resource),
    };
  });
}

export function packLogRecords(records: readonly ReadableLogRecord[]): Uint8Array {
  const shared = new SharedParts();
  return pack(
    records.map((record): PortableLogRecord => ({
      hrTime: record.hrTime,
      hrTimeObserved: record.hrTimeObserved,
      context: record.spanContext === undefined ? undefined : packContext(record.spanContext),
      attributes: record.attributes,
      droppedAttributesCount: record.droppedAttributesCount,
      resource: shared.resource(record.resource),
      instrumentationScope: shared.scope(record.instrumentationScope),
      ...(record.severityText === undefined ? {} : { severityText: record.severityText }),
      ...(record.severityNumber === undefined ? {} : { severityNumber: record.severityNumber }),
      ...(record.eventName === undefined ? {} : { eventName: record.eventName }),
      // Attributes were checked when they were set; a body is whatever was logged. A text was cut before it was queued.
      ...(record.body === undefined ? {} : { body: packBody(record.body) }),
    })),
  );
}

function packBody(body: AnyValue): AnyValue {
  return typeof body === "string" ? body : toAnyValue(body, new ValueBudget());
}

/** @throws where the bytes are not what packLogRecords wrote */
export function unpackLogRecords(bytes: Uint8Array): readonly ReadableLogRecord[] {
  const resourceOf = resourceReader();
  return unpack<PortableLogRecord>(bytes).map(({ context, resource, ...rest }) => ({
    ...rest,
    ...(context === undefined ? {} : { spanContext: unpackContext(context) }),
    resource: resourceOf(resource),
  }));
}

function pack<T>(items: readonly T[]): Uint8Array {
  const packed: Packed<T> = { version: VERSION, items };
  return serialize(packed);
}

function unpack<T>(bytes: Uint8Array): readonly T[] {
  const packed: unknown = deserialize(bytes);
  const valid =
    typeof packed === "object" &&
    packed !== null &&
    "version" in packed &&
    packed.version === VERSION &&
    "items" in packed &&
    Array.isArray(packed.items);
  if (!valid) throw new TypeError("not a batch this version of the SDK wrote");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the version names the shape
  return (packed as Packed<T>).items;
}

/** One copy per resource and scope, so that their identity survives: exporters group by it. */
class SharedParts {
  readonly #resources = new Map<Resource, PortableResource>();
  readonly #scopes = new Map<InstrumentationScope, InstrumentationScope>();

  resource(resource: Resource): PortableResource {
    let portable = this.#resources.get(resource);
    if (portable === undefined) {
      portable = { attributes: resource.attributes, schemaUrl: resource.schemaUrl };
      this.#resources.set(resource, portable);
    }
    return portable;
  }

  scope(scope: InstrumentationScope): InstrumentationScope {
    let portable = this.#scopes.get(scope);
    if (portable === undefined) {
      portable = { ...scope };
      this.#scopes.set(scope, portable);
    }
    return portable;
  }
}

function resourceReader(): (portable: PortableResource) => Resource {
  const resources = new Map<PortableResource, Resource>();
  return (portable) => {
    let resource = resources.get(portable);
    if (resource === undefined) {
      const { attributes, schemaUrl } = portable;
      resource = resourceFromAttributes(attributes, schemaUrl === undefined ? {} : { schemaUrl });
      resources.set(portable, resource);
    }
    return resource;
  };
}

function packContext(context: SpanContext): PortableContext {
  const { traceState, ...rest } = context;
  return traceState === undefined ? rest : { ...rest, traceState: traceState.serialize() };
}

function unpackContext(portable: PortableContext): SpanContext {
  const { traceState, ...rest } = portable;
  return traceState === undefined ? rest : { ...rest, traceState: createTraceState(traceState) };
}
