/**
 * Filters as names and values, which links inside the UI are made of and which were the query parameters of `/traces`
 * and `/logs` before the filter language was: each becomes a condition of `q`.
 */
import type { Filter } from "@throughline/query/filter";
import { parseTypedDuration } from "./attributes.ts";
import { addCondition, attributeField, compare, isValue, writeDuration } from "./filter-edit.ts";
import type { LogFilters, TraceFilters } from "./url-state.ts";

export function traceConditions(filters: Partial<TraceFilters>): readonly Filter[] {
  return [
    ...given(filters.service).map((text) => isValue("service", text)),
    ...given(filters.operation).map((text) => isValue("name", text)),
    ...(filters.errorsOnly === true ? [isValue("status", "error")] : []),
    ...given(filters.minDuration).map((text) => compare("duration", ">=", durationText(text))),
    ...given(filters.maxDuration).map((text) => compare("duration", "<=", durationText(text))),
    ...(filters.attributes ?? []).map((pair) => attributeCondition(pair, "traces")),
  ];
}

export function logConditions(filters: Partial<LogFilters>): readonly Filter[] {
  return [
    ...given(filters.service).map((text) => isValue("service", text)),
    ...given(filters.severity).map((text) => compare("severity", ">=", text.toLowerCase())),
    ...given(filters.text).flatMap(wordConditions),
    ...given(filters.traceId).map((text) => isValue("trace", text)),
    ...given(filters.spanId).map((text) => isValue("span", text)),
    ...(filters.attributes ?? []).map((pair) => attributeCondition(pair, "logs")),
  ];
}

/** @returns the filter that also asks for all of the conditions */
export function addConditions(q: string, conditions: readonly Filter[]): string {
  // One after the other, so that each is told apart from those that stand there already.
  return conditions.reduce((text, condition) => addCondition(text, condition), q.trim());
}

function given(text: string | undefined): readonly string[] {
  return text === undefined || text === "" ? [] : [text];
}

/** What was typed without a unit was milliseconds; in a filter it is nanoseconds. */
function durationText(typed: string): string {
  const nanos = parseTypedDuration(typed);
  return nanos === undefined ? typed : writeDuration(nanos);
}

function attributeCondition(pair: string, signal: "logs" | "traces"): Filter {
  const at = pair.indexOf("=");
  const [key, value] = at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
  return isValue(attributeField(key, "any", signal), value);
}

/** Words that all must occur; `"a phrase"` is one. */
function wordConditions(text: string): readonly Filter[] {
  return [...text.matchAll(/"([^"]*)"?|[^\s"]+/gu)]
    .map((match) => match[1] ?? match[0])
    .filter((word) => word !== "")
    .map((word) => ({ kind: "words", test: { kind: "match", text: word } }));
}
