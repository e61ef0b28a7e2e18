import { AHEAD_MAX_MS, findInstant } from "./log-line-time.ts";
import { absoluteRange, parseInstant, type TimeRange } from "./time-range.ts";

export type ParsedRange =
  | { readonly kind: "range"; readonly range: TimeRange }
  | { readonly kind: "invalid"; readonly reason: string };

/** How far around a single instant to look, on each side. */
const AROUND_MS = 5 * 60_000;

const UNITS: Readonly<Record<string, string>> = {
  s: "s sec secs second seconds",
  m: "m min mins minute minutes",
  h: "h hr hrs hour hours",
  d: "d day days",
  w: "w wk week weeks",
};

/** An end of a range: a text that stays relative, or a moment. `ms` is the same of both. */
interface Instant {
  readonly ms: number;
  readonly text?: string;
  /** A whole day was named: as an end, its end is meant. */
  readonly endMs?: number;
}

/**
 * Understands `15m`, `2 hours`, `now-2h to now-1h`, `14:05-14:20`, `yesterday 9:00`, `2026-11-20 10:00 to 11:00`,
 * `2026-11-20`, and a single instant (ISO, unix in s, ms, µs, ns, or the time in a pasted log line), around which it
 * looks five minutes each way. Times without a zone are local.
 * @param nowMs the clock, to place times of day and to refuse the future
 */
export function parseTypedRange(typed: string, nowMs: number): ParsedRange {
  const text = typed.trim();
  if (text === "") return invalid("Type a range, for example 15m, 2h or 14:05-14:20.");
  const instant = readInstant(text.replace(/^last\s+/i, ""), nowMs);
  if (instant !== undefined) return around(instant, nowMs);
  const [left, right] = splitSides(text) ?? [];
  const from = left === undefined ? undefined : readSide(left, nowMs);
  const day = from?.text === undefined ? from?.ms : undefined;
  const to = right === undefined ? undefined : readSide(right, nowMs, day);
  if (from !== undefined && to !== undefined) return between(from, to, nowMs);
  const found = findInstant(text, nowMs);
  if (found !== undefined) return around({ ms: found }, nowMs);
  return invalid(notATime(text, left, from === undefined ? left : right));
}

/** @param wrong the side that is no time; undefined when the text has no sides */
function notATime(text: string, left: string | undefined, wrong: string | undefined): string {
  if (wrong !== undefined)
    return `The ${wrong === left ? "start" : "end"} “${shorten(wrong)}” is not a time.`;
  return `“${shorten(text)}” is not a time. Try 15m, 14:05-14:20, yesterday 9:00 or a log line.`;
}

function around({ ms, text, endMs }: Instant, nowMs: number): ParsedRange {
  if (text === "now") return invalid("A range needs a start, for example now-15m.");
  if (text !== undefined && ms >= nowMs) return invalid("A range must be longer than nothing.");
  if (text !== undefined) return { kind: "range", range: { from: text, to: "now" } };
  if (ms > nowMs + AHEAD_MAX_MS) return invalid("That is in the future.");
  if (endMs !== undefined) return between({ ms }, { ms: Math.min(endMs, nowMs) }, nowMs);
  return between({ ms: ms - AROUND_MS }, { ms: Math.min(ms + AROUND_MS, nowMs) }, nowMs);
}

/** @param dayOfMs whose local day a bare time of day belongs to */
function readSide(text: string, nowMs: number, dayOfMs?: number): Instant | undefined {
  const instant = readInstant(text, nowMs, dayOfMs);
  if (instant !== undefined) return instant;
  const ms = findInstant(text, nowMs);
  return ms === undefined ? undefined : { ms };
}

function between(from: Instant, to: Instant, nowMs: number): ParsedRange {
  const endMs = to.endMs === undefined ? to.ms : Math.min(to.endMs, nowMs);
  if (from.ms >= nowMs) return invalid("The range starts in the future.");
  if (endMs <= from.ms) return invalid("The end must be after the start.");
  if (endMs > nowMs + AHEAD_MAX_MS) return invalid("The range ends in the future.");
  const range = absoluteRange(from.ms, endMs);
  return { kind: "range", range: { from: from.text ?? range.from, to: to.text ?? range.to } };
}

function invalid(reason: string): ParsedRange {
  return { kind: "invalid", reason };
}

const QUOTED_MAX_LENGTH = 40;

function shorten(text: string): string {
  return text.length <= QUOTED_MAX_LENGTH ? text : `${text.slice(0, QUOTED_MAX_LENGTH)}…`;
}

function unitOf(word: string | undefined): string | undefined {
  const lower = word?.toLowerCase() ?? "";
  return Object.keys(UNITS).find((unit) => UNITS[unit]?.split(" ").includes(lower));
}

