import { addCosts } from "../clickhouse/ask.ts";
import { FIELDS, type Field, type FilterSignal, findField } from "../filter/fields.ts";
import { parseFilter } from "../filter/parse.ts";
import { quote } from "../filter/print.ts";
import type { Searcher } from "../search/searcher.ts";
import type { TimeRange } from "../search/time-range.ts";
import { type Sql, compose, loadSql } from "../sql/sql.ts";
import type { Fields } from "../wire.ts";
import { FIELD_LIMITS } from "./limits.ts";
import { type Asking, SQL, askIndex, askSample, tableOf } from "./named-counts.ts";

const COLUMNS = loadSql("filter-columns.sql", [
  "LogAttributes",
  "SpanAttributes",
  "ResourceAttributes",
]);

type Scope = Fields["attributes"][number]["scope"];

/** Where the keys of a map are listed. */
interface KeySource {
  readonly scope: Scope;
  readonly map: Sql;
  readonly fromIndex?: { readonly sql: Sql; readonly index: Sql };
}

const KEY_SOURCES: Readonly<Record<FilterSignal, readonly KeySource[]>> = {
  logs: [
    {
      scope: "record",
      map: COLUMNS.LogAttributes,
      fromIndex: { sql: SQL["keys-from-keys"], index: SQL.idx_log_attr_key },
    },
    {
      scope: "resource",
      map: COLUMNS.ResourceAttributes,
      fromIndex: { sql: SQL["keys-from-items"], index: SQL.idx_res_attr_items },
    },
  ],
  traces: [
    {
      scope: "record",
      map: COLUMNS.SpanAttributes,
      fromIndex: { sql: SQL["keys-from-items"], index: SQL.idx_span_attr_items },
    },
    {
      scope: "resource",
      map: COLUMNS.ResourceAttributes,
      fromIndex: { sql: SQL["keys-from-items"], index: SQL.idx_res_attr_items },
    },
  ],
};

/** Names that a filter of the signal may have. */
export async function readFields(
  searcher: Searcher,
  question: { readonly signal: FilterSignal; readonly range: TimeRange },
  signal: AbortSignal,
): Promise<Fields> {
  const started = performance.now();
  const asking: Asking = { searcher, signal, range: question.range, costs: [] };
  const sources = KEY_SOURCES[question.signal];
  const attributes = await Promise.all(
    sources.map((source) => readKeys(asking, source, question.signal)),
  );
  const keysMax = FIELD_LIMITS.fieldKeysMax;
  const cut = attributes.some((each) => each.length > keysMax);
  return {
    columns: FIELDS.filter((field) => field.signals.includes(question.signal)).map(toColumn),
    attributes: attributes.flatMap((each) => each.slice(0, keysMax)),
    meta: {
      elapsedMs: performance.now() - started,
      ...addCosts(asking.costs),
      complete: !cut,
      ...(cut
        ? { reason: `There are more; the ${keysMax} most frequent keys are here (fieldKeysMax).` }
        : {}),
    },
  };
}

/** At most one more than `fieldKeysMax`, which says that there are more. */
async function readKeys(
  asking: Asking,
  { scope, map, fromIndex }: KeySource,
  signal: FilterSignal,
): Promise<Fields["attributes"]> {
  const table = tableOf(signal);
  const limit = FIELD_LIMITS.fieldKeysMax + 1;
  const indexed =
    fromIndex === undefined
      ? undefined
      : await askIndex(asking, compose(fromIndex.sql, [], { table, index: fromIndex.index }), {
          limit,
        });
  const rows =
    indexed ??
    (await askSample(asking, { sql: SQL["keys-sampled"], fragments: { table, map } }, { limit }));
  return rows.map(({ name, records }) => ({
    name: nameOfKey(name, scope, signal),
    key: name,
    scope,
    records: Number(records),
    from: indexed === undefined ? ("sample" as const) : ("index" as const),
  }));
}

/** The key as a filter names it: bare where that is read as this key and nothing else. */
export function nameOfKey(key: string, scope: Scope, signal: FilterSignal): string {
  const parsed = parseFilter(`${key}:*`);
  const isPlain =
    parsed.kind === "filter" &&
    parsed.filter.kind === "field" &&
    parsed.filter.field.kind === "name" &&
    parsed.filter.field.name === key;
  if (scope === "resource") return `resource.${isPlain ? key : quote(key)}`;
  if (!isPlain) return quote(key);
  return findField(signal, key) === undefined &&
    !/^(?:attr|attributes|resource|scope|event|link)\./.test(key)
    ? key
    : `attr.${key}`;
}

function toColumn({ name, aliases, target, doc }: Field): Fields["columns"][number] {
  const choices = choicesOf(target);
  return {
    name,
    aliases: [...aliases],
    type: target.type,
    ...(choices === undefined ? {} : { choices }),
    doc,
  };
}

const SEVERITIES = ["trace", "debug", "info", "warn", "error", "fatal", "unset"];

function choicesOf(target: Field["target"]): string[] | undefined {
  if (target.type === "choice") return Object.keys(target.choices);
  if (target.type === "severity") return SEVERITIES;
  return target.type === "boolean" ? ["true", "false"] : undefined;
}
