/** A template as text, as a regular expression, and as a filter that finds every line like it. */
import type { Filter } from "../filter/ast.ts";
import { printFilter } from "../filter/print.ts";
import { PATTERN_LIMITS } from "./limits.ts";
import { type Masked, partsOf, tokenRegex } from "./mask.ts";

/** The rest of a long line. */
const REST = "<...>";

/** Tokens with one space between them. `parseTemplate` reads it back. */
export function printTemplate({ tokens, cut }: Masked): string {
  return [...tokens, ...(cut ? [REST] : [])].join(" ");
}

export function parseTemplate(text: string): Masked {
  const tokens = text.split(/[\t\n\f\r ]+/).filter((token) => token !== "");
  const cut = tokens.at(-1) === REST;
  return { tokens: cut ? tokens.slice(0, -1) : tokens, cut };
}

/** For RE2, of the whole line. At most `PATTERN_LIMITS.regexLength` for what `mask` and `groupLines` give. */
export function templateRegex({ tokens, cut }: Masked): string {
  const body = tokens.map(tokenRegex).join(String.raw`\s+`);
  return cut ? String.raw`^\s*${body}` : String.raw`^\s*${body}\s*$`;
}

/** The lines of the template, and no others: its words, which an index finds, and its regular expression. */
export function templateFilter(template: Masked): Filter {
  const regex: Filter = {
    kind: "field",
    field: { kind: "name", name: "body" },
    test: { kind: "regex", pattern: templateRegex(template) },
  };
  const words = wordsOf(template);
  if (words.length === 0) return regex;
  return {
    kind: "and",
    of: [...words.map((text): Filter => ({ kind: "words", test: { kind: "match", text } })), regex],
  };
}

/** As the filter language writes it. */
export function templateQuery(template: Masked): string {
  return printFilter(templateFilter(template));
}

/**
 * Words that every line of the template has as the text index cuts them: of ASCII letters and digits, and not next to a
 * placeholder, which might go on with more of the word.
 */
function wordsOf({ tokens }: Masked): readonly string[] {
  const words = tokens.flatMap((token) => {
    const parts = partsOf(token);
    return parts.flatMap((part, index) =>
      index % 2 === 0 ? wholeWords(part, index > 0, index < parts.length - 1) : [],
    );
  });
  return [...new Set(words)]
    .toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1))
    .slice(0, PATTERN_LIMITS.wordsMax);
}

function wholeWords(literal: string, afterOther: boolean, beforeOther: boolean): string[] {
  const found: string[] = [];
  for (const match of literal.matchAll(/[A-Za-z0-9\u0080-\u{10FFFF}]+/gu)) {
    const [word] = match;
    const touches =
      (afterOther && match.index === 0) ||
      (beforeOther && match.index + word.length === literal.length);
    if (!touches && /^[A-Za-z0-9]{3,40}$/.test(word)) found.push(word);
  }
  return found;
}
