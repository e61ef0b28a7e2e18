import { MigrationError } from "./migration-error.ts";

/** How long records are kept, in days; whole days are dropped, as parts. */
export interface RetentionDays {
  readonly logs: number;
  readonly traces: number;
  readonly metrics: number;
  /** The per-minute rates. */
  readonly rollups: number;
  /** By name, the tables that are kept for another time than their signal. */
  readonly tables?: Readonly<Record<string, number>>;
}

/** What the placeholders of a .sql file stand for. */
export interface TemplateValues {
  readonly database: string;
  readonly metadataDatabase: string;
  /** A cluster of the server's configuration: every statement runs on all of its hosts. */
  readonly cluster: string | undefined;
  /** Replicated engines, whose path and replica come from the server's {shard} and {replica}. */
  readonly replicated: boolean;
  readonly retentionDays: RetentionDays;
}

/**
 * How many inserted blocks a table remembers the tokens of. Every table and every target of a view needs it: one
 * without would store a repeated INSERT twice, even where the table it is filled from did not.
 */
const DEDUPLICATION_WINDOW = 10_000;
/** Uncompressed, as they lie in memory: 200 000 spans. What one INSERT makes is larger only under load. */
const WIDE_PART_BYTES = 128 * 1024 ** 2;
/** The windows of traces outlive the spans by their partition, a week, and a day. */
const TRACE_WINDOW_EXTRA_DAYS = 8;
const RETENTION_MAX_DAYS = 36_500;

const ENGINES = ["MergeTree", "AggregatingMergeTree"] as const;

/**
 * Fills in `{{name}}` and `{{name:argument}}`. ClickHouse's own `{name:Type}` parameters have single braces and
 * are left alone.
 * @throws MigrationError BAD_TEMPLATE for a placeholder that is not known: it would otherwise reach the server
 */
export function renderTemplate(sql: string, values: TemplateValues): string {
  const placeholders = placeholderTexts(values);
  return sql.replaceAll(/\{\{(.*?)\}\}/g, (_, key: string) => {
    const text = placeholders.get(key);
    if (text === undefined) {
      throw new MigrationError(
        "BAD_TEMPLATE",
        `unknown placeholder {{${key}}}; known are ${[...placeholders.keys()].join(", ")}`,
      );
    }
    return text;
  });
}

function placeholderTexts(values: TemplateValues): ReadonlyMap<string, string> {
  // A table's own days are applied to the table when it is there.
  const { tables: _, ...signalDays } = allRetentionDays(values.retentionDays);
  return new Map([
    ["database", quoteIdentifier(values.database)],
    ["metadata_database", quoteIdentifier(values.metadataDatabase)],
    [
      "on_cluster",
      values.cluster === undefined ? "" : `ON CLUSTER ${quoteIdentifier(values.cluster)}`,
    ],
    ["table_settings", tableSettings(values.replicated)],
    ...ENGINES.map((engine): [string, string] => [
      `engine:${engine}`,
      values.replicated
        ? `Replicated${engine}('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')`
        : engine,
    ]),
    ...Object.entries(signalDays).map(([signal, count]): [string, string] => [
      `retention_days:${signal}`,
      String(count),
    ]),
  ]);
}

/**
 * What follows the spans, follows their table where it has days of its own.
 * @throws MigrationError BAD_OPTION for a number of days that is not a whole number from 1, or windows that end before their traces
 */
export function allRetentionDays(
  days: RetentionDays,
): Required<RetentionDays> & { readonly trace_windows: number } {
  const { tables = {}, ...signals } = days;
  for (const [name, count] of [...Object.entries(signals), ...Object.entries(tables)]) {
    if (!Number.isInteger(count) || count < 1 || count > RETENTION_MAX_DAYS) {
      throw new MigrationError(
        "BAD_OPTION",
        `retention of ${name} is ${count} days; give a whole number from 1 to ${RETENTION_MAX_DAYS}`,
      );
    }
  }
  const traces = tables["otel_traces"] ?? days.traces;
  const windows = traces + TRACE_WINDOW_EXTRA_DAYS;
  const own = tables["otel_traces_trace_id_ts"];
  if (own !== undefined && own < windows) {
    throw new MigrationError(
      "BAD_OPTION",
      `otel_traces_trace_id_ts is to be kept ${own} days, and says where the traces of ${traces} days are: give ${windows} or more`,
    );
  }
  return { ...days, traces, tables, trace_windows: windows };
}

/**
 * An INSERT that was answered is on the disk, not only in the page cache: a power cut does not take it back. So that
 * this stays cheap, what one INSERT makes is a compact part, 40 files to sync instead of 172; under load it is so large that
 * merging it pays for them.
 */
function tableSettings(replicated: boolean): string {
  const window = replicated
    ? `replicated_deduplication_window = ${DEDUPLICATION_WINDOW}, replicated_deduplication_window_seconds = ${7 * 86_400}`
    : `non_replicated_deduplication_window = ${DEDUPLICATION_WINDOW}`;
  return `${window}, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = ${WIDE_PART_BYTES}`;
}

/** @returns the name in backticks, safe inside SQL */
export function quoteIdentifier(name: string): string {
  return `\`${name.replaceAll("\\", "\\\\").replaceAll("`", "\\`")}\``;
}
