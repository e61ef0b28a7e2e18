/* oxlint-disable typescript/no-non-null-assertion -- positions are inside the text by construction */
/** What stands in a statement where a value would be, had it not been sent apart: `?`, `?1`, `$1`, `$1::text`, `%s`, `%(name)s`, `@name`, `:name`; and no value. */
import { isAlphanumeric, isDigit } from "./card-number.ts";
import type { TextRange } from "./secrets.ts";

/** @param value without quotes, up to where it ends by itself: at the `)` of `%(name)s` */
export function isPlaceholder(bytes: Uint8Array, value: TextRange): boolean {
  const { start, end } = value;
  const next = start + 1;
  switch (bytes[start]) {
    case QUESTION_MARK:
      return digitsEnd(bytes, next, end) === end;
    case DOLLAR: {
      const p = digitsEnd(bytes, next, end);
      const isCast = bytes[p] === COLON && bytes[p + 1] === COLON;
      return p > next && (p === end || (isCast && isName(bytes, p + 2, end)));
    }
    case PERCENT:
      return isText(bytes, value, "%s") || (bytes[next] === OPENS && isName(bytes, next + 1, end));
    case AT:
    case COLON:
      return isName(bytes, next, end);
    default:
      return isText(bytes, value, "null") || isText(bytes, value, "default");
  }
}

const DOLLAR = 0x24;
const PERCENT = 0x25;
const OPENS = 0x28;
const COLON = 0x3a;
const QUESTION_MARK = 0x3f;
const AT = 0x40;
const UNDERSCORE = 0x5f;

function digitsEnd(bytes: Uint8Array, start: number, end: number): number {
  let p = start;
  while (p < end && isDigit(bytes[p]!)) p++;
  return p;
}

function isName(bytes: Uint8Array, start: number, end: number): boolean {
  let p = start;
  while (p < end && (isAlphanumeric(bytes[p]!) || bytes[p] === UNDERSCORE)) p++;
  return p === end && end > start;
}

/** Whatever case its letters have. */
function isText(bytes: Uint8Array, { start, end }: TextRange, text: string): boolean {
  if (end - start !== text.length) return false;
  for (let i = 0; i < text.length; i++) {
    if ((bytes[start + i]! | 0x20) !== (text.charCodeAt(i) | 0x20)) return false;
  }
  return true;
}
