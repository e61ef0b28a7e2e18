import type { FilterError } from "@throughline/query/filter";

const FIELD = /^-?[^\s:=<>"()]+\s*(?:!=|[<>]=?|[:=])\s*/u;

/**
 * Puts what was probably meant in the place of the mistake. The place of a value that is none is its whole condition;
 * then the field stays.
 */
export function mend(
  text: string,
  { offset, length }: Pick<FilterError, "offset" | "length">,
  suggestion: string,
): { readonly text: string; readonly caret: number } {
  const wrong = text.slice(offset, offset + length);
  const field = FIELD.test(suggestion) ? "" : (FIELD.exec(wrong)?.[0] ?? "");
  const before = text.slice(0, offset) + field + suggestion;
  return { text: before + text.slice(offset + length), caret: before.length };
}
