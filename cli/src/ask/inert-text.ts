/**
 * Telemetry is anybody's text, and a terminal obeys text: escape sequences that clear the screen, set the clipboard or answer for
 * the user, direction marks that show a line otherwise than it is. What could do that is shown as its code instead.
 */

/**
 * Controls (C0, DEL, C1), marks and overrides of direction, what is invisible but no part of a script or an emoji, line and
 * paragraph separators, tags, and halves of surrogate pairs. The joiners U+200C and U+200D stay: Persian and emoji need them.
 */
const OBEYED =
  // oxlint-disable-next-line no-control-regex -- they are what it looks for
  /[\u0000-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}\p{Surrogate}]/gu;

const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": " " };

/** @returns one line that a terminal only shows: `\x1b[2J` for a sequence that would clear the screen */
export function inert(text: string): string {
  return text.replaceAll(OBEYED, (character) => NAMED[character] ?? codeOf(character));
}

/** @returns the lines of a text, each of them inert, without empty ones at its end */
export function inertLines(text: string): readonly string[] {
  return text.trimEnd().split(/\r?\n/).map(inert);
}

/** @returns the JSON of a value on one line, or indented: the same value, with escapes for what a terminal could obey */
export function inertJson(value: unknown, indent?: number): string {
  // JSON has escaped those that it forbids; what is left as a line break is its own.
  return JSON.stringify(value, undefined, indent).replaceAll(OBEYED, (character) =>
    character === "\n" ? character : jsonEscapeOf(character),
  );
}

function jsonEscapeOf(character: string): string {
  // One escape for each half of a pair.
  return Array.from({ length: character.length }, (_, index) => {
    const code = character.charCodeAt(index).toString(16);
    return `\\u${code.padStart(4, "0")}`;
  }).join("");
}

function codeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, "0")}`;
  return code > 0xff_ff ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`;
}
