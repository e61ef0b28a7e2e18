/** Cookies behind a key, as the collector finds them: `a=b; session="x"; Path=/`. The one that matters is seldom the first. */
import { indexFrom } from "./value-ends.ts";

const COOKIE_KEY = /cookies?$/i;
/** What ends a value without quotes, but for `;` with the blanks behind it, which part them, and `&`, which may be in one. */
// oxlint-disable-next-line no-control-regex -- control characters end it
const COOKIES_END = /[\u0000-\u001f,"')\]}{[<\\]|(?<![; ]) /g;
/** A value in quotes. Any other quote closes the text around. */
// oxlint-disable-next-line no-control-regex -- as RFC 6265 has it
const QUOTED = /(?<==)(\\*)(["'])[^\u0000-\u0020"',;\\]*\1\2(?=;)/y;

export function namesCookies(key: string): boolean {
  return COOKIE_KEY.test(key);
}

/** Where cookies without quotes around them end. */
export function cookiesEnd(text: string, start: number): number {
  let at = start;
  for (;;) {
    const end = indexFrom(text, at, COOKIES_END);
    at = quotedCookieEnd(text, end, start);
    if (at === end) return end;
  }
}

/** Where the quoted value ends whose opening quote, or its backslashes, is at `at`, in what begins at `start`; `at` if there is none. */
export function quotedCookieEnd(text: string, at: number, start: number): number {
  QUOTED.lastIndex = at;
  const isQuoted = at > start && QUOTED.test(text);
  return isQuoted ? QUOTED.lastIndex : at;
}
