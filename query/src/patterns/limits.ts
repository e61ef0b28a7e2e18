/** Bounds of grouping lines; `patternRowsMax` and `patternScanRowsMax` are options of the service. */
export const PATTERN_LIMITS = {
  /** Of a line; what comes after is not looked at. */
  lineLength: 1_000,
  /** Tokens of a template; the rest of a longer line is `<...>`. */
  tokensMax: 60,
  /** Of the regular expression of a template, below what a filter takes. */
  regexLength: 480,
  /** Characters of a first token that is longer than that. */
  beginningLength: 100,
  /** Groups of one leaf of the tree; a further line joins the most similar. */
  leafGroupsMax: 64,
  /** First tokens under one count of tokens; further ones share a leaf. */
  firstTokensMax: 200,
  /** Words that stand beside the regular expression, for the text index. */
  wordsMax: 8,
  /** Patterns of one answer. */
  patternsMax: 200,
  /** Services of one pattern. */
  servicesMax: 10,
  /** Logs at the times of the examples. */
  exampleRowsMax: 5_000,
  /** Lines masked before others have their turn. */
  linesAtOnce: 1_000,
  /** Of the text of a template, as a parameter. */
  templateLength: 2_000,
} as const;
