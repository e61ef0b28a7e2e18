/** The parts of facet statements that depend on the field. */
import type { FilterSignal } from "../filter/fields.ts";
import type { AttributeScope } from "../filter/fields.ts";
import { type Sql, type SqlParams, compose, loadSql, numbered } from "../sql/sql.ts";
import type { FacetField, FacetSource } from "./facet-field.ts";

const COLUMNS = loadSql("filter-columns.sql", [
  "ServiceName",
  "SpanName",
  "StatusMessage",
  "Body",
  "SeverityText",
  "TraceId",
  "SpanId",
  "ParentSpanId",
  "TraceState",
  "EventName",
  "ScopeName",
  "ScopeVersion",
  "ResourceSchemaUrl",
  "ScopeSchemaUrl",
  "SpanKind",
  "StatusCode",
  "SeverityNumber",
  "Duration",
  "Flags",
  "TraceFlags",
  "DroppedAttributesCount",
  "ResourceDroppedAttributesCount",
  "ScopeDroppedAttributesCount",
  "DroppedEventsCount",
  "DroppedLinksCount",
  "Events.Name",
  "Links.TraceId",
  "Links.SpanId",
  "Links.TraceState",
  "Events.Attributes",
  "Links.Attributes",
  "LogAttributes",
  "SpanAttributes",
  "ResourceAttributes",
  "ScopeAttributes",
  "ServiceVersion",
  "DeploymentEnvironment",
]);

export const SQL = loadSql("facets.sql", [
  "scan",
  "size",
  "sample",
  "pair",
  "facet-of-one",
  "facet-of-many",
  "text-of",
  "shortened",
  "always",
  "not-empty",
  "severity",
  "root",
  "has-key",
  "map-value",
  "values-of-two-maps",
  "values-of-maps",
  "values-of-maps-and-map",
  "values-of-list",
  "keys",
  "minutes",
  "all",
  "item",
  "otel_logs",
  "otel_traces",
  "otel_logs_rate_1m",
  "otel_traces_red_1m",
  "count-logs",
  "count-spans",
]);

/** SQL with the parameters that it binds. */
export interface Bound {
  readonly sql: Sql;
  readonly params: SqlParams;
}

export function tableOf(signal: FilterSignal): Sql {
  return signal === "logs" ? SQL.otel_logs : SQL.otel_traces;
}

export function recordMap(signal: FilterSignal): Sql {
  return signal === "logs" ? COLUMNS.LogAttributes : COLUMNS.SpanAttributes;
}

/** Parts with commas between them. */
export function listed(parts: readonly Bound[]): Bound {
  const [first, ...rest] = parts;
  if (first === undefined) throw new Error("nothing to list");
  return rest.reduce<Bound>(
    (list, part) => ({
      sql: compose(SQL.pair, [], { first: list.sql, second: part.sql }),
      params: { ...list.params, ...part.params },
    }),
    first,
  );
}

/** How many records have the field, how many values it has, and the most frequent of them. */
export function facetSql(field: FacetField, index: number, signal: FilterSignal): Bound {
  const many = valuesOf(field.sources, signal);
  const { value, has } = oneOf(field, signal);
  const sql =
    many === undefined
      ? compose(SQL["facet-of-one"], [], { value, has })
      : compose(SQL["facet-of-many"], [], { values: many });
  return { sql: numbered(sql, index), params: keyParams(field, index) };
}

/** The value of a field, or its values, with what says whether there is one. */
export type FieldValue =
  | { readonly kind: "one"; readonly value: Sql; readonly has: Sql }
  | { readonly kind: "many"; readonly values: Sql };

/** Parameters are numbered by `_n`; `keyParams` has their values. */
export function fieldValue(field: FacetField, signal: FilterSignal): FieldValue {
  const values = valuesOf(field.sources, signal);
  return values === undefined ? { kind: "one", ...oneOf(field, signal) } : { kind: "many", values };
}

/** The value of a field that the rollup has, as an item of it and of the records; undefined for other fields. */
export function minuteItems(
  field: FacetField,
  index: number,
  signal: FilterSignal,
): { readonly minutes: Bound; readonly records: Bound } | undefined {
  const [source] = field.sources;
  if (source === undefined || field.sources.length > 1) return undefined;
  const minutes = minuteValue(source, signal);
  if (minutes === undefined) return undefined;
  const item = (value: Sql): Bound => ({
    sql: numbered(compose(SQL.item, [], { value }), index),
    params: { [`facet_${index}`]: index },
  });
  const records = item(oneOf(field, signal).value);
  return {
    minutes: item(minutes),
    records: { sql: records.sql, params: { ...records.params, ...keyParams(field, index) } },
  };
}

