import { ClickHouseLogLevel, createClient, type ClickHouseClient } from "@clickhouse/client";
import type { ClickHouseConnection } from "./connection.ts";

export type { ClickHouseClient } from "@clickhouse/client";

/** Where a client differs from the usual. */
export interface ClientOptions {
  /** Default 30 000; longer for migrations and inserts of whole segments. */
  readonly requestTimeoutMs?: number;
  /** Default 10. */
  readonly connectionsMax?: number;
  /** Default false: on loopback compression costs more time than it saves. */
  readonly compressResponses?: boolean;
}

const REQUEST_TIMEOUT_MS = 30_000;
const CONNECTIONS_MAX = 10;
/** Below ClickHouse's keep_alive_timeout of 10 s in older servers, so that a reused socket is a live one. */
const IDLE_SOCKET_MS = 5_000;

/**
 * The one way to a ClickHouse, for every package: kept-alive connections, a timeout on every request, and a name
 * that system.query_log shows. Close it with `close()`.
 * @param purpose who asks, such as `collector` or `migrate`
 */
export function createClickHouseClient(
  connection: ClickHouseConnection,
  purpose: string,
  options: ClientOptions = {},
): ClickHouseClient {
  return createClient({
    url: connection.url,
    username: connection.username,
    password: connection.password,
    database: connection.database,
    application: `throughline-${purpose.replaceAll(/[^\w-]+/g, "-")}`,
    request_timeout: options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
    max_open_connections: options.connectionsMax ?? CONNECTIONS_MAX,
    keep_alive: { enabled: true, idle_socket_ttl: IDLE_SOCKET_MS },
    compression: { request: false, response: options.compressResponses ?? false },
    // Every failure is thrown to the caller, who decides what is logged and where.
    log: { level: ClickHouseLogLevel.OFF },
    clickhouse_settings: {
      // Numbers of 64 bits as strings: JavaScript's numbers cannot hold them.
      output_format_json_quote_64bit_integers: 1,
    },
  });
}
