/**
 * The time range of a page: two texts as they stand in the URL and travel to the query service. A relative range
 * stays relative (`now-1h`), so that a reload shows the last hour of then, not of now. What people type is read in
 * `typed-range.ts`.
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

const SECOND_MS = 1000;
const DAY_MS = 86_400_000;

const UNIT_MS: Readonly<Record<string, number>> = {
  s: SECOND_MS,
  m: 60_000,
  h: 3_600_000,
  d: DAY_MS,
  w: 7 * DAY_MS,
};

/** The last so many of a unit, ending now; undefined for any other range. */
interface Last {
  readonly count: number;
  readonly unit: string;
}

function lastOf({ from, to }: TimeRange): Last | undefined {
  const match = /^now-(\d{1,6})([smhdw])$/.exec(from);
  if (match === null || to !== "now") return undefined;
  return { count: Number(match[1]), unit: match[2] ?? "" };
}

export function absoluteRange(fromMs: number, toMs: number): TimeRange {
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
}

/** @returns milliseconds since 1970 of an end of a range in the URL: `now`, `now-15m`, unix digits, ISO 8601 */
export function parseInstant(text: string, nowMs: number): number | undefined {
  if (text === "now") return nowMs;
  const relative = /^now-(\d{1,6})([smhdw])$/.exec(text);
  if (relative !== null) return nowMs - Number(relative[1]) * (UNIT_MS[relative[2] ?? ""] ?? 0);
  if (/^\d{9,20}$/.test(text)) return unixToMs(text);
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return undefined;
  const ms = Date.parse(text.replace(" ", "T"));
  return Number.isNaN(ms) ? undefined : ms;
}

/** Digits tell their unit by their number: 10 seconds, 13 milliseconds, 16 microseconds, 19 nanoseconds. */
export function unixToMs(digits: string): number {
  if (digits.length <= 11) return Number(digits) * SECOND_MS;
  if (digits.length <= 14) return Number(digits);
  if (digits.length <= 17) return Math.floor(Number(digits) / 1000);
  return Number(BigInt(digits) / 1_000_000n);
}

/** @returns milliseconds since 1970; the default range where a text of the URL cannot be read */
export function resolveRange(range: TimeRange, nowMs: number): { fromMs: number; toMs: number } {
  const from = parseInstant(range.from, nowMs);
  const to = parseInstant(range.to, nowMs);
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

/** A range is at least and at most this wide. */
const WIDTH_MIN_MS = SECOND_MS;
const WIDTH_MAX_MS = 400 * DAY_MS;

/**
 * Half as wide, or twice as wide, around the middle, never past now. One that ends now still does, and stays relative.
 * @returns the same range where it cannot be narrower or wider
 */
export function zoomRange(range: TimeRange, direction: "in" | "out", nowMs: number): TimeRange {
  const { fromMs, toMs } = resolveRange(range, nowMs);
  const width = (toMs - fromMs) * (direction === "in" ? 0.5 : 2);
  if (width < WIDTH_MIN_MS || width > WIDTH_MAX_MS) return range;
  if (range.to === "now") return { from: `now-${writeWidth(width)}`, to: "now" };
  const middle = (fromMs + toMs) / 2;
  const end = Math.min(middle + width / 2, nowMs);
  return absoluteRange(end - width, end);
}

/** @returns the range of the same width that ends now, and goes on with the clock */
export function endingNow(range: TimeRange, nowMs: number): TimeRange {
  if (range.to === "now") return range;
  const { fromMs, toMs } = resolveRange(range, nowMs);
  return { from: `now-${writeWidth(toMs - fromMs)}`, to: "now" };
}

/** What can be read of a relative range has no more digits. */
const COUNT_MAX = 999_999;

/** In the largest unit that holds it exactly; parts of a second are left out, of a wide one what has no room. */
function writeWidth(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / SECOND_MS));
  const countOf = (unit: string) => (seconds * SECOND_MS) / (UNIT_MS[unit] ?? SECOND_MS);
  const unit =
    ["w", "d", "h", "m"].find((each) => Number.isInteger(countOf(each))) ??
    ["s", "m"].find((each) => countOf(each) <= COUNT_MAX) ??
    "h";
  return `${Math.round(countOf(unit))}${unit}`;
}

const UNIT_WORDS: Readonly<Record<string, string>> = { s: "s", m: "min", h: "h", d: "d", w: "wk" };

/** The words on the control: `Last 15 min`, or local date and times. */
export function describeRange(range: TimeRange, nowMs: number): string {
  const last = lastOf(range);
  if (last !== undefined) return `Last ${last.count} ${UNIT_WORDS[last.unit]}`;
  const { fromMs, toMs } = resolveRange(range, nowMs);
  const day = (ms: number) =>
    new Date(ms).toLocaleDateString("en-GB", { day: "2-digit", month: "short" });
  const clock = (ms: number) => new Date(ms).toLocaleTimeString("en-GB", { hourCycle: "h23" });
  const end = day(fromMs) === day(toMs) ? clock(toMs) : `${day(toMs)} ${clock(toMs)}`;
  return `${day(fromMs)} ${clock(fromMs)} – ${end}`;
}
