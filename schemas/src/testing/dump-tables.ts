import type { ClickHouseClient } from "@clickhouse/client";
import type { TestDatabase } from "./test-database.ts";

/** @returns the statements that would make the tables and views as they are */
export async function dumpTables(database: TestDatabase): Promise<string> {
  const tables = await rows<{ create_table_query: string }>(
    database.client,
    "SELECT create_table_query FROM system.tables WHERE database = currentDatabase() ORDER BY name SETTINGS show_table_uuid_in_table_create_query_if_not_nil = 0",
  );
  const dump = await Promise.all(
    tables.map(async ({ create_table_query }) => {
      const [row] = await rows<{ sql: string }>(
        database.client,
        `SELECT formatQuery('${create_table_query.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}') AS sql`,
      );
      return `${(row?.sql ?? "").replaceAll(database.connection.database, "otel")};\n`;
    }),
  );
  return dump.join("\n");
}

async function rows<T>(client: ClickHouseClient, query: string): Promise<readonly T[]> {
  const result = await client.query({ query, format: "JSONEachRow" });
  return result.json<T>();
}
