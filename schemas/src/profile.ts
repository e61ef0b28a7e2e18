/**
 * Schema profiles: what a row costs to store against what a question costs to answer.
 *
 *   search      ZSTD(1), and text indexes over bodies, attributes and keys: any word and any `key=value` in
 *               milliseconds. The default, and what the migrations make.
 *   throughput  LZ4, and indexes over ids and times only: several times the rows per core, twice the disk; a search
 *               for a word or an attribute reads the time range it is asked for.
 *
 * Columns, sort keys, views and statements are the same in both. Empty tables are brought to the profile of the settings
 * without a word; tables with rows only when `switchProfile` says so, because that costs time and disk. Migrations make what
 * `search` has; what of it a table's profile goes without is dropped after them.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import { loadSql } from "./migrations.ts";
import type { SchemaProfile } from "./schema-profiles.ts";
import { quoteIdentifier, renderTemplate, type TemplateValues } from "./template.ts";

/** What it takes to bring the rows that are there to another profile. Bytes that do not exist yet are estimates. */
export interface ProfileCost {
  readonly rows: number;
  /** Of the columns, now, and after every old part was merged again. */
  readonly columnBytesNow: number;
  readonly columnBytesThen: number;
  /** Of the indexes that differ: written when positive, freed when negative. */
  readonly indexBytes: number;
  /** Processor time of the engine in the background, for indexes that are built over old rows. */
  readonly cpuSeconds: number;
}

export type ProfileReport =
  | { readonly kind: "kept"; readonly profile: SchemaProfile }
  /** The settings ask for another profile than the tables have, and the tables have rows. */
  | PendingSwitch
  | {
      readonly kind: "switched";
      readonly from: SchemaProfile;
      readonly to: SchemaProfile;
      readonly cost: ProfileCost;
    };

interface PendingSwitch {
  readonly kind: "pending";
  readonly from: SchemaProfile;
  readonly to: SchemaProfile;
  readonly cost: ProfileCost;
}

interface ProfileIndex {
  readonly table: string;
  readonly name: string;
  /** What the index is built over. */
  readonly expression: string;
  /** By profile; undefined where the profile goes without. */
  readonly type: Readonly<Record<SchemaProfile, string | undefined>>;
  /** Its place in the table's list, so that a table switched there and back is the same as before. */
  readonly after: string;
  /** Measured over 20 million rows: bytes on disk and microseconds of a merge, per row. */
  readonly rowBytes: number;
  readonly rowMicros: number;
}

/**
 * The indexes that differ, in the order in which a switch makes or drops them. The last one tells the profiles apart: a
 * switch that was cut off is not done until its last step is.
 */
const INDEXES: readonly ProfileIndex[] = [
  {
    ...textIndex("otel_traces", "idx_res_attr_items", "ResourceAttributeItems"),
    after: "idx_duration",
    rowBytes: 3.6,
    rowMicros: 0.5,
  },
  {
    ...textIndex("otel_traces", "idx_span_attr_items", "SpanAttributeItems"),
    after: "idx_duration",
    rowBytes: 19,
    rowMicros: 7,
  },
  {
    ...textIndex("otel_logs", "idx_trace_id", "TraceId"),
    type: { search: "text(tokenizer = 'array')", throughput: "bloom_filter(0.001) GRANULARITY 1" },
    after: "idx_ts",
    rowBytes: 5,
    rowMicros: 1.6,
  },
  {
    ...textIndex("otel_logs", "idx_log_attr_items", "LogAttributeItems"),
    after: "idx_trace_id",
    rowBytes: 20,
    rowMicros: 4.1,
  },
  {
    ...textIndex("otel_logs", "idx_log_attr_key", "mapKeys(LogAttributes)"),
    after: "idx_log_attr_items",
    rowBytes: 1.6,
    rowMicros: 1,
  },
  {
    ...textIndex("otel_logs", "idx_res_attr_items", "ResourceAttributeItems"),
    after: "idx_log_attr_key",
    rowBytes: 6.1,
    rowMicros: 0.5,
  },
  {
    ...textIndex("otel_logs", "idx_lower_body", "lower(Body)"),
    type: { search: "text(tokenizer = 'splitByNonAlpha')", throughput: undefined },
    after: "idx_trace_id",
    rowBytes: 17.8,
    rowMicros: 3.8,
  },
];

const CODECS: Readonly<Record<SchemaProfile, string>> = { search: "ZSTD(1)", throughput: "LZ4" };
/** Bytes of the columns with LZ4 for each byte with ZSTD(1); measured 105.3 against 57.7 per log record. */
const LZ4_FOR_ZSTD = 1.82;

/** Over values that are words as they are, and only in the profile search. */
function textIndex(
  table: string,
  name: string,
  expression: string,
): Pick<ProfileIndex, "table" | "name" | "expression" | "type"> {
  return {
    table,
    name,
    expression,
    type: { search: "text(tokenizer = 'array')", throughput: undefined },
  };
}

export interface ProfileOptions {
  readonly profile: SchemaProfile;
  /** Also where the tables have rows. */
  readonly switchProfile: boolean;
  /** Migrations have just run, under the lock: they may have made indexes that the profile goes without. */
  readonly hasMigrated: boolean;
}

