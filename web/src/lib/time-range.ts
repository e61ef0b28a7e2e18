/**
 * The time range of a page: two texts as they stand in the URL and travel to the query service. A relative range
 * stays relative (`now-1h`), so that a reload shows the last hour of then, not of now.
 */
export interface TimeRange {
  /** `now-15m`, or an ISO 8601 instant in UTC. */
  readonly from: string;
  /** `now`, `now-…` or an instant; half-open: from <= t < to. */
  readonly to: string;
}

export const DEFAULT_RANGE: TimeRange = { from: "now-1h", to: "now" };

export const RANGE_PRESETS: readonly { readonly label: string; readonly typed: string }[] = [
  { label: "Last 5 minutes", typed: "5m" },
  { label: "Last 15 minutes", typed: "15m" },
  { label: "Last hour", typed: "1h" },
  { label: "Last 6 hours", typed: "6h" },
  { label: "Last 24 hours", typed: "24h" },
  { label: "Last 3 days", typed: "3d" },
  { label: "Last 7 days", typed: "7d" },
];

export type ParsedRange =
  | { readonly kind: "range"; readonly range: TimeRange }
  | { readonly kind: "invalid"; readonly reason: string };

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
/** How far around a single instant to look, on each side. */
const AROUND_MS = 5 * 60_000;

/**
 * Understands `15m`, `now-2h to now-1h`, `14:05-14:20`, `2026-11-20 10:00 to 11:00`, `yesterday`, and a single instant
 * (ISO or unix in s, ms, µs, ns), around which it looks five minutes each way.
 * @param nowMs the clock, to place times of day and to refuse the future
 */
export function parseTypedRange(typed: string, nowMs: number): ParsedRange {
  const text = typed.trim();
  if (text === "") return invalid("Type a range, for example 15m, 2h or 14:05-14:20.");
  if (/^\d+[smhdw]$/i.test(text))
    return { kind: "range", range: { from: `now-${text.toLowerCase()}`, to: "now" } };
  const day = wholeDay(text.toLowerCase(), nowMs);
  if (day !== undefined) return day;
  const sides = splitSides(text);
  if (sides === undefined) {
    const instant = parseInstant(text, nowMs);
    if (instant === undefined)
      return invalid(`“${text}” is not a time. Try 15m, 14:05-14:20 or an ISO date and time.`);
    if (instant.relative) return { kind: "range", range: { from: text.toLowerCase(), to: "now" } };
    return absolute(instant.ms - AROUND_MS, Math.min(instant.ms + AROUND_MS, nowMs), nowMs);
  }
  return parseSides(sides, nowMs);
}

function parseSides([left, right]: readonly [string, string], nowMs: number): ParsedRange {
  const from = parseInstant(left, nowMs);
  if (from === undefined) return invalid(`The start “${left}” is not a time.`);
  const to = parseInstant(right, nowMs, from.relative ? undefined : from.ms);
  if (to === undefined) return invalid(`The end “${right}” is not a time.`);
  if (to.ms <= from.ms) return invalid("The end must be after the start.");
  if (from.relative && to.relative)
    return { kind: "range", range: { from: left.toLowerCase(), to: right.toLowerCase() } };
  return absolute(from.ms, to.relative ? nowMs : to.ms, nowMs);
}

function absolute(fromMs: number, toMs: number, nowMs: number): ParsedRange {
  if (fromMs >= nowMs) return invalid("The range starts in the future.");
  if (toMs > nowMs + 60_000) return invalid("The range ends in the future.");
  return { kind: "range", range: absoluteRange(fromMs, toMs) };
}

export function absoluteRange(fromMs: number, toMs: number): TimeRange {
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
}

function invalid(reason: string): ParsedRange {
  return { kind: "invalid", reason };
}

function wholeDay(text: string, nowMs: number): ParsedRange | undefined {
  if (text !== "today" && text !== "yesterday") return undefined;
  const midnight = new Date(nowMs);
  midnight.setHours(0, 0, 0, 0);
  if (text === "today") return absolute(midnight.getTime(), nowMs, nowMs);
  const before = new Date(midnight);
  before.setDate(before.getDate() - 1);
  return absolute(before.getTime(), midnight.getTime(), nowMs);
}

