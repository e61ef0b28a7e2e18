/** Bounds of one filter; each is named in the error that it causes. */
export const FILTER_LIMITS = {
  /** UTF-16 code units of the text. */
  textLengthMax: 4_000,
  /** Conditions and the AND, OR, NOT between them. */
  nodesMax: 200,
  /** Parentheses and NOTs within each other. */
  depthMax: 20,
  /** Values in `field:(a OR b)`. */
  listMax: 100,
  regexLengthMax: 500,
  /** `*` and `?` in one value. */
  wildcardsMax: 10,
  /** Words in one phrase; ClickHouse's hasAllTokens takes no more. */
  phraseWordsMax: 64,
  /** Regular expressions and word patterns, which no index answers. */
  scansMax: 20,
} as const;
