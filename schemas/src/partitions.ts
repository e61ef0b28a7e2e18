/** Partitions as ClickHouse has them now, and dropping them. Sizes are this server's. */
import type { ClickHouseClient } from "@clickhouse/client";
import { loadSql } from "./migrations.ts";
import { quoteIdentifier, renderTemplate, type TemplateValues } from "./template.ts";

export interface Partition {
  readonly table: string;
  /** As ClickHouse prints it: `2026-11-20`, or `202611`. */
  readonly partition: string;
  readonly partitionId: string;
  /** Seconds since 1970: nothing in it is older. */
  readonly begins: number;
  /** Everything in it is older; 0 where the partition key is not one of ours. */
  readonly ends: number;
  /** The times that are in it. */
  readonly oldest: number;
  readonly newest: number;
  readonly rows: number;
  readonly bytes: number;
}

/** Oldest first. */
export async function readPartitions(
  client: ClickHouseClient,
  database: string,
): Promise<readonly Partition[]> {
  const result = await client.query({
    query: loadSql("partitions"),
    query_params: { database },
    format: "JSONEachRow",
  });
  const rows = await result.json<Omit<Partition, "partitionId"> & { partition_id: string }>();
  return rows.map(({ partition_id, ...row }) => ({ ...row, partitionId: partition_id }));
}

/** Why a partition went: past its retention, or the disk's limit. */
export type DropReason = "retention" | "disk";

/** Drops it for good, and writes down that it did. */
export async function dropPartition(
  client: ClickHouseClient,
  values: TemplateValues,
  { partition, reason }: { readonly partition: Partition; readonly reason: DropReason },
): Promise<void> {
  const { table, partitionId, rows, bytes } = partition;
  const drop = `ALTER TABLE {{database}}.${quoteIdentifier(table)} {{on_cluster}} DROP PARTITION ID '${partitionId}'`;
  await client.command({ query: renderTemplate(drop, values) });
  await client.insert({
    table: `${values.metadataDatabase}.dropped_partitions`,
    columns: ["TargetDatabase", "Table", "Partition", "Rows", "Bytes", "Reason"],
    values: [[values.database, table, partition.partition, rows, bytes, reason]],
    format: "JSONCompactEachRow",
    clickhouse_settings: { async_insert: 0 },
  });
}
