/**
 * How long each table keeps its rows, from the settings. The migrations make the tables with the retention of their day;
 * what the settings say now is applied here, to tables with rows as well.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import { MigrationError } from "./migration-error.ts";
import { loadSql } from "./migrations.ts";
import { OWN_TABLES } from "./own-tables.ts";
import { dropPartition, readPartitions, type Partition } from "./partitions.ts";
import {
  allRetentionDays,
  quoteIdentifier,
  renderTemplate,
  type RetentionDays,
  type TemplateValues,
} from "./template.ts";

/** What a table keeps, what it is to keep, and what it holds. */
export interface TableRetention {
  readonly table: string;
  /** The moment from which the days count, as SQL. */
  readonly countedFrom: string;
  /** As the table has it now, and as the settings say. */
  readonly days: number;
  readonly wantedDays: number;
  readonly rows: number;
  readonly bytes: number;
  /** Seconds since 1970; undefined for an empty table. */
  readonly oldest: number | undefined;
  /** The partitions whose rows are all older than the settings allow, oldest first: they go as soon as this is applied. */
  readonly expired: readonly Partition[];
}

/** A table whose retention was changed to what the settings say now. */
export interface RetentionChange {
  readonly table: string;
  readonly fromDays: number;
  readonly toDays: number;
  /** Rows that were dropped at once. */
  readonly droppedRows: number;
}

interface TableTtl {
  readonly name: string;
  readonly counted_from: string;
  readonly days: number;
}

/**
 * Every table that keeps its rows for a number of days. Tables that someone gave another kind of TTL by hand (volumes, no
 * day count) are not in it and are left alone.
 * @throws MigrationError BAD_OPTION
 */
export async function readRetention(
  client: ClickHouseClient,
  values: TemplateValues,
): Promise<readonly TableRetention[]> {
  const days = allRetentionDays(values.retentionDays);
  const partitions = await readPartitions(client, values.database);
  const nowSeconds = Date.now() / 1000;
  return (await readTtls(client, values)).flatMap((ttl) => {
    const signal = OWN_TABLES.get(ttl.name);
    if (signal === undefined) return [];
    const wantedDays = days.tables[ttl.name] ?? days[signal];
    const own = partitions.filter(({ table }) => table === ttl.name);
    const cutoff = nowSeconds - wantedDays * 86_400;
    return {
      table: ttl.name,
      countedFrom: ttl.counted_from,
      days: ttl.days,
      wantedDays,
      rows: sum(own, ({ rows }) => rows),
      bytes: sum(own, ({ bytes }) => bytes),
      oldest: own.length === 0 ? undefined : Math.min(...own.map(({ oldest }) => oldest)),
      expired: own.filter(({ newest, ends }) => newest < cutoff && ends !== 0),
    };
  });
}

/** Changes the tables to what the settings say; what is past it goes at once, and the rest as it ages. */
export async function applyRetention(
  client: ClickHouseClient,
  values: TemplateValues,
): Promise<readonly RetentionChange[]> {
  assertKnownTables(values.retentionDays);
  const changes: RetentionChange[] = [];
  for (const retention of await readRetention(client, values)) {
    if (retention.days === retention.wantedDays) continue;
    // oxlint-disable-next-line no-await-in-loop -- one table after the other
    changes.push(await changeRetention(client, values, retention));
  }
  return changes;
}

/**
 * What is past the new retention is dropped first: ClickHouse then writes the times of every part anew, in the
 * background, and need not do it for those.
 */
async function changeRetention(
  client: ClickHouseClient,
  values: TemplateValues,
  { table, countedFrom, days, wantedDays, expired }: TableRetention,
): Promise<RetentionChange> {
  // Without alter_sync = 0 the statement would wait until every part has been gone over: 5 CPU seconds for 40 million logs.
  const alter = `ALTER TABLE {{database}}.${quoteIdentifier(table)} {{on_cluster}} MODIFY TTL ${countedFrom} + toIntervalDay(${wantedDays}) SETTINGS alter_sync = 0`;
  for (const partition of expired) {
    // oxlint-disable-next-line no-await-in-loop -- oldest first
    await dropPartition(client, values, { partition, reason: "retention" });
  }
  await client.command({ query: renderTemplate(alter, values) });
  return {
    table,
    fromDays: days,
    toDays: wantedDays,
    droppedRows: sum(expired, ({ rows }) => rows),
  };
}

async function readTtls(
  client: ClickHouseClient,
  values: TemplateValues,
): Promise<readonly TableTtl[]> {
  const result = await client.query({
    query: loadSql("table_ttls"),
    query_params: { database: values.database },
    format: "JSONEachRow",
  });
  return result.json<TableTtl>();
}

/** A table whose TTL was set by hand is known, and left alone. */
function assertKnownTables({ tables = {} }: RetentionDays): void {
  const unknown = Object.keys(tables).find((table) => !OWN_TABLES.has(table));
  if (unknown !== undefined) {
    throw new MigrationError(
      "BAD_OPTION",
      `no table ${unknown} to keep for a time of its own; there are ${[...OWN_TABLES.keys()].join(", ")}`,
    );
  }
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
