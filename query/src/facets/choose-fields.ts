/** The facets of a question that names none. */
import { Type } from "typebox";
import { rowDecoder } from "../clickhouse/ask.ts";
import type { Condition } from "../filter/condition.ts";
import { nameOfKey } from "../fields/read-fields.ts";
import { both, inTime, type TimeRange } from "../search/time-range.ts";
import { windowsNewestFirst } from "../search/windows.ts";
import { compose } from "../sql/sql.ts";
import { type FacetField, readFacetField } from "./facet-field.ts";
import { type FacetFilters, recordsWhere } from "./facet-filters.ts";
import { SQL, recordMap, tableOf } from "./facet-sql.ts";
import { FACET_LIMITS } from "./limits.ts";
import type { FacetReading } from "./read-facets.ts";

const COLUMNS = {
  logs: ["severity", "service", "env"],
  traces: ["service", "name", "status", "kind", "env"],
} as const;

/** What names one record, one moment or a whole text, and what columns have already. */
const DENIED_KEYS =
  "(?i)((^|[._-])(u?u?id|guid|ids)$|[a-z]Id$|url\\.full|http\\.url|http\\.target|url\\.query|db\\.(query\\.text|statement)|stacktrace|message$|timestamp|(^|[._])time$|(^|\\.)pid$|\\.port$|^service\\.name$|^deployment\\.environment\\.name$)";

const keyRows = rowDecoder(
  Type.Object({
    scope: Type.Union([Type.Literal("record"), Type.Literal("resource")]),
    key: Type.String(),
  }),
);

/** Columns, then the attributes that the filter names, then those that most of the newest records have. */
export async function chooseFields(
  reading: FacetReading,
  filters: FacetFilters,
  range: TimeRange,
): Promise<readonly FacetField[]> {
  const { signal } = filters;
  const named = [
    ...COLUMNS[signal],
    ...asked(filters).map(({ scope, key }) => nameOfKey(key, scope, signal)),
    ...(await frequentKeys(reading, filters, range)),
  ];
  const fields = [...new Set(named)].map((name) => readFacetField(name, signal));
  const distinct = new Map(fields.map((field) => [[...field.own].toSorted().join("\n"), field]));
  return [...distinct.values()].slice(0, FACET_LIMITS.facetsDefaultMax);
}

interface Key {
  readonly scope: "record" | "resource";
  readonly key: string;
}

function asked({ filters }: FacetFilters): readonly Key[] {
  return [
    ...filters.attributes.map((item) => ({
      scope: "record" as const,
      key: item.slice(0, item.indexOf("=")),
    })),
    ...(filters.condition === undefined ? [] : keysIn(filters.condition)),
  ];
}

function keysIn(condition: Condition): readonly Key[] {
  switch (condition.kind) {
    case "and":
      return condition.of.flatMap(keysIn);
    // Of an attribute of the record or of its resource, which a filter names as one.
    case "or":
      return condition.of.flatMap(keysIn).slice(0, 1);
    case "not":
      return keysIn(condition.of);
    case "string": {
      const { source } = condition;
      if (source.kind !== "attribute") return [];
      const { scope, key } = source;
      return scope === "record" || scope === "resource" ? [{ scope, key }] : [];
    }
    case "words":
    case "word-pattern":
    case "text-regex":
    case "severity":
    case "integer":
    case "time":
      return [];
  }
}

/** Of the newest window that has any matching record. */
async function frequentKeys(
  { searcher, signal, costs }: FacetReading,
  filters: FacetFilters,
  range: TimeRange,
): Promise<readonly string[]> {
  for (const window of windowsNewestFirst(range, "count")) {
    const where = both(inTime(window), recordsWhere(filters));
    // oxlint-disable-next-line no-await-in-loop -- the newest are enough
    const answer = await searcher.asker.ask({
      sql: compose(SQL.keys, where.conditions, {
        map: recordMap(filters.signal),
        table: tableOf(filters.signal),
      }),
      params: {
        ...where.params,
        denied: DENIED_KEYS,
        rows: FACET_LIMITS.facetKeySampleRows,
        limit: FACET_LIMITS.facetsDefaultMax,
      },
      rows: keyRows,
      signal,
    });
    costs.push(answer.cost);
    if (answer.rows.length > 0) {
      return answer.rows.map(({ scope, key }) => nameOfKey(key, scope, filters.signal));
    }
  }
  return [];
}
