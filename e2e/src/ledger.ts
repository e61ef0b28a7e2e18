/**
 * What a sender of `e2e/senders/` prints: its SDK's own account of what it exported. Attribute values are plain JSON
 * (bytes as base64); integers keep all their digits because they are read as text, see `parseLedger`.
 */
export interface Ledger {
  readonly resource: Values;
  readonly spans: readonly SentSpan[];
  readonly logs: readonly SentLog[];
}

export type Values = Readonly<Record<string, unknown>>;

export interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly name: string;
  readonly kind: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code: string; readonly message: string };
  readonly attributes: Values;
  readonly droppedAttributesCount: number | string;
  readonly events: readonly {
    readonly timeUnixNano: string;
    readonly name: string;
    readonly attributes: Values;
  }[];
  readonly links: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly traceState: string;
    readonly attributes: Values;
  }[];
  readonly scopeName: string;
  readonly scopeVersion: string;
}

export interface SentLog {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number | string;
  readonly timeUnixNano: string;
  readonly observedTimeUnixNano: string;
  readonly severityNumber: number | string;
  readonly severityText: string;
  readonly body: unknown;
  readonly eventName: string;
  readonly attributes: Values;
  readonly scopeName: string;
}

/** An integer as the sender wrote it, so that 9007199254740993 is not rounded on its way through JSON. */
class IntegerText {
  readonly digits: string;
  constructor(digits: string) {
    this.digits = digits;
  }
}

/** Reads a sender's output; integers become `IntegerText` until `storedText` writes them. */
export function parseLedger(text: string): Ledger {
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source: string }) =>
    typeof value === "number" && context !== undefined && /^-?\d+$/.test(context.source)
      ? new IntegerText(context.source)
      : value,
  ) as Ledger;
}

/** How the collector stores a value in a `Map(…, String)` or in `Body`: text as it is, the rest as JSON. */
export function storedText(value: unknown): string {
  return typeof value === "string" ? value : jsonText(value);
}

/** Key by key what `Map(LowCardinality(String), String)` must hold. */
export function storedMap(values: Values): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, storedText(value)]));
}

/** A number of the ledger as a JavaScript number. */
export function count(value: unknown): number {
  return Number(value instanceof IntegerText ? value.digits : value);
}

function jsonText(value: unknown): string {
  if (value instanceof IntegerText) return value.digits;
  if (Array.isArray(value)) return `[${value.map(jsonText).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const members = Object.entries(value).map(
      ([key, item]) => `${JSON.stringify(key)}:${jsonText(item)}`,
    );
    return `{${members.join(",")}}`;
  }
  return JSON.stringify(value);
}
