import { format, inspect } from "node:util";
import type { AnyValue } from "@opentelemetry/api";

type AnyValueMap = Record<string, AnyValue>;

/** What one console call says, before it becomes a log record. */
export interface ConsoleRecord {
  readonly body: string;
  readonly attributes: AnyValueMap;
  /** The first Error among the arguments. */
  readonly exception: Error | undefined;
}

const INSPECT_DEPTH = 3;
const ATTRIBUTE_DEPTH_MAX = 5;

/**
 * The body is the line as a person would read it; plain objects become attributes instead of text, and an
 * Error keeps its message in the body and its stack in the exception attributes.
 *   console.log("paid %s", "o-1", { amount: 5 })   -> body "paid o-1", attributes { amount: 5 }
 *   console.error("failed", error)                 -> body "failed TypeError: x is not a function", exception
 *   console.log({ msg: "paid", amount: 5 })        -> body "paid", attributes { msg: "paid", amount: 5 }
 */
export function readConsoleCall(args: readonly unknown[]): ConsoleRecord {
  const attributes: AnyValueMap = {};
  const words: unknown[] = [];
  const placeholders = countPlaceholders(args[0]);
  let exception: Error | undefined;
  for (const [index, arg] of args.entries()) {
    if (arg instanceof Error) {
      exception ??= arg;
      words.push(`${arg.name}: ${arg.message}`);
    } else if (index > placeholders && isPlainObject(arg)) {
      Object.assign(attributes, toAttributes(arg));
    } else if (index === 0 && isPlainObject(arg)) {
      Object.assign(attributes, toAttributes(arg));
      words.push(ownMessage(arg) ?? inspect(arg, { depth: INSPECT_DEPTH, breakLength: Infinity }));
    } else {
      words.push(arg);
    }
  }
  return { body: format(...words), attributes, exception };
}

/** How many of the arguments after a format string it consumes itself. */
function countPlaceholders(first: unknown): number {
  if (typeof first !== "string") return 0;
  return [...first.matchAll(/%[sdifjoOc%]/g)].filter(([text]) => text !== "%%").length;
}

function ownMessage(object: Readonly<Record<string, unknown>>): string | undefined {
  const message = object["msg"] ?? object["message"];
  return typeof message === "string" ? message : undefined;
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function toAttributes(object: Readonly<Record<string, unknown>>): AnyValueMap {
  const attributes: AnyValueMap = {};
  for (const [key, value] of Object.entries(object)) {
    const attribute = toAnyValue(value, 1);
    if (attribute !== undefined) attributes[key] = attribute;
  }
  return attributes;
}

/** OTLP knows text, numbers, booleans, lists and maps; everything else keeps its printed form. */
function toAnyValue(value: unknown, depth: number): AnyValue {
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
