import type { LogRecord } from "../wire.ts";

const SEVERITIES = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"] as const;

/** `ERROR`, by number where there is one; else as it was written; empty when nobody said. */
export function levelOf({ severityNumber, severityText }: LogRecord): string {
  return SEVERITIES[Math.floor((severityNumber - 1) / 4)] ?? severityText;
}

/** A log record as the fields of a span's log, in the order in which they are shown. */
export function logFields(log: LogRecord): readonly (readonly [string, string])[] {
  const level = levelOf(log);
  return [
    ["event", log.eventName === "" ? "log" : log.eventName],
    ...(level === "" ? [] : [["level", level] as const]),
    ["message", log.body],
    ...Object.entries(log.attributes),
  ];
}
