import { inspect } from "node:util";
import type { AnyValue } from "@opentelemetry/api";

export type AnyValueMap = Record<string, AnyValue>;

const ATTRIBUTE_DEPTH_MAX = 5;

/** The fields of a logged object as attributes; those that are undefined are left out. */
export function toAttributes(object: Readonly<Record<string, unknown>>): AnyValueMap {
  const attributes: AnyValueMap = {};
  for (const [key, value] of Object.entries(object)) {
    const attribute = toAnyValue(value, 1);
    if (attribute !== undefined) attributes[key] = attribute;
  }
  return attributes;
}

/** OTLP knows text, numbers, booleans, lists and maps; everything else keeps its printed form. */
export function toAnyValue(value: unknown, depth: number): AnyValue {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
      return value;
    case "undefined":
      return undefined;
    case "bigint":
      return value.toString();
    default:
      break;
  }
  if (value === null) return null;
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (value instanceof Uint8Array) return value;
  if (depth < ATTRIBUTE_DEPTH_MAX) {
    if (Array.isArray(value)) return value.map((item: unknown) => toAnyValue(item, depth + 1));
    if (isPlainObject(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, toAnyValue(item, depth + 1)]),
      );
    }
  }
  return inspect(value, { depth: 1, breakLength: Infinity });
}

export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
