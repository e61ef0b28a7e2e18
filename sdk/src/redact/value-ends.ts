/** Where a value ends that stands behind a key in a text, as the collector finds it. */

/** A control character or blank, and what ends a value in a URL, a list or a tag. */
// oxlint-disable-next-line no-control-regex -- as above
const BARE_END = /[\u0000-\u0020&,;"')\]}{[<\\]/g;

/** Where the value without quotes ends that begins at `start`. */
export function bareEnd(text: string, start: number): number {
  return indexFrom(text, start, BARE_END);
}

/** Where the closing quote is, with as many backslashes before it as the opening one had; the text's end if nowhere. */
export function quotedEnd(text: string, opening: number, escapes: number): number {
  let backslashes = 0;
  for (let at = opening + 1; at < text.length; at++) {
    if (text[at] === "\\") {
      backslashes++;
      continue;
    }
    const closes = escapes === 0 ? backslashes % 2 === 0 : backslashes === escapes;
    if (text[at] === text[opening] && closes) return at - escapes;
    backslashes = 0;
  }
  return text.length;
}

/** @param wanted a global expression */
export function indexFrom(text: string, start: number, wanted: RegExp): number {
  wanted.lastIndex = start;
  return wanted.exec(text)?.index ?? text.length;
}

/** Behind so many of the mark as begin at `start`. */
export function skip(text: string, start: number, mark: string): number {
  let at = start;
  while (text[at] === mark) at++;
  return at;
}

export function isQuote(mark: string | undefined): boolean {
  return mark === '"' || mark === "'";
}
