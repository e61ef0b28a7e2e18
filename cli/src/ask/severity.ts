/** OpenTelemetry's severity as one of six words. */
const BANDS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"] as const;
export type SeverityBand = (typeof BANDS)[number] | "UNSET";

const BY_TEXT: readonly (readonly [RegExp, SeverityBand])[] = [
  [/^(fatal|crit|emerg|alert|panic)/i, "FATAL"],
  [/^err/i, "ERROR"],
  [/^warn/i, "WARN"],
  [/^(info|notice)/i, "INFO"],
  [/^(debug|dbug)/i, "DEBUG"],
  [/^(trace|verbose)/i, "TRACE"],
];

/** By number, 1..24, four for each word; by text where a record has none. */
export function severityBand(severityNumber: number, severityText: string): SeverityBand {
  const byNumber = BANDS[Math.floor((severityNumber - 1) / 4)];
  if (byNumber !== undefined) return byNumber;
  return BY_TEXT.find(([pattern]) => pattern.test(severityText))?.[1] ?? "UNSET";
}
