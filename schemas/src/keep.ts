/** What is kept, and for how long: for whoever wants to know before it goes, and for whoever makes it go. */
import type { ClickHouseClient } from "@clickhouse/client";
import { ClickHouseError } from "@clickhouse/client";
import { createClickHouseClient } from "./client.ts";
import type { ClickHouseConnection } from "./connection.ts";
import { enforceDiskLimit, planDiskLimit, type DiskPlan } from "./disk-limit.ts";
import { DEFAULT_RETENTION_DAYS } from "./migrate.ts";
import type { MigrateOptions } from "./migrate.ts";
import { loadSql } from "./migrations.ts";
import { readPartitions, type Partition } from "./partitions.ts";
import {
  applyRetention,
  readRetention,
  type RetentionChange,
  type TableRetention,
} from "./retention.ts";
import { renderTemplate, type TemplateValues } from "./template.ts";

export interface KeepOptions extends Partial<
  Pick<MigrateOptions, "retentionDays" | "metadataDatabase" | "cluster" | "replicated">
> {
  /** What all tables together may take, of this server's disk; default undefined: no limit. */
  readonly diskMaxBytes?: number | undefined;
}

export interface KeepReport {
  readonly tables: readonly TableRetention[];
  /** What the limit would take away now; undefined without one. */
  readonly disk: DiskPlan | undefined;
  /** What it has taken away so far, by table. */
  readonly droppedByDisk: readonly DroppedByDisk[];
}

export interface DroppedByDisk {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
  readonly partitions: number;
  /** ClickHouse's text of the moment, UTC. */
  readonly last: string;
}

/** A large partition's DROP waits for merges of it that are under way. */
const STATEMENT_TIMEOUT_MS = 120_000;
/** ClickHouse's codes for a table or a database that is not there. */
const NOT_THERE = new Set(["60", "81"]);

/** Reads only. @throws MigrationError BAD_OPTION */
export async function readKept(
  connection: ClickHouseConnection,
  options: KeepOptions = {},
): Promise<KeepReport> {
  return withClient(connection, async (client) => {
    const values = valuesOf(connection, options);
    const { diskMaxBytes } = options;
    return {
      tables: await readRetention(client, values),
      disk:
        diskMaxBytes === undefined
          ? undefined
          : planDiskLimit(
              await readPartitions(client, connection.database),
              diskMaxBytes,
              Date.now() / 1000,
            ),
      droppedByDisk: await readDrops(client, values),
    };
  });
}

/** Brings the tables to the retention of the options. @throws MigrationError BAD_OPTION */
export async function keepRetention(
  connection: ClickHouseConnection,
  options: KeepOptions = {},
): Promise<readonly RetentionChange[]> {
  return withClient(connection, (client) => applyRetention(client, valuesOf(connection, options)));
}

/** Drops the oldest partitions until the tables take no more than `bytesMax`. */
export async function keepDiskLimit(
  connection: ClickHouseConnection,
  limit: { readonly bytesMax: number; readonly onDrop?: (dropped: Partition) => void },
  options: KeepOptions = {},
): Promise<DiskPlan> {
  return withClient(connection, (client) =>
    enforceDiskLimit(client, valuesOf(connection, options), limit),
  );
}

async function withClient<Result>(
  connection: ClickHouseConnection,
  work: (client: ClickHouseClient) => Promise<Result>,
): Promise<Result> {
  const client = createClickHouseClient({ ...connection, database: "default" }, "retention", {
    requestTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

function valuesOf(connection: ClickHouseConnection, options: KeepOptions): TemplateValues {
  return {
    database: connection.database,
    metadataDatabase: options.metadataDatabase ?? "throughline",
    cluster: options.cluster,
    replicated: options.replicated ?? false,
    retentionDays: options.retentionDays ?? DEFAULT_RETENTION_DAYS,
  };
}

async function readDrops(
  client: ClickHouseClient,
  values: TemplateValues,
): Promise<readonly DroppedByDisk[]> {
  try {
    const result = await client.query({
      query: renderTemplate(loadSql("drops"), values),
      query_params: { database: values.database },
      format: "JSONEachRow",
    });
    return await result.json<DroppedByDisk>();
  } catch (error) {
    // Tables of an earlier release, which dropped nothing.
    if (error instanceof ClickHouseError && NOT_THERE.has(error.code)) return [];
    throw error;
  }
}
