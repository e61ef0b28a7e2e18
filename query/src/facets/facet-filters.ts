/** The conditions that a facet is counted under. */
import { compileCondition } from "../filter/compile.ts";
import type { Condition } from "../filter/condition.ts";
import {
  type LogFilters,
  type TraceFilters,
  logRollupWhere,
  logWhere,
  traceWhere,
} from "../search/filters.ts";
import { both } from "../search/time-range.ts";
import type { Where } from "../sql/sql.ts";
import type { FacetField } from "./facet-field.ts";
import {
  columnSubject,
  logFiltersWithout,
  subjectsOf,
  traceFiltersWithout,
} from "./own-conditions.ts";

export type FacetFilters =
  | { readonly signal: "logs"; readonly filters: LogFilters }
  | { readonly signal: "traces"; readonly filters: TraceFilters };

/** Pure: fields by the conditions that are left when their own are taken away. */
export function groupFields(
  filters: FacetFilters,
  fields: readonly FacetField[],
): readonly { readonly filters: FacetFilters; readonly fields: readonly FacetField[] }[] {
  const groups = new Map<string, { filters: FacetFilters; fields: FacetField[] }>();
  for (const field of fields) {
    const left = without(filters, field);
    const name = JSON.stringify(left.filters);
    const group = groups.get(name) ?? { filters: left, fields: [] };
    group.fields.push(field);
    groups.set(name, group);
  }
  return [...groups.values()];
}

function without(filters: FacetFilters, { own }: FacetField): FacetFilters {
  return filters.signal === "logs"
    ? { signal: "logs", filters: logFiltersWithout(filters.filters, own) }
    : { signal: "traces", filters: traceFiltersWithout(filters.filters, own) };
}

export function recordsWhere(filters: FacetFilters): Where {
  return filters.signal === "logs" ? logWhere(filters.filters) : traceWhere(filters.filters);
}

/** The same over the counts of every minute; undefined where they do not know enough. */
export function rollupWhere(filters: FacetFilters): Where | undefined {
  return filters.signal === "logs"
    ? logRollupWhere(filters.filters)
    : traceRollupWhere(filters.filters);
}

/** Columns that the rollup of spans has under the same names, and so is asked for with the same conditions. */
const IN_TRACE_ROLLUP: ReadonlySet<string> = new Set(
  ["ServiceName", "SpanName", "SpanKind", "StatusCode"].map(columnSubject),
);

function traceRollupWhere(filters: TraceFilters): Where | undefined {
  const { condition, ...rest } = filters;
  const isKnown =
    rest.durationMin === undefined &&
    rest.durationMax === undefined &&
    rest.attributes.length === 0 &&
    (condition === undefined || isInTraceRollup(condition));
  if (!isKnown) return undefined;
  const where = traceWhere(rest);
  return condition === undefined ? where : both(where, compileCondition(condition, "traces"));
}

function isInTraceRollup(condition: Condition): boolean {
  return subjectsOf(condition).every((subject) => IN_TRACE_ROLLUP.has(subject));
}
