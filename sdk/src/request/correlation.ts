import { randomUUID } from "node:crypto";
import {
  createContextKey,
  type Context,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from "@opentelemetry/api";
import { isTracingSuppressed } from "@opentelemetry/core";
import { hasOwnHeader } from "./own-header.ts";

/** The id under which people outside of tracing know a request: support tickets, proxies, other systems' logs. */
export interface Correlation {
  readonly id: string;
  /** The header it came in, and goes out in. */
  readonly header: string;
}

export const CORRELATION_ATTRIBUTE = "correlation.id";
/** The first one present wins; an id that was made here goes out in the first. */
const HEADERS = ["x-request-id", "x-correlation-id"] as const;
/** Printable ASCII without spaces: what came from outside goes into headers and attributes. */
const ACCEPTABLE_ID = /^[\x21-\x7e]{1,128}$/;

const KEY = createContextKey("throughline correlation id");

export function correlationOf(context: Context): Correlation | undefined {
  const value = context.getValue(KEY);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the key is private to this file
  return value as Correlation | undefined;
}

/**
 * Takes the correlation id in wherever trace context comes in (HTTP, gRPC, messages) and passes it on wherever trace context
 * goes out, in the header it came in, unless the application sets that header itself.
 */
export class CorrelationPropagator implements TextMapPropagator {
  readonly #createsIds: boolean;
  /** What was put into which carrier last. */
  readonly #injected = new WeakMap<object, string>();

  /** @param createsIds whether what comes without an id gets one */
  constructor(createsIds: boolean) {
    this.#createsIds = createsIds;
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    for (const header of HEADERS) {
      const value = getter.get(carrier, header);
      const id = Array.isArray(value) ? value[0] : value;
      if (id !== undefined && ACCEPTABLE_ID.test(id)) return context.setValue(KEY, { id, header });
    }
    if (!this.#createsIds || correlationOf(context) !== undefined) return context;
    return context.setValue(KEY, { id: randomUUID(), header: HEADERS[0] });
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    if (isTracingSuppressed(context)) return;
    const correlation = correlationOf(context);
    if (correlation === undefined) return;
    const { header, id } = correlation;
    const remembers = typeof carrier === "object" && carrier !== null;
    const ours = remembers ? this.#injected.get(carrier) : undefined;
    if (hasOwnHeader(context, carrier, header, ours)) return;
    setter.set(carrier, header, id);
    if (remembers) this.#injected.set(carrier, id);
  }

  fields(): string[] {
    return [...HEADERS];
  }
}
