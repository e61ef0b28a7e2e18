import { format, inspect } from "node:util";
import { isPlainObject, toAttributes, ValueBudget, type AnyValueMap } from "./any-value.ts";

/** What one console call says, before it becomes a log record. */
export interface ConsoleRecord {
  readonly body: string;
  readonly attributes: AnyValueMap;
  /** The first Error among the arguments. */
  readonly exception: Error | undefined;
}

const INSPECT_DEPTH = 3;

/**
 * The body is the line as a person would read it; plain objects become attributes instead of text, and an
 * Error keeps its message in the body and its stack in the exception attributes.
 *   console.log("paid %s", "o-1", { amount: 5 })   -> body "paid o-1", attributes { amount: 5 }
 *   console.error("failed", error)                 -> body "failed TypeError: x is not a function", exception
 *   console.log({ msg: "paid", amount: 5 })        -> body "paid", attributes { msg: "paid", amount: 5 }
 */
export function readConsoleCall(
  args: readonly unknown[],
  budget: ValueBudget = new ValueBudget(),
): ConsoleRecord {
  const attributes: AnyValueMap = {};
  const words: unknown[] = [];
  const placeholders = countPlaceholders(args[0]);
  let exception: Error | undefined;
  for (const [index, arg] of args.entries()) {
    if (arg instanceof Error) {
      exception ??= arg;
      words.push(`${arg.name}: ${arg.message}`);
    } else if (index > placeholders && isPlainObject(arg)) {
      Object.assign(attributes, toAttributes(arg, budget));
    } else if (index === 0 && isPlainObject(arg)) {
      Object.assign(attributes, toAttributes(arg, budget));
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
