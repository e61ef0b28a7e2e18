/** A setting has one name in two spellings: `httpPort` in throughline.yaml, THROUGHLINE_HTTP_PORT in the environment. */

const PREFIX = "THROUGHLINE_";

/** These four are named as ClickHouse's own clients name them. */
const CLICKHOUSE_CLIENT_KEYS = new Set([
  "clickhouseUrl",
  "clickhouseUser",
  "clickhousePassword",
  "clickhouseDatabase",
]);

/** `httpPort` is THROUGHLINE_HTTP_PORT; `clickhouseUrl` and its three companions are CLICKHOUSE_URL and so on. */
export function environmentName(key: string): string {
  const name = key.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase();
  return CLICKHOUSE_CLIENT_KEYS.has(key) ? name : `${PREFIX}${name}`;
}

/** The other way: THROUGHLINE_OTLP_BODY_MAX_BYTES is otlpBodyMaxBytes. */
export function fileKeyOf(environment: string): string {
  return environment
    .slice(PREFIX.length)
    .toLowerCase()
    .replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
