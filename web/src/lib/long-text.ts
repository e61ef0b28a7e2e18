/** How much of a long value is shown. */
import { formatBytes } from "./format.ts";

/** At first. */
export const SHOWN_CHARS = 600;
/** When more is asked for: what a browser lays out without being felt. Of a longer value there is a copy to be had. */
export const OPEN_CHARS_MAX = 100_000;

/** @returns the text, or its beginning with a sign that there is more */
export function beginningOf(text: string, charsMax: number): string {
  return text.length > charsMax ? `${text.slice(0, charsMax)}…` : text;
}

/** What asks for more of a text. */
export function moreWords({ length }: string): string {
  if (length <= OPEN_CHARS_MAX) return `Show all ${formatBytes(length)}`;
  return `Show ${formatBytes(OPEN_CHARS_MAX)} of ${formatBytes(length)}`;
}

/** What copies a text. */
export function copyWords({ length }: string): string {
  return `Copy all ${formatBytes(length)}`;
}
