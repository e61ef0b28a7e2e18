/**
 * Keys with values inside of texts, as the collector finds them: `password=secret`, `"api_key": "secret"` in JSON (escaped JSON inside of
 * JSON too), and headers, `Authorization: Basic …`, and lists as JSON, Java and Go write them. A bare `word: value` is not one: prose is full of "unexpected token: }".
 */
import { cookiesEnd, namesCookies, quotedCookieEnd } from "./cookies.ts";
import { credentialsEnd } from "./credentials.ts";
import type { Detector } from "./detectors.ts";
import { bareEnd, indexFrom, isQuote, quotedEnd, skip } from "./value-ends.ts";

const KEY_LENGTH_MIN = 3;
const KEY_LENGTH_MAX = 64;
const KEY_MARK = /[A-Za-z0-9_.-]/;
/** A blank, or what Go and Spring print behind the name of a header: a list or a quote. */
const HEADER_BEGIN = /[ [\\"']/;
/** Not a quote that closes the text around: `"authorization:","host:…` */
const OPENS_VALUE = /\[|\\*["']\\*[^,:\]}\\]/y;
/** What is not between the items of a list: blanks, also `\n` as JSON inside of JSON has it, and words such as `null`. */
// oxlint-disable-next-line no-control-regex -- lines end in one
const ITEM = /(?<!\\)(?:\\+(?![A-Za-z\\])|[^\u0000-\u0020,A-Za-z\\])/g;
/** Where a value would be in a statement, had it not been sent apart. */
const PLACEHOLDER = /^(?:\?\d*|\$\d+(?:::\w+)?|%s|%\(\w+|[@:]\w+|null|default)$/i;
// oxlint-disable-next-line no-control-regex -- a header ends with its line
const HEADER_END = /[\u0000-\u001f]|(?<!\\)\\*["']/g;
// oxlint-disable-next-line no-control-regex -- as above
const LIST_END = /[\u0000-\u001f\]]|(?<!\\)\\*["']/g;

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
        for (const value of valuesBehind(text, mark.index, key)) {
          const token = replacement(text.slice(value.start, value.end));
          redacted += text.slice(rest, value.start) + (value.needsQuotes ? `"${token}"` : token);
          rest = value.end;
          marks.lastIndex = rest;
        }
      }
      return rest === 0 ? text : redacted + text.slice(rest);
    },
  };
}

interface FoundKey {
  readonly name: string;
  readonly isQuoted: boolean;
  readonly isHeader: boolean;
  /** A blank is between the key and its sign. */
  readonly isApart: boolean;
}

/** The key in front of the `=` or `:` at `at`, not reaching before `from`. */
// oxlint-disable-next-line complexity -- one question for each way in which a key may be written
function keyBefore(text: string, at: number, from: number): FoundKey | undefined {
  const isColon = text[at] === ":";
  let end = at - 1 > from && text[at - 1] === " " ? at - 1 : at;
  const isApart = end < at;
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
    return isQuoted ? { name, isQuoted, isHeader: false, isApart } : undefined;
  }
  if (isColon && !(HEADER_BEGIN.test(text[at + 1] ?? "") && HEADER_NAMES.has(name.toLowerCase()))) {
    return undefined;
  }
  return { name, isQuoted: false, isHeader: isColon, isApart };
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

function* valuesBehind(text: string, at: number, key: FoundKey): Generator<FoundValue, void> {
  const start = skip(text, at + 1, " ");
  const isNext = start === at + 1;
  if (key.isHeader && isNext && !opensValue(text, start)) return;
  if (text[start] === "[" && (isNext || !key.isHeader)) {
    yield* listedBehind(text, start, key);
    return;
  }
  const quoted = quotedAt(text, start);
  if (quoted !== undefined) {
    if (quoted.end > quoted.start) yield quoted;
    return;
  }
  if (text[at] === "=" && !isWord(text, { sign: at, start }, key)) return;
  const end = bareValueEnd(text, start, key);
  // In JSON, what is neither quoted nor a number is null, true or false.
  if (end === start || (key.isQuoted && !beginsNumber(text[start]))) return;
  yield { start, end, needsQuotes: key.isQuoted };
}

/**
 * A value without quotes behind a `=` with blanks around it. There must be one on both sides, or `password= user=jane` would lose the next
 * value; and behind it no operator (`token == null`), and no placeholder of a statement.
 */
function isWord(
  text: string,
  { sign, start }: { readonly sign: number; readonly start: number },
  key: FoundKey,
): boolean {
  if (!key.isApart) return start === sign + 1;
  if (start > sign + 2 || /[=>~]/.test(text[start] ?? "=")) return false;
  return start === sign + 1 || !PLACEHOLDER.test(text.slice(start, bareEnd(text, start)));
}

/** Items in quotes or under a key in quotes, each with a place of its own; else all up to the `]` as one. */
function* listedBehind(
  text: string,
  bracket: number,
  key: FoundKey,
): Generator<FoundValue, void, undefined> {
  const start = skip(text, bracket + 1, " ");
  if (!key.isQuoted && !(text[start] !== "[" && opensValue(text, start))) {
    const end = lineEnd(text, start, LIST_END);
    if (end > start) yield { start, end, needsQuotes: false };
    return;
  }
  let at = start;
  for (;;) {
    at = indexFrom(text, at, ITEM);
    const quoted = quotedAt(text, at);
    if (quoted !== undefined) {
      if (quoted.end > quoted.start) yield quoted;
      at = quoted.behind;
    } else if (beginsNumber(text[at])) {
      const end = bareEnd(text, at);
      yield { start: at, end, needsQuotes: true };
      at = end;
    } else return;
  }
}

/** What is in the quotes that open at `start`, with or without backslashes; undefined if none do. */
function quotedAt(text: string, start: number): (FoundValue & { behind: number }) | undefined {
  const opening = skip(text, start, "\\");
  if (!isQuote(text[opening])) return undefined;
  const escapes = opening - start;
  const end = quotedEnd(text, opening, escapes);
  const behind = Math.min(end + escapes + 1, text.length);
  return { start: opening + 1, end, needsQuotes: false, behind };
}

function opensValue(text: string, start: number): boolean {
  OPENS_VALUE.lastIndex = start;
  return OPENS_VALUE.test(text);
}

function beginsNumber(mark: string | undefined): boolean {
  return mark !== undefined && /[-0-9]/.test(mark);
}

function bareValueEnd(text: string, start: number, key: FoundKey): number {
  if (key.isHeader) return lineEnd(text, start);
  return namesCookies(key.name) ? cookiesEnd(text, start) : wordEnd(text, start);
}

/** Where a value ends that may have blanks: with its line or list, or at the quote that closes the text around, of which its backslashes are part. */
function lineEnd(text: string, start: number, wanted = HEADER_END): number {
  let at = credentialsEnd(text, start);
  for (;;) {
    const end = indexFrom(text, at, wanted);
    at = quotedCookieEnd(text, end, start);
    if (at === end) return end;
  }
}

/** Where a value without quotes ends: a word, and credentials with the name of their scheme. */
function wordEnd(text: string, start: number): number {
  const end = bareEnd(text, start);
  return text[end] === " " ? Math.max(end, credentialsEnd(text, start)) : end;
}