/** `a to b`, `a..b`, `a – b` and `a - b`; a bare `-` only before a time of day, since dates and `now-1h` hold one. */
function splitSides(text: string): readonly [string, string] | undefined {
  const match =
    /^(.+?)(?:\s+to\s+|\s*\.\.\s*|\s*[–—]\s*|\s+-\s+)(.+)$/i.exec(text) ??
    /^(.*\d{1,2}:\d{2}(?::\d{2})?)-(\d{1,2}:\d{2}(?::\d{2})?)$/.exec(text);
  const left = match?.[1];
  const right = match?.[2];
  return left === undefined || right === undefined ? undefined : [left.trim(), right.trim()];
}

/** @param dayOfMs whose local day a bare time of day belongs to; today when left out, yesterday when that lies ahead */
function readInstant(text: string, nowMs: number, dayOfMs?: number): Instant | undefined {
  const lower = text.toLowerCase();
  const ago = /^(?:now\s*-|-)?\s*(\d{1,6})\s*([a-z]+?)(\s+ago)?$/.exec(lower);
  const unit = unitOf(ago?.[2]);
  if (ago !== null && unit !== undefined) {
    const relative = `now-${Number(ago[1])}${unit}`;
    const ms = parseInstant(relative, nowMs);
    return ms === undefined ? undefined : { ms, text: relative };
  }
  if (lower === "now") return { ms: nowMs, text: "now" };
  const seconds = /^(\d{9,11})\.(\d{1,9})$/.exec(text);
  if (seconds !== null)
    return { ms: Math.floor(Number(`${seconds[1]}.${seconds[2]?.slice(0, 3)}`) * 1000) };
  return readDay(lower, nowMs) ?? readClock(lower, nowMs, dayOfMs) ?? readDate(text, nowMs);
}

function readDate(text: string, nowMs: number): Instant | undefined {
  if (!/^(?:\d{9,20}|\d{4}-\d{2}-\d{2}[T ]\S+)$/.test(text)) return undefined;
  const ms = parseInstant(text.replace(",", "."), nowMs);
  return ms === undefined ? undefined : { ms };
}

/** `today`, `yesterday`, `2026-11-20`: a local day, alone or with a time of day. */
function readDay(text: string, nowMs: number): Instant | undefined {
  const match = /^(today|yesterday|\d{4}-\d{2}-\d{2})(?:[\s,]+(.+))?$/.exec(text);
  if (match === null) return undefined;
  const midnight = midnightOf(match[1] ?? "", nowMs);
  if (Number.isNaN(midnight.getTime())) return undefined;
  if (match[2] === undefined) {
    const end = new Date(midnight);
    end.setDate(end.getDate() + 1);
    return { ms: midnight.getTime(), endMs: end.getTime() };
  }
  const clock = clockOf(match[2]);
  if (clock === undefined) return undefined;
  return { ms: midnight.setHours(...clock) };
}

function midnightOf(day: string, nowMs: number): Date {
  if (/^\d/.test(day)) return new Date(`${day}T00:00:00`);
  const midnight = new Date(nowMs);
  midnight.setHours(0, 0, 0, 0);
  if (day === "yesterday") midnight.setDate(midnight.getDate() - 1);
  return midnight;
}

function readClock(text: string, nowMs: number, dayOfMs?: number): Instant | undefined {
  const clock = clockOf(text);
  if (clock === undefined) return undefined;
  const date = new Date(dayOfMs ?? nowMs);
  date.setHours(...clock);
  if (dayOfMs === undefined && date.getTime() > nowMs) date.setDate(date.getDate() - 1);
  if (dayOfMs !== undefined && date.getTime() <= dayOfMs) date.setDate(date.getDate() + 1);
  return { ms: date.getTime() };
}

type Clock = readonly [hours: number, minutes: number, seconds: number, ms: number];

/** `14:05`, `9:00:30.5`, `9am`, `9:30 pm` */
function clockOf(text: string): Clock | undefined {
  const match = /^(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(am|pm)?$/.exec(text);
  if (match === null || (match[2] === undefined && match[5] === undefined)) return undefined;
  const half = match[5];
  const typedHours = Number(match[1]);
  if (half !== undefined && (typedHours < 1 || typedHours > 12)) return undefined;
  const hours = half === undefined ? typedHours : (typedHours % 12) + (half === "pm" ? 12 : 0);
  const [minutes, seconds] = [Number(match[2] ?? "0"), Number(match[3] ?? "0")];
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  return [hours, minutes, seconds, Number((match[4] ?? "").padEnd(3, "0").slice(0, 3))];
}
