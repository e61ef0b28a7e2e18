import { randomBytes } from "node:crypto";
import type { ClickHouseClient } from "@clickhouse/client";
import { inject } from "vitest";
import { createClickHouseClient } from "../client.ts";
import type { ClickHouseConnection } from "../connection.ts";
import { migrate, type MigrateOptions } from "../migrate.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** What the project's global setup started; the connections' database is a prefix, not a database. */
    clickhouse: {
      version: string;
      owner: ClickHouseConnection;
      query: ClickHouseConnection;
      sql: ClickHouseConnection;
      grafana: ClickHouseConnection;
    };
  }
}

export interface TestDatabaseOptions {
  /** Default true: the database has the tables. */
  readonly migrate?: boolean;
  readonly migrateOptions?: Partial<MigrateOptions>;
}

export interface TestDatabase {
  /** As the owner. */
  readonly connection: ClickHouseConnection;
  /** As the read-only user of the query service. */
  readonly queryConnection: ClickHouseConnection;
  /** As the user that runs statements people type. */
  readonly sqlConnection: ClickHouseConnection;
  /** As Grafana's user. */
  readonly grafanaConnection: ClickHouseConnection;
  /** As the owner. */
  readonly client: ClickHouseClient;
  /** Drops the database and closes the client. */
  drop(): Promise<void>;
}

/**
 * Makes a fresh, uniquely named database on the test run's ClickHouse.
 * Call it in `beforeAll`, and `drop()` in `afterAll`.
 */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const provided = inject("clickhouse");
  const database = `${provided.owner.database}_${randomBytes(6).toString("hex")}`;
  const connection = { ...provided.owner, database };
  if (options.migrate ?? true) await migrate(connection, options.migrateOptions);
  else {
    const bootstrap = createClickHouseClient({ ...connection, database: "default" }, "test setup");
    await bootstrap.command({ query: `CREATE DATABASE \`${database}\`` });
    await bootstrap.close();
  }
  const client = createClickHouseClient(connection, "test");
  return {
    connection,
    queryConnection: { ...provided.query, database },
    sqlConnection: { ...provided.sql, database },
    grafanaConnection: { ...provided.grafana, database },
    client,
    drop: async () => {
      await client.command({ query: `DROP DATABASE IF EXISTS \`${database}\` SYNC` });
      await client.close();
    },
  };
}
