import type { ClickHouseClient } from "@clickhouse/client";
import { insertColumns, type TableName } from "../tables.ts";

/** A row by column name; columns left out take the type's empty value. */
export type Row = Readonly<Record<string, unknown>>;

export interface InsertRowsOptions {
  /** Default: all of `insertColumns(table)`. */
  readonly columns?: readonly string[];
  readonly deduplicationToken?: string;
}

/** Inserts rows as one block, with the settings a collector inserts with. */
export async function insertRows(
  client: ClickHouseClient,
  table: TableName,
  rows: readonly Row[],
  options: InsertRowsOptions = {},
): Promise<void> {
  const columns = options.columns ?? insertColumns(table).map(({ name }) => name);
  const [first, ...others] = columns;
  if (first === undefined) throw new Error("an INSERT needs columns");
  await client.insert({
    table,
    columns: [first, ...others],
    values: rows,
    format: "JSONEachRow",
    clickhouse_settings: {
      async_insert: 0,
      insert_deduplicate: 1,
      deduplicate_blocks_in_dependent_materialized_views: 1,
      date_time_input_format: "best_effort",
      ...(options.deduplicationToken === undefined
        ? {}
        : { insert_deduplication_token: options.deduplicationToken }),
    },
  });
}

/** @returns lower-case hex of a number, as long as an id of that many bytes */
export function hexId(value: number, sizeBytes: 8 | 16): string {
  return value.toString(16).padStart(sizeBytes * 2, "0");
}
