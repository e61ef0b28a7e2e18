/**
 * Keys with values inside of texts, as the collector finds them: `password=secret`, `"api_key": "secret"` in JSON (escaped JSON inside of
 * JSON too), and headers, `Authorization: Basic …`. A bare `word: value` is not one: prose is full of "unexpected token: }".
 */
import { cookiesEnd, namesCookies, quotedCookieEnd } from "./cookies.ts";
import { credentialsEnd } from "./credentials.ts";
import type { Detector } from "./detectors.ts";
import { bareEnd, indexFrom, isQuote, quotedEnd } from "./value-ends.ts";

const KEY_LENGTH_MIN = 3;
const KEY_LENGTH_MAX = 64;
const KEY_MARK = /[A-Za-z0-9_.-]/;
// oxlint-disable-next-line no-control-regex -- a header ends with its line
const HEADER_END = /[\u0000-\u001f]|(?<!\\)\\*["']/g;

/** Keys that are written `Name: value` without quotes, whatever follows on the line. */
const HEADER_NAMES = new Set([
  "authorization",
  "proxy-authorization",
  "cookie",
  "set-cookie",
  "x-api-key",
  "x-auth-token",
]);

/** Replaces the values of the keys that a rule is for. */
export function assignmentDetector(matchesKey: (key: string) => boolean): Detector {
  return {
    mayContain: (text) => text.includes("=") || text.includes(":"),
    replace: (text, replacement) => {
      const marks = /[=:]/g;
      let rest = 0;
      let redacted = "";
      for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
        const key = keyBefore(text, mark.index, rest);
        if (key === undefined || !matchesKey(key.name)) continue;
        const value = valueBehind(text, mark.index, key);
        if (value === undefined) continue;
        const token = replacement(text.slice(value.start, value.end));
        redacted += text.slice(rest, value.start) + (value.needsQuotes ? `"${token}"` : token);
        rest = value.end;
        marks.lastIndex = rest;
      }
      return rest === 0 ? text : redacted + text.slice(rest);
    },
  };
}

interface FoundKey {
  readonly name: string;
  readonly isQuoted: boolean;
  readonly isHeader: boolean;
}

/** The key in front of the `=` or `:` at `at`, not reaching before `from`. */
// oxlint-disable-next-line complexity -- one question for each way in which a key may be written
function keyBefore(text: string, at: number, from: number): FoundKey | undefined {
  const isColon = text[at] === ":";
  let end = isColon && at - 1 > from && text[at - 1] === " " ? at - 1 : at;
  if (end === from) return undefined;
  const quote = isQuote(text[end - 1]) ? text[end - 1] : undefined;
  if (quote !== undefined) {
    end--;
    while (end > from && text[end - 1] === "\\") end--;
  }
  const name = wordBefore(text, end, from);
  if (name.length < KEY_LENGTH_MIN || name.length > KEY_LENGTH_MAX) return undefined;
  if (quote !== undefined) {
    const start = end - name.length;
    const isQuoted = start > from && text[start - 1] === quote;
    return isQuoted ? { name, isQuoted, isHeader: false } : undefined;
  }
  if (isColon && !(text[at + 1] === " " && HEADER_NAMES.has(name.toLowerCase()))) return undefined;
  return { name, isQuoted: false, isHeader: isColon };
}

/** One character more than a key may have tells that it is none. */
function wordBefore(text: string, end: number, from: number): string {
  let start = end;
  while (start > from && end - start <= KEY_LENGTH_MAX && KEY_MARK.test(text.charAt(start - 1))) {
    start--;
  }
  return text.slice(start, end);
}

interface FoundValue {
  readonly start: number;
  readonly end: number;
  /** A JSON number: without quotes around what replaces it the text would be no JSON any more. */
  readonly needsQuotes: boolean;
}

function valueBehind(text: string, at: number, key: FoundKey): FoundValue | undefined {
  let start = at + 1;
  while (text[at] === ":" && text[start] === " ") start++;
  let opening = start;
  while (text[opening] === "\\") opening++;
  const quote = text[opening];
  if (quote !== undefined && isQuote(quote)) {
    const end = quotedEnd(text, opening, opening - start);
    return end > opening + 1 ? { start: opening + 1, end, needsQuotes: false } : undefined;
  }
  const end = bareValueEnd(text, start, key);
  if (end === start) return undefined;
  // In JSON, what is neither quoted nor a number is null, true or false.
  if (key.isQuoted && !/[-0-9]/.test(text[start] ?? "")) return undefined;
  return { start, end, needsQuotes: key.isQuoted };
}

function bareValueEnd(text: string, start: number, key: FoundKey): number {
  if (key.isHeader) return lineEnd(text, start);
  return namesCookies(key.name) ? cookiesEnd(text, start) : wordEnd(text, start);
}

/** Where a header's value ends: with its line, or at the quote that closes the text around, of which its backslashes are part. */
function lineEnd(text: string, start: number): number {
  let at = credentialsEnd(text, start);
  for (;;) {
    const end = indexFrom(text, at, HEADER_END);
    at = quotedCookieEnd(text, end, start);
    if (at === end) return end;
  }
}

/** Where a value without quotes ends: a word, and credentials with the name of their scheme. */
function wordEnd(text: string, start: number): number {
  const end = bareEnd(text, start);
  return text[end] === " " ? Math.max(end, credentialsEnd(text, start)) : end;
}
