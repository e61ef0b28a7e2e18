/** What a line on standard output or standard error says, for loggers that are known to nobody. */
import { SeverityNumber } from "@opentelemetry/api";
import { severityOfName } from "../levels/severity.ts";
import { isPlainObject, toAttributes, ValueBudget, type AnyValueMap } from "./any-value.ts";

export type OutputStream = "stdout" | "stderr";

export interface OutputRecord {
  readonly severityNumber: SeverityNumber;
  readonly severityText: string;
  readonly body: string;
  readonly attributes: AnyValueMap;
  readonly exception: { name: string; message: string; stack?: string } | undefined;
}

const MESSAGE_KEYS = ["msg", "message"];
const LEVEL_KEYS = ["level", "severity", "lvl"];
/** What the record has in a place of its own, or its resource. */
const NOT_ATTRIBUTES: ReadonlySet<string> = new Set([
  ...MESSAGE_KEYS,
  ...LEVEL_KEYS,
  ..."time timestamp @timestamp ts pid hostname trace_id span_id trace_flags err error".split(" "),
]);
/** A level is looked for at a line's beginning: further on, the word is part of what is said. */
const LEVEL_LENGTH_MAX = 80;
const LEVEL_WORD =
  /(?:^|[\s[(|])(TRACE|DEBUG|VERBOSE|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL)(?=$|[\s\])|:])/;
const LEVEL_FIELD = /(?:^|\s)(?:level|lvl|severity)=["']?(\w+)/i;
// oxlint-disable-next-line no-control-regex -- colours are control sequences
const COLOUR = /\u001B\[[\d;]*m/g;

/**
 * A line of JSON with a message is taken apart as a logger's; any other line is the body, without colours. A line that says no
 * level is INFO on standard output and WARN on standard error, which is used for errors and for chatter alike.
 */
export function readOutputLine(line: string, stream: OutputStream): OutputRecord {
  const json = line.startsWith("{") && line.endsWith("}") ? parse(line) : undefined;
  return json === undefined ? plainRecord(line, stream) : jsonRecord(json, line, stream);
}

type Fields = Readonly<Record<string, unknown>>;

function parse(line: string): Fields | undefined {
  try {
    const parsed: unknown = JSON.parse(line);
    return isPlainObject(parsed) ? parsed : undefined;
  } catch {
    // Braces and no JSON: a line as any other.
    return undefined;
  }
}

function jsonRecord(fields: Fields, line: string, stream: OutputStream): OutputRecord {
  const message = firstOf(fields, MESSAGE_KEYS);
  const exception = exceptionOf(fields["err"]) ?? exceptionOf(fields["error"]);
  const rest = Object.entries(fields).filter(
    ([key]) => !NOT_ATTRIBUTES.has(key) || (isErrorKey(key) && exception === undefined),
  );
  // The length of its text has a bound already: that of a line.
  const attributes = toAttributes(Object.fromEntries(rest), new ValueBudget(Infinity));
  return {
    ...severityOf(firstOf(fields, LEVEL_KEYS), stream),
    body: typeof message === "string" ? message : (exception?.message ?? line),
    attributes: { ...attributes, "log.iostream": stream },
    exception,
  };
}

function isErrorKey(key: string): boolean {
  return key === "err" || key === "error";
}

function firstOf(fields: Fields, keys: readonly string[]): unknown {
  return keys.map((key) => fields[key]).find((value) => value !== undefined);
}

function exceptionOf(value: unknown): OutputRecord["exception"] {
  if (!isPlainObject(value) || typeof value["message"] !== "string") return undefined;
  const { message, stack } = value;
  const name = value["type"] ?? value["name"];
  return {
    name: typeof name === "string" ? name : "Error",
    message,
    ...(typeof stack === "string" ? { stack } : {}),
  };
}

function plainRecord(line: string, stream: OutputStream): OutputRecord {
  const body = line.replaceAll(COLOUR, "");
  const beginning = body.slice(0, LEVEL_LENGTH_MAX);
  const level = LEVEL_WORD.exec(beginning)?.[1] ?? LEVEL_FIELD.exec(beginning)?.[1];
  return {
    ...severityOf(level, stream),
    body,
    attributes: { "log.iostream": stream },
    exception: undefined,
  };
}

type Severity = Pick<OutputRecord, "severityNumber" | "severityText">;

function severityOf(level: unknown, stream: OutputStream): Severity {
  const found = typeof level === "number" ? ofNumber(level) : ofName(level);
  if (found !== undefined) return found;
  return stream === "stdout"
    ? { severityNumber: SeverityNumber.INFO, severityText: "info" }
    : { severityNumber: SeverityNumber.WARN, severityText: "warn" };
}

function ofName(level: unknown): Severity | undefined {
  if (typeof level !== "string") return undefined;
  const severityText = level.toLowerCase();
  const severityNumber = severityOfName(severityText);
  return severityNumber === undefined ? undefined : { severityNumber, severityText };
}

/** As pino and bunyan number them. */
const NUMBERED = [
  [60, SeverityNumber.FATAL, "fatal"],
  [50, SeverityNumber.ERROR, "error"],
  [40, SeverityNumber.WARN, "warn"],
  [30, SeverityNumber.INFO, "info"],
  [20, SeverityNumber.DEBUG, "debug"],
  [10, SeverityNumber.TRACE, "trace"],
] as const;

function ofNumber(level: number): Severity | undefined {
  const found = NUMBERED.find(([number]) => number <= level);
  return found === undefined ? undefined : { severityNumber: found[1], severityText: found[2] };
}
