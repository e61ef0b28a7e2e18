/** The bands of OpenTelemetry's severity numbers, in rising order; UNSET when a record names none. */
export const SEVERITIES = ["UNSET", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"] as const;
export type Severity = (typeof SEVERITIES)[number];

export function isSeverity(text: string): text is Severity {
  return SEVERITIES.some((severity) => severity === text);
}

/** What logging libraries write, where it is not the band's own name; the query service reads them the same way. */
const OTHER_WORDS: ReadonlyMap<string, Severity> = new Map([
  ["FINEST", "TRACE"],
  ["FINE", "DEBUG"],
  ["FINER", "DEBUG"],
  ["VERBOSE", "DEBUG"],
  ["INFORMATION", "INFO"],
  ["INFORMATIONAL", "INFO"],
  ["NOTICE", "INFO"],
  ["WARNING", "WARN"],
  ["ERR", "ERROR"],
  ["SEVERE", "ERROR"],
  ["CRITICAL", "FATAL"],
  ["CRIT", "FATAL"],
  ["ALERT", "FATAL"],
  ["EMERG", "FATAL"],
  ["EMERGENCY", "FATAL"],
  ["PANIC", "FATAL"],
]);

/**
 * @param severityNumber 1..24; 0 when not given, then the text decides
 */
export function toSeverity(severityNumber: number, severityText: string): Severity {
  if (severityNumber >= 1 && severityNumber <= 24)
    return SEVERITIES[Math.ceil(severityNumber / 4)] ?? "UNSET";
  const upper = severityText.toUpperCase();
  return isSeverity(upper) ? upper : (OTHER_WORDS.get(upper) ?? "UNSET");
}

/** One letter, so that severity never depends on colour alone. */
export function severityLetter(severity: Severity): string {
  return severity === "UNSET" ? "·" : severity.charAt(0);
}

export function isFailure(severity: Severity): boolean {
  return severity === "ERROR" || severity === "FATAL";
}
