/** Patterns of generated logs, grouped as the query service groups them. */
import { LineGroups, parseTemplate, templateQuery } from "@throughline/query/patterns";
import type { LogPatterns, LogRecord, Meta } from "@throughline/query/wire";
// @boundaries-ignore development only: the package does not offer it to the application
import { compareSeen, perMinute } from "../../query/src/patterns/compare.ts";
import { toSeverity } from "../src/lib/severity.ts";

const MINUTE_MS = 60_000;

interface Times {
  /** Widths of both times, in ms; 0 where nothing is compared. */
  readonly nowMs: number;
  readonly beforeMs: number;
}

/** @param logs newest first */
export function patternsAnswer(
  logs: readonly LogRecord[],
  before: readonly LogRecord[],
  { nowMs, beforeMs }: Times,
  meta: Meta,
): LogPatterns {
  const groups = new LineGroups();
  const numbers = logs.map(({ body }) => groups.add(body));
  const numbersBefore = before.map(({ body }) => groups.add(body));
  const templates = groups.patterns();
  const found = new Map<string, LogRecord[]>();
  for (const template of templates) found.set(template, []);
  for (const [at, log] of logs.entries()) found.get(templates[numbers[at] ?? 0] ?? "")?.push(log);
  const earlier = new Map<string, number>();
  for (const number of numbersBefore) {
    const template = templates[number] ?? "";
    earlier.set(template, (earlier.get(template) ?? 0) + 1);
  }
  const patterns = [...found].map(([template, own]) => {
    const seen = { looked: own.length, minutes: nowMs / MINUTE_MS, every: 1 };
    const old = { looked: earlier.get(template) ?? 0, minutes: beforeMs / MINUTE_MS, every: 1 };
    const [newest] = own;
    return {
      template,
      q: templateQuery(parseTemplate(template)),
      records: own.length,
      perMinute: perMinute(seen),
      ...(beforeMs === 0
        ? {}
        : {
            baselineRecords: old.looked,
            baselinePerMinute: perMinute(old),
            change: compareSeen(seen, old).change,
          }),
      firstUnixNano: own.at(-1)?.timeUnixNano ?? "0",
      lastUnixNano: newest?.timeUnixNano ?? "0",
      severities: counted(own.map((log) => toSeverity(log.severityNumber, log.severityText))).map(
        ([severity, records]) => ({ severity, records }),
      ),
      services: counted(own.map(({ serviceName }) => serviceName)).map(([service, records]) => ({
        service,
        records,
      })),
      ...(newest === undefined
        ? {}
        : {
            example: {
              id: `${newest.timeUnixNano}-0000000000000000`,
              timeUnixNano: newest.timeUnixNano,
              body: newest.body,
            },
          }),
    };
  });
  const isChanged = (change: string | undefined) => (change === "same" ? 1 : 0);
  return {
    patterns: patterns
      .toSorted((a, b) => isChanged(a.change) - isChanged(b.change) || b.records - a.records)
      .slice(0, 100),
    total: logs.length,
    patternCount: patterns.length,
    countedEvery: 1,
    ...(beforeMs === 0 ? {} : { baselineTotal: before.length, baselineCountedEvery: 1 }),
    meta,
  };
}

function counted(values: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1]);
}