/** `a to b`, `a..b`, `a – b` and `a - b`; a bare `-` only between times of day, since dates and `now-1h` hold one. */
function splitSides(text: string): readonly [string, string] | undefined {
  const match =
    /^(.+?)(?:\s+to\s+|\s*\.\.\s*|\s*[–—]\s*|\s+-\s+)(.+)$/i.exec(text) ??
    /^(\d{1,2}:\d{2}(?::\d{2})?)-(\d{1,2}:\d{2}(?::\d{2})?)$/.exec(text);
  const left = match?.[1];
  const right = match?.[2];
  return left === undefined || right === undefined ? undefined : [left.trim(), right.trim()];
}

interface Instant {
  readonly ms: number;
  readonly relative: boolean;
}

/** @param dayOfMs whose local day a bare time of day belongs to; today when left out, yesterday when that lies ahead */
function parseInstant(text: string, nowMs: number, dayOfMs?: number): Instant | undefined {
  const relative = relativeMs(text.toLowerCase(), nowMs);
  if (relative !== undefined) return { ms: relative, relative: true };
  if (/^\d{9,20}$/.test(text)) return { ms: unixToMs(text), relative: false };
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (clock !== null) return clockInstant(clock, nowMs, dayOfMs);
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return undefined;
  const ms = Date.parse(text.replace(" ", "T"));
  return Number.isNaN(ms) ? undefined : { ms, relative: false };
}

function clockInstant(
  clock: RegExpExecArray,
  nowMs: number,
  dayOfMs?: number,
): Instant | undefined {
  const [hours, minutes, seconds] = [Number(clock[1]), Number(clock[2]), Number(clock[3] ?? "0")];
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const date = new Date(dayOfMs ?? nowMs);
  date.setHours(hours, minutes, seconds, 0);
  if (dayOfMs === undefined && date.getTime() > nowMs) date.setDate(date.getDate() - 1);
  if (dayOfMs !== undefined && date.getTime() <= dayOfMs) date.setDate(date.getDate() + 1);
  return { ms: date.getTime(), relative: false };
}

function relativeMs(text: string, nowMs: number): number | undefined {
  if (text === "now") return nowMs;
  const match = /^now-(\d{1,6})([smhdw])$/.exec(text);
  if (match === null) return undefined;
  return nowMs - Number(match[1]) * (UNIT_MS[match[2] ?? ""] ?? 0);
}

/** Digits tell their unit by their number: 10 seconds, 13 milliseconds, 16 microseconds, 19 nanoseconds. */
function unixToMs(digits: string): number {
  if (digits.length <= 11) return Number(digits) * 1000;
  if (digits.length <= 14) return Number(digits);
  if (digits.length <= 17) return Math.floor(Number(digits) / 1000);
  return Number(BigInt(digits) / 1_000_000n);
}

/** @returns milliseconds since 1970; the default range where a text of the URL cannot be read */
export function resolveRange(range: TimeRange, nowMs: number): { fromMs: number; toMs: number } {
  const from = parseInstant(range.from, nowMs)?.ms;
  const to = parseInstant(range.to, nowMs)?.ms;
  if (from === undefined || to === undefined || to <= from)
    return { fromMs: nowMs - 3_600_000, toMs: nowMs };
  return { fromMs: from, toMs: to };
}

/** @returns the range moved by half its width, absolute, never past now */
export function shiftRange(range: TimeRange, direction: -1 | 1, nowMs: number): TimeRange {
  const { fromMs, toMs } = resolveRange(range, nowMs);
  const width = toMs - fromMs;
  const end = Math.min(toMs + (direction * width) / 2, nowMs);
  return absoluteRange(end - width, end);
}

const UNIT_WORDS: Readonly<Record<string, string>> = { s: "s", m: "min", h: "h", d: "d", w: "wk" };

/** The words on the control: `Last 15 min`, or local date and times. */
export function describeRange(range: TimeRange, nowMs: number): string {
  const match = /^now-(\d+)([smhdw])$/.exec(range.from);
  if (match !== null && range.to === "now") return `Last ${match[1]} ${UNIT_WORDS[match[2] ?? ""]}`;
  const { fromMs, toMs } = resolveRange(range, nowMs);
  const day = (ms: number) =>
    new Date(ms).toLocaleDateString("en-GB", { day: "2-digit", month: "short" });
  const clock = (ms: number) => new Date(ms).toLocaleTimeString("en-GB", { hourCycle: "h23" });
  const end = day(fromMs) === day(toMs) ? clock(toMs) : `${day(toMs)} ${clock(toMs)}`;
  return `${day(fromMs)} ${clock(fromMs)} – ${end}`;
}
