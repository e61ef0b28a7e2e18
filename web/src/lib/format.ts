import { nanosToMs } from "./nanos.ts";

/** Below a minute: three significant digits and one unit. From there: two units, as people say it. */
export function formatDuration(nanos: number | bigint): string {
  const ns = Number(nanos);
  if (ns < 0) return `-${formatDuration(-ns)}`;
  if (ns < 999.5) return `${Math.round(ns)} ns`;
  if (ns < 999.5e3) return `${threeDigits(ns / 1e3)} µs`;
  if (ns < 999.5e6) return `${threeDigits(ns / 1e6)} ms`;
  if (ns < 59.95e9) return `${threeDigits(ns / 1e9)} s`;
  return formatLong(Math.round(ns / 1e9));
}

function threeDigits(value: number): string {
  if (value >= 99.95) return value.toFixed(0);
  if (value >= 9.995) return value.toFixed(1);
  return value.toFixed(2);
}

function formatLong(seconds: number): string {
  if (seconds < 3600) return twoUnits(Math.floor(seconds / 60), "min", seconds % 60, "s");
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return twoUnits(Math.floor(minutes / 60), "h", minutes % 60, "min");
  const hours = Math.round(seconds / 3600);
  return twoUnits(Math.floor(hours / 24), "d", hours % 24, "h");
}

function twoUnits(major: number, majorUnit: string, minor: number, minorUnit: string): string {
  return minor === 0 ? `${major} ${majorUnit}` : `${major} ${majorUnit} ${minor} ${minorUnit}`;
}

/** Counts above 9,999 are shortened; callers put {@link formatExact} in the title. */
export function formatCount(count: number): string {
  if (count < 10_000) return formatExact(count);
  if (count < 999_500) return `${threeDigits(count / 1e3)}k`;
  if (count < 999.5e6) return `${threeDigits(count / 1e6)}M`;
  return `${threeDigits(count / 1e9)}G`;
}

export function formatExact(count: number): string {
  return count.toLocaleString("en-US", { maximumFractionDigits: 0 });
}

/** @param share 0..1; shares too small for a digit say so instead of showing zero */
export function formatPercent(share: number): string {
  const percent = share * 100;
  if (percent === 0) return "0 %";
  if (percent < 0.1) return "<0.1 %";
  return percent < 10 ? `${percent.toFixed(1)} %` : `${percent.toFixed(0)} %`;
}

export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_500) return `${threeDigits(bytes / 1e3)} kB`;
  if (bytes < 999.5e6) return `${threeDigits(bytes / 1e6)} MB`;
  return `${threeDigits(bytes / 1e9)} GB`;
}

/** A moment in pieces, so that a page can weigh them: the date muted, the clock bold, the fraction muted. */
export interface Moment {
  readonly date: string;
  readonly clock: string;
  readonly fraction: string;
}

const dateFormats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(timeZone: string | undefined): Intl.DateTimeFormat {
  const key = timeZone ?? "";
  let format = dateFormats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-GB", {
      year: "numeric",
      month: "short",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
      ...(timeZone === undefined ? {} : { timeZone }),
    });
    dateFormats.set(key, format);
  }
  return format;
}

/** @param timeZone an IANA name; the browser's when left out */
export function formatMoment(nanos: bigint, timeZone?: string): Moment {
  const parts = new Map<string, string>();
  for (const part of dateFormat(timeZone).formatToParts(nanosToMs(nanos)))
    parts.set(part.type, part.value);
  const piece = (type: string) => parts.get(type) ?? "";
  return {
    date: `${piece("day")} ${piece("month")}`,
    clock: `${piece("hour")}:${piece("minute")}:${piece("second")}`,
    fraction: `.${((nanos / 1_000_000n) % 1000n).toString().padStart(3, "0")}`,
  };
}

/** @param ms unix milliseconds @returns `21 Nov 14:44`, in the browser's time zone */
export function formatMinute(ms: number): string {
  const { date, clock } = formatMoment(BigInt(Math.floor(ms)) * 1_000_000n);
  return `${date} ${clock.slice(0, "hh:mm".length)}`;
}

/** The whole truth for a title: UTC with all nine digits. */
export function formatUtc(nanos: bigint): string {
  const seconds = new Date(nanosToMs(nanos)).toISOString().slice(0, 19);
  return `${seconds}.${(nanos % 1_000_000_000n).toString().padStart(9, "0")}Z`;
}

export function shortId(id: string): string {
  return id.slice(0, 8);
}