const MINUTE_COLUMNS: Readonly<Record<FilterSignal, ReadonlySet<string>>> = {
  logs: new Set(["ServiceName", "SeverityText"]),
  traces: new Set(["ServiceName", "SpanName", "SpanKind", "StatusCode"]),
};
const MINUTE_ATTRIBUTES: ReadonlyMap<string, "ServiceVersion" | "DeploymentEnvironment"> = new Map([
  ["service.version", "ServiceVersion"],
  ["deployment.environment.name", "DeploymentEnvironment"],
]);

function minuteValue(source: FacetSource, signal: FilterSignal): Sql | undefined {
  switch (source.kind) {
    case "severity":
      return SQL.severity;
    case "column":
      return MINUTE_COLUMNS[signal].has(source.column) ? textOf(COLUMNS[source.column]) : undefined;
    case "attribute": {
      const column = source.scope === "resource" ? MINUTE_ATTRIBUTES.get(source.key) : undefined;
      return column === undefined ? undefined : textOf(COLUMNS[column]);
    }
    case "list":
    case "root":
    case "integer":
      return undefined;
  }
}

/** Fields with one value for a record. */
function oneOf(
  { sources, choices, isText }: FacetField,
  signal: FilterSignal,
): { readonly value: Sql; readonly has: Sql } {
  const [source] = sources;
  switch (source?.kind) {
    case "column": {
      const text = textOf(COLUMNS[source.column]);
      return {
        value: isText ? compose(SQL.shortened, [], { value: text }) : text,
        // What was never set has a name as well.
        has:
          choices.size > 0
            ? SQL.always
            : compose(SQL["not-empty"], [], { column: COLUMNS[source.column] }),
      };
    }
    case "integer":
      return { value: textOf(COLUMNS[source.column]), has: SQL.always };
    case "root":
      return { value: SQL.root, has: SQL.always };
    case "attribute": {
      const map = mapOf(source.scope, signal);
      const value = compose(SQL["map-value"], [], { map });
      return {
        value: compose(SQL.shortened, [], { value }),
        has: compose(SQL["has-key"], [], { map }),
      };
    }
    case "severity":
    case "list":
    case undefined:
      return { value: SQL.severity, has: SQL.always };
  }
}

/** Fields with any number of values for a record; undefined for those with one. */
function valuesOf(sources: readonly FacetSource[], signal: FilterSignal): Sql | undefined {
  const [source] = sources;
  if (source?.kind === "list") {
    return compose(SQL["values-of-list"], [], { list: COLUMNS[source.column] });
  }
  const scopes = sources.flatMap((each) => (each.kind === "attribute" ? [each.scope] : []));
  const many = scopes.find((scope) => scope === "events" || scope === "links");
  const map = recordMap(signal);
  if (many !== undefined) {
    const list = COLUMNS[many === "events" ? "Events.Attributes" : "Links.Attributes"];
    return scopes.length === 1
      ? compose(SQL["values-of-maps"], [], { list })
      : compose(SQL["values-of-maps-and-map"], [], { list, map });
  }
  if (scopes.length < 2) return undefined;
  return compose(SQL["values-of-two-maps"], [], { map, resource: COLUMNS.ResourceAttributes });
}

function mapOf(scope: AttributeScope, signal: FilterSignal): Sql {
  switch (scope) {
    case "record":
      return recordMap(signal);
    case "resource":
      return COLUMNS.ResourceAttributes;
    case "scope":
      return COLUMNS.ScopeAttributes;
    case "events":
      return COLUMNS["Events.Attributes"];
    case "links":
      return COLUMNS["Links.Attributes"];
  }
}

function textOf(column: Sql): Sql {
  return compose(SQL["text-of"], [], { column });
}

/** All sources of a field that are attributes have one key. */
export function keyParams({ sources }: FacetField, index: number): SqlParams {
  const source = sources.find((each) => each.kind === "attribute");
  return source?.kind === "attribute" ? { [`key_${index}`]: source.key } : {};
}
