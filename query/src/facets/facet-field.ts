/** What a facet counts: a field by the name that a filter gives it, and how its values are written in a filter. */
import type { FieldName, Filter } from "../filter/ast.ts";
import type { Condition, StringSource } from "../filter/condition.ts";
import { type FilterSignal, type IntegerColumn, type Target, findField } from "../filter/fields.ts";
import { parseFilter } from "../filter/parse.ts";
import { printFilter } from "../filter/print.ts";
import { refuse } from "../http/parse-query.ts";
import { readFieldName } from "../http/read-filter.ts";
import { severityBand } from "../params/severity.ts";
import { type Subject, columnSubject, subjectsOf } from "./own-conditions.ts";

export type FacetSource =
  | StringSource
  | { readonly kind: "severity" }
  | { readonly kind: "root" }
  | { readonly kind: "integer"; readonly column: IntegerColumn };

export interface FacetField {
  /** As it was given. */
  readonly name: string;
  readonly field: FieldName;
  /** The value is in one of them. */
  readonly sources: readonly FacetSource[];
  /** Conditions on nothing else are conditions on this field. */
  readonly own: ReadonlySet<Subject>;
  /** Running text, which is asked for words by `:`. */
  readonly isText: boolean;
  /** Names by stored text; empty for a field with any values. */
  readonly choices: ReadonlyMap<string, string>;
}

/**
 * @throws QueryError `invalid_query` when it is not the name of one field, `invalid_parameter` when the field has a value
 * of its own for every record
 */
export function readFacetField(text: string, signal: FilterSignal): FacetField {
  const { condition, name } = readFieldName(text, signal);
  const target = name === "" ? undefined : findField(signal, name)?.target;
  const sources = sourcesOf(condition, target);
  if (sources.length === 0) throw refuse("field", text, "a field with values to count");
  return {
    name: text,
    field: fieldNameOf(text),
    sources,
    own: new Set(
      target?.type === "boolean" ? [columnSubject("ParentSpanId")] : subjectsOf(condition),
    ),
    isText: target?.type === "text",
    choices: choicesOf(target),
  };
}

/** A value as stored, as people and filters call it. */
export function nameOfValue({ sources, choices }: FacetField, stored: string): string {
  if (sources[0]?.kind !== "severity") return choices.get(stored) ?? stored;
  const split = stored.indexOf(" ");
  return severityBand(Number(stored.slice(0, split)), stored.slice(split + 1)).toLowerCase();
}

/** Whether stored values that differ may have one name. */
export function isNamed({ sources, choices }: FacetField): boolean {
  return sources[0]?.kind === "severity" || choices.size > 0;
}

/** The condition that selects a value of the field. */
export function filterOf(field: FacetField, value: string): string {
  return printFilter(valueFilter(field, value));
}

/** The same before it is text. */
export function valueFilter({ field, isText }: FacetField, value: string): Filter {
  return { kind: "field", field, test: { kind: isText ? "equals" : "match", text: value } };
}

function sourcesOf(condition: Condition, target: Target | undefined): readonly FacetSource[] {
  if (target?.type === "boolean") return [{ kind: "root" }];
  switch (condition.kind) {
    case "or":
      return condition.of.flatMap((each) => sourcesOf(each, target));
    case "string":
      return [condition.source];
    case "severity":
      return [{ kind: "severity" }];
    case "integer":
      return target?.type === "integer" ? [{ kind: "integer", column: target.column }] : [];
    case "and":
    case "not":
    case "time":
    case "words":
    case "word-pattern":
    case "text-regex":
      return [];
  }
}

function fieldNameOf(text: string): FieldName {
  const parsed = parseFilter(`${text}:*`);
  return parsed.kind === "filter" && parsed.filter.kind === "field"
    ? parsed.filter.field
    : { kind: "key", scope: "any", key: text };
}

function choicesOf(target: Target | undefined): ReadonlyMap<string, string> {
  if (target?.type !== "choice") return new Map();
  return new Map(
    Object.entries(target.choices).flatMap(([choice, texts]) =>
      texts.map((text) => [text, choice]),
    ),
  );
}
