/** How many columns of a terminal a text takes, and texts made to fit. Texts are inert: no colours, no controls. */
import { eastAsianWidth } from "get-east-asian-width";

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
/** Most lines; they need no segmenting. */
const PLAIN = /^[\u0020-\u007E\u00A1-\u02FF\u2026\u22EF\u2500-\u257F]*$/u;

export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment);
  return width;
}

/** @returns the text, or as much of it as fits before an ellipsis, with spaces up to the width */
export function fit(text: string, columns: number): string {
  const cut = truncate(text, columns);
  return cut + " ".repeat(Math.max(0, columns - widthOf(cut)));
}

/** @returns at most so many columns, with an ellipsis where something was left out */
export function truncate(text: string, columns: number): string {
  if (columns <= 0) return "";
  if (PLAIN.test(text)) return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`;
  let kept = "";
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    const next = width + graphemeWidth(segment);
    // The last column is the ellipsis's, unless all fits.
    if (next > columns - 1 && (next > columns || widthOf(text) > columns)) return `${kept}…`;
    kept += segment;
    width = next;
  }
  return kept;
}

function graphemeWidth(grapheme: string): number {
  // An emoji that asks for its picture.
  if (grapheme.includes("\uFE0F")) return 2;
  let width = 0;
  for (const character of grapheme) {
    if (/^[\p{Mark}\p{Format}]$/u.test(character)) continue;
    width = Math.max(width, eastAsianWidth(character.codePointAt(0) ?? 0));
  }
  return width;
}
