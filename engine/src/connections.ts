import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { ClickHouseConnection } from "@throughline/schemas";
import { loadCredentials, sqlPassword, type EngineCredentials } from "./credentials.ts";
import { enginePaths } from "./paths.ts";

/** One connection per user of the embedded ClickHouse. */
export interface EngineConnections {
  readonly owner: ClickHouseConnection;
  readonly query: ClickHouseConnection;
  /** For statements that people type. */
  readonly sql: ClickHouseConnection;
  readonly grafana: ClickHouseConnection;
  /** Where a person finds the passwords. */
  readonly credentialsFile: string;
}

export interface EngineAddress {
  readonly dataDir: string;
  readonly httpPort: number;
  readonly database: string;
}

/**
 * The connections of the engine in a data directory, whether it answers just now or not: known from the moment that
 * `startEngine` was called, so that a collector need not wait for it.
 * @returns undefined when no engine was ever started in the directory
 */
export function embeddedConnections(address: EngineAddress): EngineConnections | undefined {
  const { credentials } = enginePaths(resolve(address.dataDir));
  if (!existsSync(credentials)) return undefined;
  return { ...connectionsOf(address, loadCredentials(credentials)), credentialsFile: credentials };
}

/** Pure: one connection per user. */
export function connectionsOf(
  address: Omit<EngineAddress, "dataDir">,
  passwords: EngineCredentials,
): Omit<EngineConnections, "credentialsFile"> {
  const connection = (username: keyof EngineCredentials): ClickHouseConnection => ({
    url: `http://127.0.0.1:${address.httpPort}`,
    username,
    password: passwords[username],
    database: address.database,
  });
  return {
    owner: connection("throughline"),
    query: connection("throughline_query"),
    sql: {
      ...connection("throughline_query"),
      username: "throughline_sql",
      password: sqlPassword(passwords),
    },
    grafana: connection("grafana"),
  };
}
