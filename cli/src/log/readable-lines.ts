/**
 * Warnings and errors for the terminal: pino's JSON becomes one readable line. A message that repeats (a server that
 * is away, retried every second) is shown once per half minute; the log file has every one.
 */
import { inert, inertLines } from "../ask/inert-text.ts";

const QUIET_MS = 30_000;
const REMEMBERED_MAX = 200;
/** pino's fields that are said otherwise or mean nothing to a reader. */
const UNSHOWN = new Set([
  "level",
  "time",
  "pid",
  "hostname",
  "role",
  "msg",
  "err",
  "error",
  "stack",
]);

export interface ReadableLinesOptions {
  readonly write: (line: string) => void;
  /** Of a clock that nobody sets. */
  readonly nowMs: () => number;
}

export class ReadableLines {
  readonly #options: ReadableLinesOptions;
  readonly #shownAtMs = new Map<string, number>();

  constructor(options: ReadableLinesOptions) {
    this.#options = options;
  }

  /** @param json one line as pino writes it */
  write(json: string): void {
    const line = readableLine(json);
    const nowMs = this.#options.nowMs();
    const shownAtMs = this.#shownAtMs.get(line);
    if (shownAtMs !== undefined && nowMs - shownAtMs < QUIET_MS) {
      return;
    }
    if (this.#shownAtMs.size >= REMEMBERED_MAX) {
      this.#shownAtMs.clear();
    }
    this.#shownAtMs.set(line, nowMs);
    this.#options.write(line);
  }
}

/** `collector: ClickHouse does not answer: connect ECONNREFUSED (attempt=3)` */
export function readableLine(json: string): string {
  const record = parseRecord(json);
  if (record === undefined) {
    return inertLines(json).join("\n");
  }
  const reason = errorMessage(record["err"] ?? record["error"]);
  const message = [textOf(record["msg"]), reason].filter((part) => part !== "");
  const details = Object.entries(record)
    .filter(([key, value]) => !UNSHOWN.has(key) && isPlain(value))
    .map(([key, value]) => `${key}=${String(value)}`);
  const suffix = details.length === 0 ? "" : ` (${details.join(", ")})`;
  const unique = message.filter(
    (part, index) => !message.slice(0, index).join(": ").includes(part),
  );
  return inert(`${textOf(record["role"]) || "throughline"}: ${unique.join(": ")}${suffix}`);
}

function parseRecord(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function errorMessage(error: unknown): string {
  if (typeof error === "string") {
    return error;
  }
  if (typeof error === "object" && error !== null && "message" in error) {
    return textOf(error.message);
  }
  return "";
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value.replaceAll(/\s*\n\s*/g, " ").trim() : "";
}

function isPlain(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
