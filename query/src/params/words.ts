import { invalid, value, type Parsed } from "./result.ts";

/** What a log's body must contain; case does not matter. */
export interface BodySearch {
  /** Words, joined by spaces; every one must occur as a whole word. Empty when only phrases without words are asked. */
  readonly words: string;
  /** Texts that must occur as they are, anywhere in the body. */
  readonly phrases: readonly string[];
}

/** ClickHouse's hasAllTokens takes at most this many tokens. */
const TOKENS_MAX = 64;
const PHRASES_MAX = 10;

/**
 * Reads `card declined "exact phrase"`. A word with punctuation inside (`order-123`, `user@example.com`) is a
 * phrase too: its parts alone would also match `123 order`.
 */
export function parseWords(text: string): Parsed<BodySearch> {
  const phrases: string[] = [];
  const tokens: string[] = [];
  for (const match of text.matchAll(/"([^"]*)"?|[^\s"]+/g)) {
    const term = match[1] ?? match[0];
    const found = wordsIn(term);
    tokens.push(...found);
    if (term !== "" && (found.length !== 1 || found[0] !== term)) phrases.push(term);
  }
  if (tokens.length > TOKENS_MAX) return invalid(`at most ${TOKENS_MAX} words`);
  if (phrases.length > PHRASES_MAX) {
    return invalid(`at most ${PHRASES_MAX} phrases and words with punctuation`);
  }
  if (tokens.length + phrases.length === 0) return invalid("at least one word");
  return value({ words: tokens.join(" "), phrases });
}

/** As ClickHouse's tokenizer splitByNonAlpha: ASCII letters, digits, and every character beyond ASCII. */
export function wordsIn(term: string): string[] {
  return term.match(/[A-Za-z0-9\u0080-\u{10FFFF}]+/gu) ?? [];
}