/** Compares the tables with the profile, and alters them where they are empty or it was asked for. */
export async function applyProfile(
  client: ClickHouseClient,
  values: TemplateValues,
  { profile, switchProfile, hasMigrated }: ProfileOptions,
): Promise<ProfileReport> {
  const tables = await readTables(client, values.database);
  const from = profileOf(tables);
  if (from === undefined) return { kind: "kept", profile };
  if (from === profile) {
    // At any other time they may be those that a switch of the profile is making.
    for (const statement of hasMigrated ? leftoverStatements(tables, profile) : []) {
      await client.command({ query: renderTemplate(statement, values) });
    }
    return { kind: "kept", profile };
  }
  const cost = costOf(tables, profile);
  if (cost.rows > 0 && !switchProfile) return { kind: "pending", from, to: profile, cost };
  for (const statement of switchStatements(tables, profile, cost.rows > 0)) {
    await client.command({ query: renderTemplate(statement, values) });
  }
  return { kind: "switched", from, to: profile, cost };
}

interface ProfileTables {
  readonly columns: readonly { table: string; name: string; codec: string }[];
  readonly indexes: readonly { table: string; name: string; type: string; bytes: number }[];
  readonly sizes: readonly { table: string; rows: number; bytes: number }[];
}

async function readTables(client: ClickHouseClient, database: string): Promise<ProfileTables> {
  const read = async <Row>(name: Parameters<typeof loadSql>[0]): Promise<Row[]> => {
    const result = await client.query({
      query: loadSql(name),
      query_params: { database },
      format: "JSONEachRow",
    });
    return result.json<Row>();
  };
  return {
    columns: await read("profile_columns"),
    indexes: await read("profile_indexes"),
    sizes: await read("profile_rows"),
  };
}

/** @returns undefined when there is no table of logs, so nothing to tell it by */
function profileOf({ columns, indexes }: ProfileTables): SchemaProfile | undefined {
  if (columns.length === 0) return undefined;
  const mark = INDEXES.at(-1)?.name;
  return indexes.some(({ name }) => name === mark) ? "search" : "throughput";
}

/** Pure: the statements that bring tables to a profile; each may run twice. */
function switchStatements(
  tables: Pick<ProfileTables, "columns" | "indexes">,
  profile: SchemaProfile,
  hasRows: boolean,
): readonly string[] {
  const codecs = [...Map.groupBy(tables.columns, ({ table }) => table)].map(([table, columns]) => {
    const changes = columns.map(
      ({ name, codec }) =>
        `MODIFY COLUMN ${quoteIdentifier(name)} ${codec.replace(/ZSTD\(1\)|LZ4/, CODECS[profile])}`,
    );
    return alter(table, changes.join(", "));
  });
  const indexes = INDEXES.flatMap((index) => {
    const type = index.type[profile];
    // An index that both profiles have, of another type, is made anew.
    const drop = alter(index.table, `DROP INDEX IF EXISTS ${index.name}`);
    if (type === undefined) return [drop];
    const definition = `${index.name} ${index.expression} TYPE ${type} AFTER ${index.after}`;
    const add = alter(index.table, `ADD INDEX IF NOT EXISTS ${definition}`);
    const build = alter(index.table, `MATERIALIZE INDEX ${index.name}`);
    return [drop, add, ...(hasRows ? [build] : [])];
  });
  return [...codecs, ...indexes];
}

/** Pure: a migration makes the indexes of `search`, also in tables whose profile goes without: those are dropped again. */
function leftoverStatements(
  { indexes }: Pick<ProfileTables, "indexes">,
  profile: SchemaProfile,
): readonly string[] {
  return INDEXES.filter(
    ({ table, name, type }) =>
      type[profile] === undefined &&
      indexes.some((index) => index.table === table && index.name === name),
  ).map(({ table, name }) => alter(table, `DROP INDEX IF EXISTS ${name}`));
}

function alter(table: string, what: string): string {
  return `ALTER TABLE {{database}}.${quoteIdentifier(table)} {{on_cluster}} ${what}`;
}

function costOf({ indexes, sizes }: ProfileTables, to: SchemaProfile): ProfileCost {
  const rowsOf = (table: string): number => sizes.find((size) => size.table === table)?.rows ?? 0;
  const columnBytesNow = sum(sizes.map(({ bytes }) => bytes));
  let indexBytes = 0;
  let cpuSeconds = 0;
  for (const { table, name, rowBytes, rowMicros } of INDEXES) {
    const present = indexes.find((index) => index.table === table && index.name === name);
    if (to === "throughput") indexBytes -= present?.bytes ?? 0;
    else {
      indexBytes += rowBytes * rowsOf(table);
      cpuSeconds += (rowMicros * rowsOf(table)) / 1e6;
    }
  }
  return {
    rows: sum(sizes.map(({ rows }) => rows)),
    columnBytesNow,
    columnBytesThen: columnBytesNow * (to === "throughput" ? LZ4_FOR_ZSTD : 1 / LZ4_FOR_ZSTD),
    indexBytes,
    cpuSeconds,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
