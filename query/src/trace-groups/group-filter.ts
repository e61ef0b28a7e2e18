/** The filter that opens a group. */
import { type FacetField, valueFilter } from "../facets/facet-field.ts";
import { FACET_LIMITS } from "../facets/limits.ts";
import type { Filter } from "../filter/ast.ts";
import { FILTER_LIMITS } from "../filter/limits.ts";
import { parseFilter } from "../filter/parse.ts";
import { printFilter } from "../filter/print.ts";

/**
 * Pure: what was asked, and the values of the group.
 * @param values of each field; null where the spans of the group have none
 * @returns undefined where a value was cut, or where the filter would be more than a filter may be
 */
export function groupFilter(
  asked: string | undefined,
  by: readonly FacetField[],
  values: readonly (string | null)[],
): string | undefined {
  if (values.some((value) => value !== null && isCut(value))) return undefined;
  const added = by.map((field, index) => ofValue(field, values[index] ?? null));
  const text = printFilter({ kind: "and", of: [...conjuncts(asked ?? ""), ...added] });
  if (text.length > FILTER_LIMITS.textLengthMax) return undefined;
  return parseFilter(text).kind === "filter" ? text : undefined;
}

function conjuncts(asked: string): readonly Filter[] {
  const parsed = parseFilter(asked);
  if (parsed.kind !== "filter") return [];
  return parsed.filter.kind === "and" ? parsed.filter.of : [parsed.filter];
}

function ofValue(field: FacetField, value: string | null): Filter {
  if (value !== null) return valueFilter(field, value);
  return { kind: "not", of: { kind: "field", field: field.field, test: { kind: "exists" } } };
}

function isCut(value: string): boolean {
  return Array.from(value).length >= FACET_LIMITS.facetValueLength;
}
