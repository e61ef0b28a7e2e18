/** Pure: how `/traces` lists what it found, in the URL: `group` and `group2` (fields) and `sort`. */
import { type FieldName, type Filter, parseFilter } from "@throughline/query/filter";
import { GROUP_SORTS, type GroupSort, TRACE_SORTS, type TraceSort } from "../api/trace-list.ts";
import { addCondition, isValue } from "../lib/filter-edit.ts";
import { readParam } from "../lib/url-state.ts";

/** @returns the fields to group by, as a filter names them: none, one or two different ones */
export function readGroups(search: string): readonly string[] {
  const [first, second] = [readParam(search, "group"), readParam(search, "group2")];
  if (first === "") return [];
  return second === "" || second === first ? [first] : [first, second];
}

export function readTraceSort(search: string): TraceSort {
  const given = readParam(search, "sort");
  return TRACE_SORTS.find((sort) => sort === given) ?? "newest";
}

export function readGroupSort(search: string): GroupSort {
  const given = readParam(search, "sort");
  return GROUP_SORTS.find((sort) => sort === given) ?? "traces";
}

/** @returns undefined for a text that is not the name of one field */
export function groupField(text: string): FieldName | undefined {
  const parsed = parseFilter(`${text}:*`);
  if (parsed.kind !== "filter" || parsed.filter.kind !== "field") return undefined;
  return parsed.filter.test.kind === "exists" ? parsed.filter.field : undefined;
}

/**
 * @param by the fields
 * @param values of them; null where spans have none
 * @returns the filter that also asks for the group; undefined when one of the fields is none
 */
export function filterByGroup(
  q: string,
  by: readonly string[],
  values: readonly (string | null)[],
): string | undefined {
  let filter = q;
  for (const [i, name] of by.entries()) {
    const field = groupField(name);
    if (field === undefined) return undefined;
    filter = addCondition(filter, conditionOf(field, values[i] ?? null));
  }
  return filter;
}

function conditionOf(field: FieldName, value: string | null): Filter {
  if (value !== null) return isValue(field, value);
  return { kind: "not", of: { kind: "field", field, test: { kind: "exists" } } };
}
