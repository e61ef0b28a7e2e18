/** Shown first, in this order; the rest by name. What failed comes before what was asked. */
const FIRST = [
  "exception.type",
  "exception.message",
  "error.type",
  "http.request.method",
  "http.route",
  "url.path",
];

/** @returns pairs in reading order; stack traces last because they are long */
export function sortAttributes(
  attributes: Readonly<Record<string, string>>,
): readonly (readonly [string, string])[] {
  return Object.entries(attributes).toSorted(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b));
}

function rank(name: string): number {
  const first = FIRST.indexOf(name);
  if (first >= 0) return first;
  return name === "exception.stacktrace" ? FIRST.length + 1 : FIRST.length;
}

const DURATION_UNITS = new Set(["ns", "us", "µs", "ms", "s", "m", "min", "h"]);

/** @returns nanoseconds of `250ms`, `1.5 s`, `300` (milliseconds when no unit is typed); undefined when unreadable */
export function parseTypedDuration(typed: string): bigint | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([a-zµ]*)$/i.exec(typed.trim());
  if (match === null) return undefined;
  const unit = match[2] === "" || match[2] === undefined ? "ms" : match[2].toLowerCase();
  if (!DURATION_UNITS.has(unit)) return undefined;
  return BigInt(Math.round(Number(match[1]) * nanosPer(unit)));
}

function nanosPer(unit: string): number {
  if (unit === "ns") return 1;
  if (unit === "us" || unit === "µs") return 1e3;
  if (unit === "ms") return 1e6;
  if (unit === "s") return 1e9;
  return unit === "h" ? 3600e9 : 60e9;
}
