/** Pure: what the view of patterns says of each, and what it makes of the filter. */
import { type Filter, parseFilter } from "@throughline/query/filter";
import type { LogPatterns } from "@throughline/query/wire";
import { addCondition } from "../../lib/filter-edit.ts";
import { formatExact } from "../../lib/format.ts";
import { fnv1a } from "../../lib/service-color.ts";
import { SEVERITIES, type Severity, isSeverity } from "../../lib/severity.ts";

export type LogPattern = LogPatterns["patterns"][number];

/** Names a pattern in the URL. */
export function patternKey({ template }: Pick<LogPattern, "template">): string {
  return fnv1a(template).toString(16).padStart(8, "0");
}

export interface TemplatePart {
  readonly text: string;
  /** It stands for what varies. */
  readonly isPlaceholder: boolean;
}

const PLACEHOLDER = /(<(?:\*|\.\.\.|num|uuid|hex|ip|time|email|str)>)/u;

export function templateParts(template: string): readonly TemplatePart[] {
  return template
    .split(PLACEHOLDER)
    .map((text, at) => ({ text, isPlaceholder: at % 2 === 1 }))
    .filter(({ text }) => text !== "");
}

/** @returns the filter that also asks for the logs of the pattern, or for all others */
export function filterByPattern(q: string, pattern: LogPattern, choice: "only" | "except"): string {
  const parsed = parseFilter(pattern.q);
  if (parsed.kind !== "filter") return q;
  if (choice === "except") return addCondition(q, { kind: "not", of: parsed.filter });
  const parts: readonly Filter[] =
    parsed.filter.kind === "and" ? parsed.filter.of : [parsed.filter];
  return parts.reduce((all, part) => addCondition(all, part), q);
}

type ChangeKind = "new" | "gone" | "grown" | "shrunk";

export interface PatternChange {
  readonly kind: ChangeKind;
  /** `new`, `×4.2`. */
  readonly words: string;
  /** The whole sentence. */
  readonly says: string;
}

/** @returns undefined where nothing is compared, or nothing changed by more than chance */
export function changeOf(pattern: LogPattern): PatternChange | undefined {
  const { change, perMinute, baselinePerMinute = 0 } = pattern;
  const rates = `${formatRate(baselinePerMinute)} before, ${formatRate(perMinute)} now`;
  switch (change) {
    case "new":
      return { kind: "new", words: "new", says: `New: ${rates}` };
    case "gone":
      return { kind: "gone", words: "gone", says: `Gone: ${rates}` };
    case "changed": {
      const isMore = perMinute >= baselinePerMinute;
      const times = isMore ? perMinute / baselinePerMinute : baselinePerMinute / perMinute;
      const factor = formatFactor(times);
      return isMore
        ? { kind: "grown", words: `×${factor}`, says: `${factor} times as often: ${rates}` }
        : { kind: "shrunk", words: `÷${factor}`, says: `${factor} times as rarely: ${rates}` };
    }
    case "same":
    case undefined:
    default:
      return undefined;
  }
}

function formatFactor(times: number): string {
  return times < 9.95 ? times.toFixed(1) : formatExact(times);
}

/** `12.4/min`; what is rarer than one in ten minutes as `3/h`, `0.5/h`. */
export function formatRate(perMinute: number): string {
  if (perMinute === 0) return "0";
  const [value, unit] = perMinute >= 0.1 ? [perMinute, "min"] : [perMinute * 60, "h"];
  if (value >= 99.5) return `${formatExact(value)}/${unit}`;
  if (value < 0.1) return `<0.1/${unit}`;
  return `${value.toFixed(value < 9.95 ? 1 : 0).replace(/\.0$/u, "")}/${unit}`;
}

export interface SeverityShare {
  readonly severity: Severity;
  readonly records: number;
  /** 0..1 of the pattern. */
  readonly share: number;
}

/** Its severities, the highest first: what failed is looked for. */
export function severityMix({
  severities,
}: Pick<LogPattern, "severities">): readonly SeverityShare[] {
  const counts = new Map<Severity, number>();
  let total = 0;
  for (const { severity, records } of severities) {
    const known = isSeverity(severity) ? severity : "UNSET";
    counts.set(known, (counts.get(known) ?? 0) + records);
    total += records;
  }
  return SEVERITIES.toReversed().flatMap((severity) => {
    const records = counts.get(severity) ?? 0;
    return records === 0 ? [] : [{ severity, records, share: records / Math.max(1, total) }];
  });
}
