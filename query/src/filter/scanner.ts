/**
 * The characters of a filter, read left to right. What a character means depends on where it stands (a `/` begins a
 * regular expression only as a value), so the parser asks for what it wants next instead of being given tokens.
 */
import type { Place } from "./ast.ts";
import { mistake } from "./filter-error.ts";

const SPACE = /\s/u;
/** A backslash takes the meaning of these away; before anything else it is itself, as in C:\logs. */
const ESCAPABLE = /[\s"\\()*?:=<>![\]{}/.,-]/u;
const CLOSED_BY = /[\s)]/u;

/** After a space: a slash, a keyword, a name with its operator. */
const BEYOND_VALUE = /(?<!\\)\s(?:\/|(?:AND|OR|NOT)\s|[^\s:=<>]*[:=<>])/u;

/** A run of characters without quotes. */
export interface BareText extends Place {
  /** As written. */
  readonly raw: string;
  /** Without the backslashes that took a meaning away. */
  readonly text: string;
  /** The same as a wildcard pattern. */
  readonly pattern: string;
  /** How many `*` and `?` have their meaning. */
  readonly wildcards: number;
  readonly escaped: boolean;
}

export class Scanner {
  readonly text: string;
  offset = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.offset >= this.text.length;
  }

  /** The next characters, fewer at the end. */
  peek(length = 1, ahead = 0): string {
    return this.text.slice(this.offset + ahead, this.offset + ahead + length);
  }

  /** A space, a closing parenthesis or the end: where a condition may end. */
  isAtBreak(ahead = 0): boolean {
    const next = this.peek(1, ahead);
    return next === "" || CLOSED_BY.test(next);
  }

  skipSpace(): void {
    while (SPACE.test(this.peek())) this.offset += 1;
  }

  /** Takes the text when it stands here. */
  take(expected: string): boolean {
    if (!this.text.startsWith(expected, this.offset)) return false;
    this.offset += expected.length;
    return true;
  }

  /** AND, OR or NOT as a word of its own; `OR:x` is a field. */
  takeKeyword(keyword: string): boolean {
    if (!this.isAtKeyword(keyword)) return false;
    this.offset += keyword.length;
    return true;
  }

  isAtKeyword(keyword: string): boolean {
    if (!this.text.startsWith(keyword, this.offset)) return false;
    const next = this.peek(1, keyword.length);
    return next === "(" || next === '"' || this.isAtBreak(keyword.length);
  }

  /** The place from an offset to here, at least one character long within the text. */
  since(offset: number): Place {
    return { offset, length: Math.max(this.offset - offset, 0) };
  }

  /** @returns the text within the quotes */
  takeQuoted(): string {
    const start = this.offset;
    this.offset += 1;
    let text = "";
    while (!this.isAtEnd) {
      const char = this.peek();
      const next = this.peek(1, 1);
      if (char === '"') {
        this.offset += 1;
        return text;
      }
      const isEscape = char === "\\" && (next === '"' || next === "\\");
      text += isEscape ? next : char;
      this.offset += isEscape ? 2 : 1;
    }
    return mistake(
      { offset: start, length: this.text.length - start },
      {
        message: "This quote is never closed.",
        expected: 'a closing "',
        suggestion: `${this.text.slice(start)}"`,
      },
    );
  }

  /**
   * @returns the pattern between slashes, when one begins here and closes before a space, `)` or the end. Paths are
   * values too: what goes over into something else, as `/pay AND x:/y/` does, is none.
   */
  takeRegex(): string | undefined {
    if (this.peek() !== "/") return undefined;
    for (let end = this.offset + 1; end < this.text.length; end += 1) {
      const char = this.text.charAt(end);
      if (char === "\\") end += 1;
      else if (char === "/" && this.isAtBreak(end + 1 - this.offset)) {
        const pattern = this.text.slice(this.offset + 1, end);
        if (BEYOND_VALUE.test(pattern)) return undefined;
        this.offset = end + 1;
        return pattern;
      }
    }
    return undefined;
  }

  /** Everything up to a space, a parenthesis, a quote, or what `stops` says. */
  takeBare(stops: (scanner: Scanner) => boolean): BareText {
    const start = this.offset;
    let text = "";
    let pattern = "";
    let wildcards = 0;
    let escaped = false;
    while (!this.isAtEnd && !this.isAtBreak() && !'("'.includes(this.peek()) && !stops(this)) {
      let char = this.peek();
      const isEscape = char === "\\" && ESCAPABLE.test(this.peek(1, 1));
      if (isEscape) {
        this.offset += 1;
        char = this.peek();
        escaped = true;
      }
      const isWild = !isEscape && (char === "*" || char === "?");
      if (isWild) wildcards += 1;
      text += char;
      pattern += isWild ? char : escapeWildcards(char);
      this.offset += 1;
    }
    const raw = this.text.slice(start, this.offset);
    return { ...this.since(start), raw, text, pattern, wildcards, escaped };
  }
}

function escapeWildcards(text: string): string {
  return text.replaceAll(/[*?\\]/g, "\\$&");
}
