import { inspect } from "node:util";
import type { AnyValue } from "@opentelemetry/api";
import { LOG_BODY_LENGTH_MAX } from "../settings.ts";

export type AnyValueMap = Record<string, AnyValue>;

const ATTRIBUTE_DEPTH_MAX = 5;
/** Values that one log call may put into a record, each as often as it is met: a graph is a tree here, and may be a vast one. */
const VALUES_MAX = 1_000;
/** A longer text waits until its shorter siblings have been read. */
const SHORT_TEXT_LENGTH = 256;
/** An object with more is named instead of printed: printing takes as long as there are fields. */
const PRINTED_FIELDS_MAX = 100;
/** What is left out is counted under this name. */
const MORE = "...";

/** What one log call may still put into its record, so that no object can block the application or make a record of megabytes. */
export class ValueBudget {
  values = VALUES_MAX;
  characters: number;
  /** The objects around the one that is being read. */
  readonly ancestors = new Set<object>();

  constructor(charactersMax: number = LOG_BODY_LENGTH_MAX) {
    this.characters = charactersMax;
  }

  get isSpent(): boolean {
    return this.values <= 0 || this.characters <= 0;
  }
}

/** The fields of a logged object as attributes; those that are undefined are left out. */
export function toAttributes(
  object: Readonly<Record<string, unknown>>,
  budget: ValueBudget,
): AnyValueMap {
  const fields = readFields(object, budget, 0);
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}

/**
 * OTLP knows text, numbers, booleans, lists and maps; everything else keeps its printed form. What the budget has no room for is
 * cut or left out, and says so.
 */
export function toAnyValue(value: unknown, budget: ValueBudget, depth = 0): AnyValue {
  budget.values--;
  switch (typeof value) {
    case "string":
      return cut(value, budget);
    case "number":
    case "boolean":
      return value;
    case "undefined":
      return undefined;
    case "bigint":
      return cut(value.toString(), budget);
    case "object":
      return value === null ? null : readObject(value, budget, depth);
    default:
      return cut(print(value), budget);
  }
}

function readObject(value: object, budget: ValueBudget, depth: number): AnyValue {
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (value instanceof Uint8Array && value.length <= budget.characters) {
    budget.characters -= value.length;
    return value;
  }
  if (budget.ancestors.has(value)) return "[Circular]";
  if (depth < ATTRIBUTE_DEPTH_MAX) {
    if (Array.isArray(value)) return readItems(value, budget, depth);
    if (isPlainObject(value)) return Object.fromEntries(readFields(value, budget, depth));
  }
  return cut(print(value), budget);
}

export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function readItems(list: readonly unknown[], budget: ValueBudget, depth: number): AnyValue[] {
  const items: AnyValue[] = [];
  budget.ancestors.add(list);
  for (const item of list) {
    if (budget.isSpent) {
      items.push(`${MORE} ${list.length - items.length} more`);
      break;
    }
    items.push(toAnyValue(item, budget, depth + 1));
  }
  budget.ancestors.delete(list);
  return items;
}

type Field = [key: string, value: AnyValue];

/** In the object's order; but what is short is read first: an order's number is not lost to its thousand rows. */
function readFields(
  object: Readonly<Record<string, unknown>>,
  budget: ValueBudget,
  depth: number,
): Field[] {
  const fields: (Field | undefined)[] = [];
  const long: { index: number; key: string; value: unknown }[] = [];
  const keys = Object.keys(object);
  const read = (index: number, key: string, value: unknown): void => {
    budget.characters -= key.length;
    fields[index] = [key, toAnyValue(value, budget, depth + 1)];
  };
  budget.ancestors.add(object);
  for (const [index, key] of keys.entries()) {
    if (budget.isSpent || index >= VALUES_MAX) break;
    const value = object[key];
    if (isShort(value)) read(index, key, value);
    else long.push({ index, key, value });
  }
  for (const { index, key, value } of long) {
    if (budget.isSpent) break;
    read(index, key, value);
  }
  budget.ancestors.delete(object);
  const kept = fields.filter((field) => field !== undefined);
  if (kept.length < keys.length) kept.push([MORE, `${keys.length - kept.length} more`]);
  return kept;
}

function isShort(value: unknown): boolean {
  if (typeof value === "string") return value.length <= SHORT_TEXT_LENGTH;
  return typeof value !== "object" || value === null;
}

function cut(text: string, budget: ValueBudget): string {
  const room = Math.max(0, budget.characters);
  budget.characters -= text.length;
  return text.length <= room
    ? text
    : `${text.slice(0, room)} [${text.length - room} characters cut]`;
}

function print(value: unknown): string {
  return inspect(value, { depth: printedDepth(value), breakLength: Infinity });
}

/** Node bounds the items that it prints of a list, but not the fields of an object. */
function printedDepth(value: unknown): number {
  if (isWide(value)) return -1;
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return 1;
  // Lists are cut at about as many; a getter is not called.
  const inside = Array.isArray(value)
    ? value.slice(0, PRINTED_FIELDS_MAX)
    : Object.keys(value).map((key): unknown => Object.getOwnPropertyDescriptor(value, key)?.value);
  return inside.some(isWide) ? 0 : 1;
}

function isWide(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return false;
  return Object.keys(value).length > PRINTED_FIELDS_MAX;
}
