import { Type } from "typebox";
import { addCosts, rowDecoder } from "../clickhouse/ask.ts";
import type { Condition, StringSource } from "../filter/condition.ts";
import { type AttributeScope, type FilterSignal, findField } from "../filter/fields.ts";
import { printFilter } from "../filter/print.ts";
import { readFieldName } from "../http/read-filter.ts";
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import { severityBand } from "../params/severity.ts";
import type { Searcher } from "../search/searcher.ts";
import { type TimeRange, rollupSeconds } from "../search/time-range.ts";
import { type Sql, type SqlParams, compose, loadSql } from "../sql/sql.ts";
import type { FieldValues } from "../wire.ts";
import { FIELD_LIMITS } from "./limits.ts";
import { type Asking, SQL, askCounts, askIndex, askSample, tableOf } from "./named-counts.ts";

const COLUMNS = loadSql("filter-columns.sql", [
  "ServiceName",
  "SpanName",
  "SpanKind",
  "StatusCode",
  "SeverityText",
  "StatusMessage",
  "Body",
  "TraceId",
  "SpanId",
  "ParentSpanId",
  "TraceState",
  "EventName",
  "ScopeName",
  "ScopeVersion",
  "ResourceSchemaUrl",
  "ScopeSchemaUrl",
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
]);

export interface ValuesQuestion {
  readonly signal: FilterSignal;
  /** As a filter writes it. */
  readonly field: string;
  readonly prefix: string;
  readonly limit: number;
  readonly range: TimeRange;
}

interface Found {
  readonly from: FieldValues["from"];
  /** At most one more than was asked for, which says that there are more. */
  readonly counts: readonly { readonly name: string; readonly records: string | number }[];
  /** Why the counts are too small. */
  readonly reason?: string;
}

/** Values of a field, from the cheapest that knows them: an index, a rollup, the newest records. */
export async function readValues(
  searcher: Searcher,
  question: ValuesQuestion,
  signal: AbortSignal,
): Promise<FieldValues> {
  const started = performance.now();
  const asking: Asking = { searcher, signal, range: question.range, costs: [] };
  const { condition, name } = readFieldName(question.field, question.signal);
  const choices = choicesOf(name, question.signal);
  // Of a field with names the few stored texts are all asked for: a prefix and a limit are of the names.
  const stored =
    choices.size === 0 ? question : { ...question, prefix: "", limit: FIELD_LIMITS.fieldValuesMax };
  const found =
    condition.kind === "severity"
      ? [await readSeverities(asking, question)]
      : await Promise.all(sourcesOf(condition).map((source) => readSource(asking, source, stored)));
  const reason = found.find((each) => each.reason !== undefined)?.reason;
  const counts = merge(found, choices).filter(([value]) => value.startsWith(question.prefix));
  return {
    values: counts
      .toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .slice(0, question.limit)
      .map(([value, records]) => ({ value, filter: printValue(value), records })),
    hasMore:
      counts.length > question.limit ||
      (condition.kind !== "severity" && found.some((each) => each.counts.length > stored.limit)),
    from: found.find((each) => each.from === "sample")?.from ?? found[0]?.from ?? "sample",
    meta: {
      elapsedMs: performance.now() - started,
      ...addCosts(asking.costs),
      complete: reason === undefined,
      ...(reason === undefined ? {} : { reason }),
    },
  };
}

/** What a condition that a field exists looks at. Numbers and times have no list of values. */
function sourcesOf(condition: Condition): readonly StringSource[] {
  switch (condition.kind) {
    case "or":
      return condition.of.flatMap(sourcesOf);
    case "string":
      return [condition.source];
    case "and":
    case "not":
    case "words":
    case "word-pattern":
    case "text-regex":
    case "severity":
    case "integer":
    case "time":
      return [];
  }
}

async function readSource(
  asking: Asking,
  source: StringSource,
  question: ValuesQuestion,
): Promise<Found> {
  const minutes = minutesOf(source, question.signal);
  if (minutes !== undefined) {
    const counts = await askCounts(asking, minutes, {
      ...wholeMinutes(asking.range),
      ...shared(question),
    });
    return { from: "rollup", counts };
  }
  const index = source.kind === "attribute" ? indexOf(source.scope, question.signal) : undefined;
  if (source.kind === "attribute" && index !== undefined) {
    const counts = await askIndex(
      asking,
      compose(SQL["values-from-items"], [], { table: tableOf(question.signal), index }),
      { item_prefix: `${source.key}=${question.prefix}`, ...shared(question) },
    );
    if (counts !== undefined) return { from: "index", counts };
  }
  const { values, params } = sampled(source, question.signal);
  const sql = {
    sql: SQL["values-sampled"],
    fragments: { values, table: tableOf(question.signal) },
  };
  return {
    from: "sample",
    counts: await askSample(asking, sql, { ...params, ...shared(question) }),
  };
}

