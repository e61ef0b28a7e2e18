/** Compares what ClickHouse holds with what was acknowledged, and every view with the table it is made from. */
import type { ClickHouseClient } from "@clickhouse/client";
import type { LoadResult } from "./load.ts";

interface Comparison {
  /** Acknowledged and not stored. */
  readonly lost: number;
  /** Rows beyond the first of their id. */
  readonly duplicated: number;
  readonly stored: number;
}

export interface StoredReport {
  readonly logs: Comparison;
  readonly spans: Comparison;
  readonly points: Comparison;
  /** Rows in which a view and its own query over the table differ, by view. */
  readonly viewDifferences: Readonly<Record<string, number>>;
}

/** @param run as given to `generateLoad`; no other run may have filled the tables where views are to be equal */
export async function compareStored(
  clickhouse: ClickHouseClient,
  run: string,
  load: LoadResult,
): Promise<StoredReport> {
  const prefix = run.padStart(4, "0");
  const compare = (table: string, id: string, acknowledged: ReadonlySet<string>) =>
    compareIds(clickhouse, { table, id, prefix, acknowledged });
  return {
    logs: await compare("otel_logs", "Body", load.acknowledgedLogs),
    spans: await compare("otel_traces", "SpanId", load.acknowledgedSpans),
    points: await compare("otel_metrics_sum", "Attributes['id']", load.acknowledgedPoints),
    viewDifferences: await compareViews(clickhouse),
  };
}

async function compareIds(
  clickhouse: ClickHouseClient,
  what: {
    readonly table: string;
    readonly id: string;
    readonly prefix: string;
    readonly acknowledged: ReadonlySet<string>;
  },
): Promise<Comparison> {
  const { table, id, prefix, acknowledged } = what;
  const rows = await ask<{ id: string; n: string }>(
    clickhouse,
    `SELECT ${id} AS id, count() AS n FROM ${table} WHERE startsWith(id, '${prefix}') GROUP BY id`,
  );
  const found = new Set(rows.map((row) => row.id));
  return {
    lost: [...acknowledged].filter((one) => !found.has(one)).length,
    duplicated: rows.reduce((sum, row) => sum + Number(row.n) - 1, 0),
    stored: found.size,
  };
}

/**
 * Each view's own query over its whole table against what the view has collected, both ways. States of percentiles
 * cannot be compared; the counts and sums beside them are. Views that are refreshed have tests of their own.
 */
async function compareViews(clickhouse: ClickHouseClient): Promise<Record<string, number>> {
  const views = await ask<{ name: string; select: string; create: string }>(
    clickhouse,
    `SELECT name, as_select AS select, create_table_query AS create FROM system.tables
     WHERE database = currentDatabase() AND engine = 'MaterializedView'
       AND create_table_query NOT LIKE '% REFRESH EVERY %'`,
  );
  const differences: Record<string, number> = {};
  for (const { name, select, create } of views) {
    const target = / TO (\S+) /.exec(create)?.[1];
    if (target === undefined) throw new Error(`${name} has no target: ${create}`);
    const columns = await ask<{ name: string; type: string; key: number }>(
      clickhouse,
      `SELECT name, type, is_in_sorting_key AS key FROM system.columns
       WHERE database = currentDatabase() AND table = '${target.split(".").at(-1)}'`,
    );
    const shown = columns.flatMap((column) => {
      // When it was stored is another time each time it is asked.
      if (column.name.startsWith("Stored")) return [];
      if (column.key === 1) return [{ text: column.name, key: true }];
      const aggregate = /^SimpleAggregateFunction\((\w+), (.*)\)$/.exec(column.type);
      // The target's type: a view may keep seconds of nanoseconds.
      return aggregate === null
        ? []
        : [{ text: `${aggregate[1]}(CAST(${column.name} AS ${aggregate[2]}))`, key: false }];
    });
    const list = shown.map(({ text }) => text).join(", ");
    const keys = shown.flatMap(({ text, key }) => (key ? [text] : [])).join(", ");
    const made = `SELECT ${list} FROM (${select}) GROUP BY ${keys}`;
    const kept = `SELECT ${list} FROM ${target} GROUP BY ${keys}`;
    const [row] = await ask<{ n: string }>(
      clickhouse,
      `SELECT (SELECT count() FROM (${made} EXCEPT ${kept})) + (SELECT count() FROM (${kept} EXCEPT ${made})) AS n`,
    );
    differences[name] = Number(row?.n);
  }
  return differences;
}

async function ask<T>(clickhouse: ClickHouseClient, query: string): Promise<readonly T[]> {
  const answer = await clickhouse.query({
    query,
    format: "JSONEachRow",
    // Millions of ids at once are more than the server gives one query: beyond this it uses the disk.
    clickhouse_settings: {
      max_bytes_before_external_group_by: "150000000",
      max_bytes_before_external_sort: "150000000",
    },
  });
  return answer.json<T>();
}
