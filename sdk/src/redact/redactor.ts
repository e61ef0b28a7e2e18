import { createHmac } from "node:crypto";
import type { AnyValue, Attributes } from "@opentelemetry/api";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { scalarBytes } from "./scalar-bytes.ts";
import type { KeyRule, RedactRules, ValueRule } from "./rules.ts";

/** Names seen, with their rule; an application that makes up names does not make this grow. */
const KEYS_REMEMBERED_MAX = 2_000;
const HASH_LENGTH = 16;
/** Below this no rule of ours can match; a pattern may. */
const NUMBER_MIN = 1e12;

/**
 * Applies rules to what is about to be queued. What nothing matches is returned as it is, without a copy; what something
 * matches becomes a view of the original, which the application may still hold and which stays unchanged.
 */
export class Redactor {
  readonly #rules: RedactRules;
  readonly #keyRules = new Map<string, KeyRule | undefined>();

  constructor(rules: RedactRules) {
    this.#rules = rules;
  }

  logRecord(record: ReadableLogRecord): ReadableLogRecord {
    const body = this.#value(record.body, false);
    const attributes = this.#attributes(record.attributes);
    if (body === record.body && attributes === record.attributes) return record;
    return viewOf(record, { body, attributes });
  }

  span(span: ReadableSpan): ReadableSpan {
    const attributes = this.#attributes(span.attributes);
    const name = this.#text(span.name);
    const message = this.#text(span.status.message ?? "");
    let events = span.events;
    for (const [index, event] of span.events.entries()) {
      const inside = event.attributes && this.#attributes(event.attributes);
      const eventName = this.#text(event.name);
      if (inside === event.attributes && eventName === event.name) continue;
      if (events === span.events) events = [...span.events];
      events[index] = {
        ...event,
        name: eventName,
        ...(inside === undefined ? {} : { attributes: inside }),
      };
    }
    const status =
      message === (span.status.message ?? "") ? span.status : { ...span.status, message };
    const same =
      attributes === span.attributes &&
      name === span.name &&
      events === span.events &&
      status === span.status;
    return same ? span : viewOf(span, { attributes, name, events, status });
  }

  #attributes(attributes: Attributes): Attributes {
    let changed: Attributes | undefined;
    for (const [key, value] of Object.entries(attributes)) {
      const redacted = this.#field(key, value, true);
      if (redacted === value) continue;
      changed ??= { ...attributes };
      if (redacted === undefined) delete changed[key];
      else changed[key] = redacted;
    }
    return changed ?? attributes;
  }

  /** @returns undefined for a field that is dropped */
  #field(key: string, value: AnyValue, isAttribute: boolean): AnyValue {
    const rule = this.#keyRule(key);
    if (rule !== undefined) return this.#replaced(rule, value);
    return this.#value(value, isAttribute);
  }

  #value(value: AnyValue, isAttribute: boolean): AnyValue {
    if (typeof value === "string") return this.#dropping(value, isAttribute);
    if (typeof value === "number") {
      if (value < NUMBER_MIN) return value;
      const text = String(value);
      const redacted = this.#dropping(text, isAttribute);
      return redacted === text ? value : redacted;
    }
    if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
    if (Array.isArray(value)) {
      const items: readonly AnyValue[] = value.map((item: AnyValue) => this.#value(item, false));
      return items.some((item, index) => item !== value[index]) ? [...items] : value;
    }
    let changed: Record<string, AnyValue> | undefined;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is left of AnyValue is a map
    const fields = Object.entries(value as Readonly<Record<string, AnyValue>>);
    for (const [key, field] of fields) {
      const redacted = this.#field(key, field, false);
      if (redacted === field) continue;
      changed ??= Object.fromEntries(fields);
      if (redacted === undefined) delete changed[key];
      else changed[key] = redacted;
    }
    return changed ?? value;
  }

  #dropping(text: string, isAttribute: boolean): string | undefined {
    if (!isAttribute && this.#rules.marks === "collector") return this.#text(text);
    for (const { action, detector } of this.#rules.valueRules) {
      if (action !== "drop" || !detector.mayContain(text)) continue;
      if (detector.replace(text, () => "") !== text) return undefined;
    }
    return this.#text(text);
  }

  #text(text: string): string {
    let redacted = text;
    for (const rule of this.#rules.valueRules) {
      if (!rule.detector.mayContain(redacted)) continue;
      redacted = rule.detector.replace(redacted, (found) => this.#token(rule, found));
    }
    return redacted;
  }

  #replaced(rule: KeyRule, value: AnyValue): AnyValue {
    if (rule.action === "drop") return undefined;
    const text = typeof value === "string" ? value : JSON.stringify(value);
    if (rule.action === "hash" && this.#rules.marks === "collector") {
      return `hmac:${this.#hash(scalarBytes(value) ?? text)}`;
    }
    return this.#token(rule, text);
  }

  #hash(found: string | Uint8Array): string {
    return createHmac("sha256", this.#rules.salt).update(found).digest("hex").slice(0, HASH_LENGTH);
  }

  #token({ name, action, keepLast }: KeyRule | ValueRule, found: string): string {
    const isNamed = this.#rules.marks === "named";
    if (action === "hash") {
      const token = this.#hash(found);
      return isNamed ? `[${name}:${token}]` : `hmac:${token}`;
    }
    if (isNamed) return `[${name}]`;
    return action === "drop" ? "" : masked(found, keepLast ?? 0);
  }

  #keyRule(key: string): KeyRule | undefined {
    if (this.#rules.keyRules.length === 0) return undefined;
    if (this.#keyRules.has(key)) return this.#keyRules.get(key);
    const rule = this.#rules.keyRules.find(({ matchesKey }) => matchesKey(key));
    if (this.#keyRules.size < KEYS_REMEMBERED_MAX) this.#keyRules.set(key, rule);
    return rule;
  }
}

/** A short value shows nothing: its end would be half of it. */
function masked(found: string, keepLast: number): string {
  if (keepLast === 0 || Buffer.byteLength(found) <= 2 * keepLast) return "***";
  return `***${Array.from(found.slice(-2 * keepLast))
    .slice(-keepLast)
    .join("")}`;
}

/** The same item with a few properties of its own; the rest is read from the original. */
function viewOf<T extends object>(item: T, properties: Partial<Record<keyof T, unknown>>): T {
  const descriptors: PropertyDescriptorMap = {};
  for (const [key, value] of Object.entries(properties)) {
    descriptors[key] = { value, enumerable: true };
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- inherits every property of T
  return Object.create(item, descriptors) as T;
}