function shared({ prefix, limit }: ValuesQuestion): SqlParams {
  return { prefix, limit: limit + 1 };
}

/** Columns that the per-minute tables have. */
function minutesOf(source: StringSource, signal: FilterSignal): Sql | undefined {
  if (source.kind !== "column") return undefined;
  const { column } = source;
  const known =
    signal === "logs"
      ? ["ServiceName", "SeverityText"]
      : ["ServiceName", "SpanName", "SpanKind", "StatusCode"];
  if (!known.includes(column)) return undefined;
  return compose(SQL["values-from-minutes"], [], {
    column: COLUMNS[column],
    table: signal === "logs" ? SQL.otel_logs_rate_1m : SQL.otel_traces_red_1m,
    records: tableOf(signal),
    count: signal === "logs" ? SQL["count-logs"] : SQL["count-spans"],
  });
}

function indexOf(scope: AttributeScope, signal: FilterSignal): Sql | undefined {
  if (scope === "record") {
    return signal === "logs" ? SQL.idx_log_attr_items : SQL.idx_span_attr_items;
  }
  return scope === "resource" ? SQL.idx_res_attr_items : undefined;
}

function sampled(
  source: StringSource,
  signal: FilterSignal,
): { readonly values: Sql; readonly params: SqlParams } {
  switch (source.kind) {
    case "column":
      return {
        values: compose(SQL["of-column"], [], { column: COLUMNS[source.column] }),
        params: {},
      };
    case "list":
      return {
        values: compose(SQL["of-list"], [], { column: COLUMNS[source.column] }),
        params: {},
      };
    case "attribute": {
      const isMany = source.scope === "events" || source.scope === "links";
      const column = mapOf(source.scope, signal);
      return {
        values: compose(isMany ? SQL["of-maps"] : SQL["of-map"], [], { column }),
        params: { key: source.key },
      };
    }
  }
}

function mapOf(scope: AttributeScope, signal: FilterSignal): Sql {
  switch (scope) {
    case "record":
      return signal === "logs" ? COLUMNS.LogAttributes : COLUMNS.SpanAttributes;
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

const severityRows = rowDecoder(
  Type.Object({ number: Type.Number(), text: Type.String(), records: Type.String() }),
);
/** Numbers and texts without a number. */
const SEVERITY_GROUPS_MAX = 1_000;

async function readSeverities(asking: Asking, question: ValuesQuestion): Promise<Found> {
  const answer = await asking.searcher.asker.ask({
    sql: SQL.severities,
    params: { ...wholeMinutes(question.range), limit: SEVERITY_GROUPS_MAX + 1 },
    rows: severityRows,
    signal: asking.signal,
  });
  asking.costs.push(answer.cost);
  const counts = answer.rows.map((row) => ({
    name: severityBand(row.number, row.text).toLowerCase(),
    records: row.records,
  }));
  return {
    from: "rollup",
    counts,
    ...(counts.length > SEVERITY_GROUPS_MAX
      ? {
          reason: `Only the ${SEVERITY_GROUPS_MAX} most frequent severities were counted: they are made up by the thousand.`,
        }
      : {}),
  };
}

function wholeMinutes(range: TimeRange): SqlParams {
  const from = range.from / NANOS_PER_SECOND;
  return {
    from_seconds: rollupSeconds(from - (from % 60n)),
    to_seconds: rollupSeconds(range.to / NANOS_PER_SECOND + 1n),
  };
}

/** Names by stored text, of a field that has a few. */
function choicesOf(name: string, signal: FilterSignal): ReadonlyMap<string, string> {
  const target = findField(signal, name)?.target;
  if (target?.type !== "choice") return new Map();
  return new Map(
    Object.entries(target.choices).flatMap(([choice, texts]) =>
      texts.map((text) => [text, choice]),
    ),
  );
}

function merge(found: readonly Found[], choices: ReadonlyMap<string, string>): [string, number][] {
  const counts = new Map<string, number>();
  for (const { name, records } of found.flatMap((each) => each.counts)) {
    const value = choices.get(name) ?? name;
    counts.set(value, (counts.get(value) ?? 0) + Number(records));
  }
  return [...counts];
}

function printValue(value: string): string {
  return printFilter({ kind: "words", test: { kind: "match", text: value } });
}
