/** Patterns of the logs that a question finds, and how they changed against an earlier time. */
import { setImmediate } from "node:timers/promises";
import { addCosts } from "../clickhouse/ask.ts";
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import { severityBand } from "../params/severity.ts";
import { type LogFilters, logWhere } from "../search/filters.ts";
import { type TimeRange, both, inTime } from "../search/time-range.ts";
import type { LogPatterns } from "../wire.ts";
import { type Seen, compareSeen, perMinute } from "./compare.ts";
import { LineGroups } from "./group-lines.ts";
import { PATTERN_LIMITS } from "./limits.ts";
import {
  type Line,
  type Lines,
  type PatternReading,
  exampleKey,
  readExamples,
  readLines,
} from "./read-lines.ts";
import { parseTemplate, templateQuery } from "./template.ts";

export interface PatternsQuestion {
  readonly filters: LogFilters;
  readonly range: TimeRange;
  readonly baseline: TimeRange | undefined;
  readonly limit: number;
}

type Pattern = LogPatterns["patterns"][number];

/** One pattern in one of the two times. */
interface Side {
  looked: number;
  readonly lines: Line[];
}

interface Found {
  readonly template: string;
  readonly now: Side;
  readonly before: Side;
}

export async function readPatterns(
  reading: PatternReading,
  { filters, range, baseline, limit }: PatternsQuestion,
): Promise<LogPatterns> {
  const started = performance.now();
  const where = logWhere(filters);
  const now = await readLines(reading, both(inTime(range), where));
  const before =
    baseline === undefined ? undefined : await readLines(reading, both(inTime(baseline), where));
  const found = await group(now, before);
  const ranked = rank(found, {
    now: { minutes: minutesOf(range), every: now.every },
    before:
      baseline === undefined || before === undefined
        ? undefined
        : { minutes: minutesOf(baseline), every: before.every },
  }).slice(0, limit);
  const examples = await readExamples(
    reading,
    ranked.map(({ newest }) => newest),
    where,
  );
  const every = Math.max(now.every, before?.every ?? 1);
  const reasons = [
    ...(every === 1 ? [] : [whySampled(every, reading)]),
    ...(now.isCut || before?.isCut === true
      ? ["More lines than twice patternRowsMax were in it; those beyond are not counted."]
      : []),
  ];
  return {
    patterns: ranked.map(({ newest, pattern }) => {
      const id = examples.get(exampleKey(newest));
      return id === undefined
        ? pattern
        : { ...pattern, example: { id, timeUnixNano: newest.last, body: newest.body } };
    }),
    total: now.total,
    patternCount: found.length,
    countedEvery: now.every,
    ...(before === undefined
      ? {}
      : { baselineTotal: before.total, baselineCountedEvery: before.every }),
    meta: {
      elapsedMs: performance.now() - started,
      ...addCosts(reading.costs),
      complete: reasons.length === 0,
      ...(reasons.length === 0 ? {} : { reason: reasons.join(" ") }),
    },
  };
}

function whySampled(every: number, { searcher }: PatternReading): string {
  return `Patterns are of one log in ${every}: all of them are more than patternRowsMax (${searcher.limits.patternRowsMax}). GET /api/logs/patterns/count counts all logs of one.`;
}

/** Both times together, so that their templates are the same. Others have their turn in between. */
async function group(now: Lines, before: Lines | undefined): Promise<readonly Found[]> {
  const groups = new LineGroups();
  const sides = [
    ...now.lines.map((line) => ({ line, side: "now" as const })),
    ...(before?.lines ?? []).map((line) => ({ line, side: "before" as const })),
  ];
  const numbers: number[] = [];
  for (const [index, { line }] of sides.entries()) {
    // A cut line goes on; one character more says so.
    const text = line.cut === 1 ? `${line.body}x` : line.body;
    numbers.push(groups.add(text, Number(line.records)));
    // oxlint-disable-next-line no-await-in-loop -- gives way to other requests
    if (index % PATTERN_LIMITS.linesAtOnce === PATTERN_LIMITS.linesAtOnce - 1) await setImmediate();
  }
  const templates = groups.patterns();
  const found = new Map<string, Found>();
  for (const [index, { line, side }] of sides.entries()) {
    const template = templates[numbers[index] ?? 0] ?? "";
    const each = found.get(template) ?? { template, now: empty(), before: empty() };
    found.set(template, each);
    each[side].looked += Number(line.records);
    each[side].lines.push(line);
  }
  return [...found.values()];
}

function empty(): Side {
  return { looked: 0, lines: [] };
}

interface Exposure {
  readonly minutes: number;
  readonly every: number;
}

interface Ranked {
  readonly newest: Line;
  readonly pattern: Pattern;
}

/** Pure: what changed most first, then what is most frequent. */
function rank(
  found: readonly Found[],
  { now, before }: { readonly now: Exposure; readonly before: Exposure | undefined },
): readonly Ranked[] {
  const ranked = found.flatMap((each) => {
    const lines = each.now.looked > 0 ? each.now.lines : each.before.lines;
    const every = each.now.looked > 0 ? now.every : (before?.every ?? 1);
    const newest = newestOf(lines);
    if (newest === undefined) return [];
    const seen: Seen = { looked: each.now.looked, ...now };
    const seenBefore = before && { looked: each.before.looked, ...before };
    const compared = seenBefore && compareSeen(seen, seenBefore);
    const pattern: Pattern = {
      template: each.template,
      q: templateQuery(parseTemplate(each.template)),
      records: each.now.looked * now.every,
      perMinute: perMinute(seen),
      ...(seenBefore === undefined || compared === undefined
        ? {}
        : {
            baselineRecords: seenBefore.looked * seenBefore.every,
            baselinePerMinute: perMinute(seenBefore),
            change: compared.change,
          }),
      ...describe(lines, newest, every),
    };
    const surprise = compared === undefined || compared.change === "same" ? -1 : compared.surprise;
    return [{ newest, pattern, surprise }];
  });
  return ranked.toSorted(
    (a, b) =>
      b.surprise - a.surprise ||
      b.pattern.records - a.pattern.records ||
      (a.pattern.template < b.pattern.template ? -1 : 1),
  );
}

function describe(
  lines: readonly Line[],
  newest: Line,
  every: number,
): Pick<Pattern, "firstUnixNano" | "lastUnixNano" | "severities" | "services"> {
  const first = lines.reduce(
    (least, line) => (isBefore(line.first, least) ? line.first : least),
    newest.first,
  );
  const severities = count(lines, every, (line) =>
    severityBand(line.severityNumber, line.severityText),
  );
  const services = count(lines, every, (line) => line.service);
  return {
    firstUnixNano: first,
    lastUnixNano: newest.last,
    severities: severities.map(([severity, records]) => ({ severity, records })),
    services: services
      .slice(0, PATTERN_LIMITS.servicesMax)
      .map(([service, records]) => ({ service, records })),
  };
}

function count(
  lines: readonly Line[],
  every: number,
  nameOf: (line: Line) => string,
): [string, number][] {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const name = nameOf(line);
    counts.set(name, (counts.get(name) ?? 0) + Number(line.records) * every);
  }
  return [...counts].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

function newestOf(lines: readonly Line[]): Line | undefined {
  return lines.reduce<Line | undefined>(
    (newest, line) => (newest === undefined || isBefore(newest.last, line.last) ? line : newest),
    undefined,
  );
}

function isBefore(a: string, b: string): boolean {
  return BigInt(a) < BigInt(b);
}

function minutesOf({ from, to }: TimeRange): number {
  return Number(to - from) / Number(60n * NANOS_PER_SECOND);
}
