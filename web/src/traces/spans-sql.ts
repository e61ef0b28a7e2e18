/** What a search and its heatmap ask, as SQL to go on with. Only filters of simple conditions have one: the service translates the rest. */
import type { Filter } from "@throughline/query/filter";
import { conditionsOf } from "../lib/filter-edit.ts";
import { parseTypedDuration } from "../lib/attributes.ts";

const STRING_COLUMNS: Readonly<Record<string, string>> = {
  service: "ServiceName",
  name: "SpanName",
};
const CHOICES: Readonly<Record<string, readonly [column: string, prefix: string]>> = {
  status: ["StatusCode", "STATUS_CODE_"],
  kind: ["SpanKind", "SPAN_KIND_"],
};

/** @returns the spans that meet the filter; undefined when this page cannot say it in SQL */
export function spansSql(q: string): string | undefined {
  const where = whereSql(q);
  if (where === undefined) return undefined;
  return `SELECT Timestamp, TraceId, ServiceName, SpanName, Duration / 1e6 AS ms, StatusCode
FROM otel_traces
WHERE ${where}
ORDER BY Timestamp DESC
LIMIT 50`;
}

/** @returns the cells of the heatmap; undefined when this page cannot say the filter in SQL */
export function heatmapSql(q: string): string | undefined {
  const where = whereSql(q);
  if (where === undefined) return undefined;
  return `SELECT $__timeInterval(Timestamp) AS time, pow(10, floor(log10(greatest(Duration, 1)) * 16) / 16) AS fromNanos,
  count() AS spans, countIf(StatusCode IN ('Error', 'STATUS_CODE_ERROR')) AS errors
FROM otel_traces
WHERE ${where}
GROUP BY time, fromNanos
ORDER BY time, fromNanos`;
}

function whereSql(q: string): string | undefined {
  const conditions = conditionsOf(q);
  if (conditions.length === 0 && q.trim() !== "") return undefined;
  const parts = conditions.map((condition) => conditionSql(condition));
  const known = parts.filter((part) => part !== undefined);
  if (known.length < parts.length) return undefined;
  return ["$__timeFilter(Timestamp)", ...known].join(" AND ");
}

function conditionSql(condition: Filter): string | undefined {
  if (condition.kind === "not") {
    const inner = conditionSql(condition.of);
    return inner === undefined ? undefined : `NOT (${inner})`;
  }
  if (condition.kind !== "field" || condition.field.kind !== "name") return undefined;
  const { field, test } = condition;
  if (field.name === "duration" && test.kind === "compare") {
    const isPlain = /^\d+(?:\.\d+)?(?:ns|us|ms|s|m|h)$/u.test(test.value.text);
    const nanos = isPlain ? parseTypedDuration(test.value.text) : undefined;
    return nanos === undefined ? undefined : `Duration ${test.operator} ${nanos}`;
  }
  if (test.kind !== "match" && test.kind !== "equals") return undefined;
  const column = STRING_COLUMNS[field.name];
  if (column !== undefined) return `${column} = ${literal(test.text)}`;
  const choice = CHOICES[field.name];
  // What was never set is stored in three ways; the service knows them.
  if (choice === undefined || test.text.startsWith("un")) return undefined;
  const name = test.text.slice(0, 1).toUpperCase() + test.text.slice(1).toLowerCase();
  return `${choice[0]} IN (${literal(name)}, ${literal(choice[1] + test.text.toUpperCase())})`;
}

function literal(text: string): string {
  return `'${text.replaceAll(/[\\']/gu, String.raw`\$&`)}'`;
}
