import { invalid, value, type Parsed } from "./result.ts";

/** OpenTelemetry's severity ranges, each four numbers wide, lowest first. */
const SEVERITY_BANDS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"] as const;
export type SeverityBand = (typeof SEVERITY_BANDS)[number];

/** Texts that mean a band when a record has no severity number; logging libraries differ in the words they use. */
const TEXTS: Readonly<Record<SeverityBand, readonly string[]>> = {
  TRACE: ["TRACE", "FINEST"],
  DEBUG: ["DEBUG", "FINE", "FINER", "VERBOSE"],
  INFO: ["INFO", "INFORMATION", "INFORMATIONAL", "NOTICE"],
  WARN: ["WARN", "WARNING"],
  ERROR: ["ERROR", "ERR", "SEVERE"],
  FATAL: ["FATAL", "CRITICAL", "CRIT", "ALERT", "EMERG", "EMERGENCY", "PANIC"],
};

/** A least severity: a record matches by its number, or by its text when it has no number. */
export interface SeverityMinimum {
  /** 1..24 */
  readonly number: number;
  /** Upper case. */
  readonly texts: readonly string[];
}

const EXPECTED = `one of ${SEVERITY_BANDS.join(", ")} (and above), or a number from 1 to 24`;

/** Reads `WARN`, `warning` or `13`. */
export function parseSeverity(text: string): Parsed<SeverityMinimum> {
  const upper = text.toUpperCase();
  const band = SEVERITY_BANDS.findIndex((name) => TEXTS[name].includes(upper));
  if (band >= 0) return value(minimum(band * 4 + 1));
  const number = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= 24 ? value(minimum(number)) : invalid(EXPECTED);
}

function minimum(number: number): SeverityMinimum {
  // A text stands for the first number of its band.
  const texts = SEVERITY_BANDS.filter((_, band) => band * 4 + 1 >= number).flatMap(
    (name) => TEXTS[name],
  );
  return { number, texts };
}

/** Numbers of one severity, both included. */
export interface SeverityRange {
  readonly from: number;
  readonly to: number;
}

/** OTLP knows 24; a greater number counts as the highest band. */
export const SEVERITY_NUMBER_MAX = 255;

/** Reads `warn` as all of its numbers, 13 to 16; `13` as itself. */
export function parseSeverityRange(text: string): Parsed<SeverityRange> {
  const band = bandOf(text);
  if (band !== undefined) return value(band);
  const number = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= 24
    ? value({ from: number, to: number })
    : invalid(`one of ${SEVERITY_BANDS.join(", ")}, or a number from 1 to 24`);
}

/** Texts, upper case, that stand for a number in the range: the first of their band. */
export function severityTexts(from: number, to: number): readonly string[] {
  return SEVERITY_BANDS.flatMap((name, band) => {
    const first = band * 4 + 1;
    return first >= from && first <= to ? TEXTS[name] : [];
  });
}

function bandOf(text: string): SeverityRange | undefined {
  const band = SEVERITY_BANDS.findIndex((name) => TEXTS[name].includes(text.toUpperCase()));
  if (band < 0) return undefined;
  const isHighest = band === SEVERITY_BANDS.length - 1;
  return { from: band * 4 + 1, to: isHighest ? SEVERITY_NUMBER_MAX : band * 4 + 4 };
}

/** The band a stored record counts for: by its number, else by its text, else `UNSET`. */
export function severityBand(number: number, text: string): SeverityBand | "UNSET" {
  if (number > 0) {
    return (
      SEVERITY_BANDS[Math.min(Math.floor((number - 1) / 4), SEVERITY_BANDS.length - 1)] ?? "UNSET"
    );
  }
  const upper = text.toUpperCase();
  return SEVERITY_BANDS.find((name) => TEXTS[name].includes(upper)) ?? "UNSET";
}
