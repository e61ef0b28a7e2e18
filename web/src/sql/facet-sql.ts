/** Pure: a facet as SQL: which values a field has, and how often, under the conditions of the page but those on the field. */
import {
  type Condition,
  FIELDS,
  type FilterSignal,
  type StringSource,
} from "@throughline/query/filter";
import { columnName, filterConditions, literal, mapOf, whereOf } from "./filter-sql.ts";
import { severityNameSql } from "./severity-sql.ts";

interface Asked {
  readonly signal: FilterSignal;
  /** The filter of the page. */
  readonly q: string;
  /** As a filter names it. */
  readonly field: string;
}

/** @returns undefined for a field that has no values to count, or when `q` is no filter */
export function facetSql({ signal, q, field }: Asked): string | undefined {
  const conditions = filterConditions(q, signal);
  const ofField = filterConditions(`${field}:*`, signal)?.[0] ?? severityCondition(field);
  if (conditions === undefined || ofField === undefined) return undefined;
  const counted = countedOf(ofField, field, signal);
  if (counted === undefined) return undefined;
  const own = new Set(subjectsOf(ofField));
  const others = conditions.filter(
    (each) => !subjectsOf(each).every((subject) => own.has(subject)),
  );
  const where = whereOf(others, signal);
  return `SELECT ${counted.value} AS value, count() AS records
FROM ${signal === "logs" ? "otel_logs" : "otel_traces"}
WHERE ${counted.has === undefined ? where : `${where}\n  AND ${counted.has}`}
GROUP BY value
ORDER BY records DESC, value
LIMIT 50`;
}

/** What a field is of a record, for every record that has it. @returns undefined for a field that has no values to count */
export function facetValueSql(field: string, signal: FilterSignal): string | undefined {
  const ofField = filterConditions(`${field}:*`, signal)?.[0];
  return ofField === undefined ? undefined : countedOf(ofField, field, signal)?.value;
}

function severityCondition(field: string): Condition | undefined {
  return field === "severity" ? filterConditions("severity:error", "logs")?.[0] : undefined;
}

interface Counted {
  readonly value: string;
  /** Which records have the field; undefined when all have. */
  readonly has?: string;
}

function countedOf(condition: Condition, field: string, signal: FilterSignal): Counted | undefined {
  switch (condition.kind) {
    case "severity":
      return { value: severityNameSql() };
    case "integer":
      return condition.column.includes(".")
        ? undefined
        : { value: `toString(${condition.column})` };
    case "string":
      return oneSource(condition.source, field, signal);
    case "or":
      return manySources(condition.of, signal);
    case "and":
    case "not":
    case "time":
    case "words":
    case "word-pattern":
    case "text-regex":
      return undefined;
  }
}

function oneSource(source: StringSource, field: string, signal: FilterSignal): Counted {
  switch (source.kind) {
    case "column": {
      const named = choiceSql(field, source.column, signal);
      return named === undefined
        ? { value: source.column, has: `${source.column} != ''` }
        : { value: named };
    }
    case "list":
      return { value: `arrayJoin(${valuesOf(source, signal)})` };
    case "attribute": {
      if (source.scope === "events" || source.scope === "links")
        return { value: `arrayJoin(${valuesOf(source, signal)})` };
      const map = mapOf(source.scope, signal);
      const key = literal(source.key);
      return { value: `${map}[${key}]`, has: `mapContains(${map}, ${key})` };
    }
  }
}

/** A field that is looked for in several places: each value of a record once. */
function manySources(all: readonly Condition[], signal: FilterSignal): Counted | undefined {
  const sources = all.flatMap((each) => (each.kind === "string" ? [each.source] : []));
  if (sources.length < all.length) return undefined;
  const lists = sources.map((source) => valuesOf(source, signal));
  return { value: `arrayJoin(arrayDistinct(arrayConcat(\n    ${lists.join(",\n    ")})))` };
}

function valuesOf(source: StringSource, signal: FilterSignal): string {
  switch (source.kind) {
    case "column":
      return `[${source.column}]`;
    case "list":
      return `arrayDistinct(arrayFilter(e -> e != '', ${columnName(source.column)}))`;
    case "attribute": {
      const map = mapOf(source.scope, signal);
      const key = literal(source.key);
      if (source.scope === "events" || source.scope === "links")
        return `arrayDistinct(arrayMap(m -> m[${key}], arrayFilter(m -> mapContains(m, ${key}), ${map})))`;
      return `if(mapContains(${map}, ${key}), [${map}[${key}]], [])`;
    }
  }
}

/** Kinds and statuses by their names: older exporters wrote OTLP's enum names. */
function choiceSql(field: string, column: string, signal: FilterSignal): string | undefined {
  const found = FIELDS.find(
    ({ name, aliases, signals }) =>
      signals.includes(signal) && (name === field || aliases.includes(field)),
  );
  if (found?.target.type !== "choice") return undefined;
  const choices = Object.entries(found.target.choices).map(
    ([name, texts]) => `${column} IN (${texts.map(literal).join(", ")}), ${literal(name)}`,
  );
  return `multiIf(\n    ${choices.join(",\n    ")},\n    ${column})`;
}

/** Everything that a condition looks at, as texts to compare. */
function subjectsOf(condition: Condition): readonly string[] {
  switch (condition.kind) {
    case "and":
    case "or":
      return condition.of.flatMap(subjectsOf);
    case "not":
      return subjectsOf(condition.of);
    case "severity":
      return ["severity"];
    case "integer":
    case "time":
      return [`column ${condition.column}`];
    case "string":
      return [sourceSubject(condition.source)];
    case "words":
    case "word-pattern":
    case "text-regex":
      return [TEXTS[condition.place]];
  }
}

function sourceSubject(source: StringSource): string {
  return source.kind === "attribute"
    ? `attribute ${source.scope} ${source.key}`
    : `column ${source.column}`;
}

const TEXTS = {
  body: "column Body",
  "status-message": "column StatusMessage",
  // Several columns and every attribute: never of one field.
  span: "texts",
} as const;
