/** Which ClickHouse a role alone talks to. */
import { embeddedConnections } from "@throughline/engine";
import type { ClickHouseConnection } from "@throughline/schemas";
import { CommandError } from "../command.ts";
import type { Settings } from "../settings/schema.ts";

/** The embedded engine's users; a server of one's own has one user for everything. */
export type ClickHouseUser = "owner" | "query" | "sql";

/** The server that CLICKHOUSE_URL names; undefined when the embedded one is meant. */
export function externalConnection(settings: Settings): ClickHouseConnection | undefined {
  return settings.clickhouseUrl === undefined
    ? undefined
    : {
        url: settings.clickhouseUrl.replace(/\/+$/, ""),
        username: settings.clickhouseUser,
        password: settings.clickhousePassword,
        database: settings.clickhouseDatabase,
      };
}

/** The user of statements that people type. @throws as `connectionFor` */
export function sqlConnectionFor(settings: Settings): ClickHouseConnection {
  const connection = connectionFor(settings, "sql");
  const { sqlUser, sqlPassword } = settings;
  if (settings.clickhouseUrl === undefined || sqlUser === undefined) return connection;
  return { ...connection, username: sqlUser, password: sqlPassword };
}

/** @throws CommandError when there is neither a CLICKHOUSE_URL nor an embedded engine's credentials */
export function connectionFor(settings: Settings, user: ClickHouseUser): ClickHouseConnection {
  const embedded = embeddedConnections({
    dataDir: settings.dataDir,
    httpPort: settings.clickhouseHttpPort,
    database: settings.clickhouseDatabase,
  });
  const connection = externalConnection(settings) ?? embedded?.[user];
  if (connection === undefined) {
    throw new CommandError(
      `no ClickHouse to use: set CLICKHOUSE_URL, or run \`throughline start\` with the data directory ${settings.dataDir} first`,
    );
  }
  return connection;
}
