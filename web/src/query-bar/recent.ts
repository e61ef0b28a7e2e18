/** The last searches of this reader, newest first; `localStorage` keeps them, one list for traces and one for logs. */
import type { FilterSignal } from "@throughline/query/filter";

const KEPT_MAX = 10;

function keyOf(signal: FilterSignal): string {
  return `throughline.recent.${signal}`;
}

export function readRecent(signal: FilterSignal): readonly string[] {
  try {
    return parseRecent(localStorage.getItem(keyOf(signal)) ?? "[]");
  } catch {
    return [];
  }
}

export function keepRecent(signal: FilterSignal, q: string): void {
  try {
    localStorage.setItem(keyOf(signal), JSON.stringify(withRecent(readRecent(signal), q)));
  } catch {
    // Without storage nothing is remembered.
  }
}

/** @returns the searches in a stored text; none when it is not a list of texts */
export function parseRecent(stored: string): readonly string[] {
  let value: unknown;
  try {
    value = JSON.parse(stored);
  } catch {
    return [];
  }
  if (!Array.isArray(value)) return [];
  return value.filter((each) => typeof each === "string").slice(0, KEPT_MAX);
}

/** @returns the list with the search in front, once */
export function withRecent(recent: readonly string[], q: string): readonly string[] {
  return [q, ...recent.filter((each) => each !== q)].slice(0, KEPT_MAX);
}
