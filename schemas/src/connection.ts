/** Where a ClickHouse answers over HTTP, and as whom. Embedded engine, server and cluster look the same. */
export interface ClickHouseConnection {
  /** Scheme, host and port, no path: `http://127.0.0.1:18123`. */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** The telemetry database, `otel` unless configured. */
  readonly database: string;
}
