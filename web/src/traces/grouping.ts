/** Pure: how `/traces` lists what it found, in the URL: `group` (a field) and `sort`. */
import { type FieldName, type Filter, parseFilter } from "@throughline/query/filter";
import { GROUP_SORTS, type GroupSort, TRACE_SORTS, type TraceSort } from "../api/trace-list.ts";
import { addCondition, isValue } from "../lib/filter-edit.ts";
import { readParam } from "../lib/url-state.ts";

/** @returns the field to group by, as a filter names it; empty for none */
export function readGroup(search: string): string {
  return readParam(search, "group");
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

/** @param value of the field; null where spans have none @returns the filter that also asks for the group */
export function filterByGroup(q: string, field: FieldName, value: string | null): string {
  const exists: Filter = { kind: "field", field, test: { kind: "exists" } };
  return addCondition(q, value === null ? { kind: "not", of: exists } : isValue(field, value));
}
