import { propagation, type Attributes, type Context } from "@opentelemetry/api";
import { CORRELATION_ATTRIBUTE, correlationOf } from "./correlation.ts";

/** Baggage comes from callers: it is cut before it is repeated on every span and line. */
const VALUE_LENGTH_MAX = 256;

/**
 * What every span and log record of a request carries beside its trace id: the correlation id, and the baggage entries on the
 * allow-list under their own names.
 */
export class RequestAttributes {
  readonly #baggageKeys: readonly string[];

  constructor(baggageKeys: readonly string[]) {
    this.#baggageKeys = baggageKeys;
  }

  /** @returns undefined where there is nothing to add, which is the common case outside of requests */
  of(context: Context): Attributes | undefined {
    let attributes: Attributes | undefined;
    const correlation = correlationOf(context);
    if (correlation !== undefined) attributes = { [CORRELATION_ATTRIBUTE]: correlation.id };
    if (this.#baggageKeys.length === 0) return attributes;
    const baggage = propagation.getBaggage(context);
    if (baggage === undefined) return attributes;
    for (const key of this.#baggageKeys) {
      const entry = baggage.getEntry(key);
      if (entry === undefined) continue;
      attributes ??= {};
      attributes[key] = entry.value.slice(0, VALUE_LENGTH_MAX);
    }
    return attributes;
  }
}
