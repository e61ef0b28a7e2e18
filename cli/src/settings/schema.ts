/**
 * The settings: one table. A property's name is its key in `throughline.yaml`; its environment variable follows from
 * the name (`environmentName`). docs/settings.md is generated from here.
 */
import { SCHEMA_PROFILES } from "@throughline/schemas/profiles";
import { Type, type Static } from "typebox";
import { choice, integer, port, text } from "./facets.ts";

const CLICKHOUSE_URL_EXAMPLE = "http://127.0.0.1:8123";

const listening = {
  host: text({
    description:
      "Address that the UI and both OTLP receivers listen on. `0.0.0.0` opens them to the network; nothing asks for a password then.",
    default: "127.0.0.1",
    expected: "an IP address or host name such as 127.0.0.1 or 0.0.0.0",
    pattern: "^[^\\s/]+$",
  }),
  httpPort: port(8417, "The web UI and the query API."),
  otlpGrpcPort: port(4317, "OTLP over gRPC."),
  otlpHttpPort: port(
    4318,
    "OTLP over HTTP (protobuf and JSON), Zipkin's spans, the collector's health and metrics.",
  ),
  zipkinPort: integer({
    description:
      "Takes what `otlpHttpPort` takes, for Zipkin reporters that have Zipkin's own port, 9411, in their defaults. Unset: no such port.",
    unit: "port",
    minimum: 1,
    maximum: 65_535,
  }),
};

const ORIGINS = {
  expected: "exact origins with commas between them, such as https://board.example",
  // A scheme, a host and perhaps a port, as browsers send them: no path, no pattern, no slash at the end.
  pattern: "^\\s*https?://[a-z0-9.:\\[\\]-]+\\s*(,\\s*https?://[a-z0-9.:\\[\\]-]+\\s*)*$",
};

const browsers = {
  collectorCorsOrigins: text({
    description:
      "Web pages that may send telemetry from a browser. Unset: only pages that are served from this machine.",
    ...ORIGINS,
  }),
  queryCorsOrigins: text({
    description:
      "Web pages of other origins that may read everything the query API answers, from a browser. Unset: none.",
    ...ORIGINS,
  }),
};

const storing = {
  dataDir: text({
    description:
      "Everything that is kept: the embedded ClickHouse, the spool, the logs. Relative to the working directory.",
    default: "./data",
    expected: "a directory",
    pattern: "\\S",
  }),
  schemaProfile: choice({
    description:
      "What the tables are good at. `search`: text indexes, any word or attribute in milliseconds. `throughput`: LZ4 and indexes over ids and times only, several times the records per core. Tables that have rows change with `throughline migrate --switch-profile`, which says what it costs.",
    default: "search",
    enum: SCHEMA_PROFILES,
  }),
  retentionTracesDays: integer({
    description: "Spans older than this are deleted by ClickHouse.",
    default: 30,
    unit: "days",
    minimum: 1,
    maximum: 3650,
  }),
  retentionLogsDays: integer({
    description: "Log records older than this are deleted by ClickHouse.",
    default: 30,
    unit: "days",
    minimum: 1,
    maximum: 3650,
  }),
  retentionMetricsDays: integer({
    description: "Metric points older than this are deleted by ClickHouse.",
    default: 30,
    unit: "days",
    minimum: 1,
    maximum: 3650,
  }),
  retentionRollupsDays: integer({
    description: "Per-minute rates and latencies older than this are deleted by ClickHouse.",
    default: 90,
    unit: "days",
    minimum: 1,
    maximum: 3650,
  }),
  retentionTables: text({
    description:
      "Days of single tables that are kept for another time than the rest of their signal: `otel_traces_red_1m=400, otel_metrics_gauge=7`. See [retention.md](retention.md).",
    expected: "table=days, with commas between them, such as otel_traces_red_1m=400",
    pattern: "^\\s*\\w+\\s*=\\s*\\d+\\s*(,\\s*\\w+\\s*=\\s*\\d+\\s*)*$",
  }),
  diskMaxBytes: integer({
    description:
      "What the tables may take of the disk; over it the oldest days go, whatever the retention says, and today stays. `throughline start` looks once a minute, `throughline retention apply` once. Unset: no limit. See [retention.md](retention.md).",
    unit: "bytes",
    minimum: 1_000_000,
    maximum: 2 ** 50,
  }),
};

const telling = {
  agentConfigFile: text({
    description:
      "What applications with the SDK are told while they run: log levels. YAML or JSON, changed by `throughline loglevel` or by hand, read again within a second. Relative to the data directory; need not exist.",
    default: "agent-config.yaml",
    expected: "the path of a file",
    pattern: "\\S",
  }),
};

const deciding = {
  rules: text({
    description:
      "YAML file that says what is dropped, sampled, renamed and redacted before anything is stored; read again when it changes and on SIGHUP. Relative to the working directory. Unset: only the shipped redaction. See [rules.md](rules.md).",
    expected: "the path of a file",
    pattern: "\\S",
  }),
  redactionKey: text({
    description:
      "Secret key of rules with `action: hash`: equal values get equal hashes under it, and nobody without it can find the value by trying.",
    expected: "16 characters or more",
    pattern: "^.{16,}$",
    secret: true,
  }),
};

const finding = {
  requestIdAttributes: text({
    description:
      "Attributes of spans, of logs and of their resources in which `GET /api/requests/{id}` looks for request and correlation ids, by the indexes of the profile `search`; `throughput` has none, so that each look reads all that is stored, within the limits of a query. Unset: those that the SDK writes, the headers `x-request-id` and `x-correlation-id`, and their usual names.",
    expected: "names with commas between them, such as correlation.id, order.id",
    pattern: "^\\s*[^\\s,]+\\s*(,\\s*[^\\s,]+\\s*)*$",
  }),
};

const clickhouseServer = {
  clickhouseUrl: text({
    description: `A ClickHouse server to use (its HTTP interface, such as ${CLICKHOUSE_URL_EXAMPLE}). Unset: the embedded ClickHouse is started.`,
    expected: `a URL such as ${CLICKHOUSE_URL_EXAMPLE}`,
    pattern: "^https?://\\S+$",
  }),
  clickhouseUser: text({
    description: "User on that server; it must be allowed to create the database and its tables.",
    default: "default",
    expected: "a user name",
  }),
  clickhousePassword: text({
    description: "That user's password.",
    default: "",
    expected: "a password",
    secret: true,
  }),
  sqlUser: text({
    description:
      "User on that server for statements that people type (`POST /api/sql`). Give it `readonly = 1` or 2, SELECT on the telemetry database and nothing else. Unset: `CLICKHOUSE_USER`, held to `readonly = 2` where it may write.",
    expected: "a user name",
    pattern: "\\S",
  }),
  sqlPassword: text({
    description: "That user's password.",
    default: "",
    expected: "a password",
    secret: true,
  }),
  clickhouseDatabase: text({
    description: "Database of the telemetry tables, on that server and in the embedded ClickHouse.",
    default: "otel",
    expected: "a name of letters, digits and _ that does not begin with a digit",
    pattern: "^[A-Za-z_][A-Za-z0-9_]{0,62}$",
  }),
};

const embeddedClickhouse = {
  clickhouseHttpPort: port(18_123, "HTTP interface of the embedded ClickHouse, on loopback."),
  clickhouseTcpPort: port(
    19_000,
    "Native protocol of the embedded ClickHouse, on loopback: clickhouse-client, Grafana.",
  ),
  clickhouseBin: text({
    description:
      "A `clickhouse` binary to run as the embedded server instead of the one that npm installed.",
    expected: "the path of a clickhouse binary",
    pattern: "\\S",
  }),
  clickhouseMemoryBytes: integer({
    description: "Memory limit of the embedded ClickHouse. Unset: sized to the machine.",
    unit: "bytes",
    minimum: 256 * 1024 * 1024,
    maximum: 2 ** 50,
  }),
};

const asking = {
  collectorUrl: text({
    description:
      "Where the query service asks the collector what it refused, for the page Set up: the collector's port for OTLP over HTTP. Unset: the collector of these settings.",
    expected: "a URL such as http://127.0.0.1:4318",
    pattern: "^https?://\\S+$",
  }),
  url: text({
    description:
      "Where `throughline trace`, `search`, `logs`, `tail`, `services` and `sql` ask. Unset: the query service of these settings.",
    expected: "a URL such as http://127.0.0.1:8417",
    pattern: "^https?://\\S+$",
  }),
};

const logging = {
  logLevel: choice({
    description:
      "What is written to `<dataDir>/log`. Warnings and errors also go to standard error.",
    default: "info",
    enum: ["debug", "info", "warn", "error"],
  }),
};

/** In the order of docs/settings.md. */
export const SETTING_GROUPS = [
  { title: "Where it listens", properties: listening },
  { title: "Which pages browsers let in", properties: browsers },
  { title: "What it keeps", properties: storing },
  { title: "What it tells applications", properties: telling },
  { title: "What it leaves out", properties: deciding },
  { title: "How it finds requests", properties: finding },
  { title: "A ClickHouse server", properties: clickhouseServer },
  { title: "The embedded ClickHouse", properties: embeddedClickhouse },
  { title: "Where its parts ask", properties: asking },
  { title: "Its own log", properties: logging },
] as const;

/** Settings without a default are optional: unset is their default. */
export const SettingsSchema = Type.Object(
  {
    ...listening,
    ...browsers,
    ...storing,
    ...telling,
    ...deciding,
    ...finding,
    ...clickhouseServer,
    ...embeddedClickhouse,
    ...asking,
    ...logging,
    zipkinPort: Type.Optional(listening.zipkinPort),
    collectorCorsOrigins: Type.Optional(browsers.collectorCorsOrigins),
    queryCorsOrigins: Type.Optional(browsers.queryCorsOrigins),
    collectorUrl: Type.Optional(asking.collectorUrl),
    url: Type.Optional(asking.url),
    retentionTables: Type.Optional(storing.retentionTables),
    diskMaxBytes: Type.Optional(storing.diskMaxBytes),
    rules: Type.Optional(deciding.rules),
    requestIdAttributes: Type.Optional(finding.requestIdAttributes),
    redactionKey: Type.Optional(deciding.redactionKey),
    clickhouseUrl: Type.Optional(clickhouseServer.clickhouseUrl),
    sqlUser: Type.Optional(clickhouseServer.sqlUser),
    clickhouseBin: Type.Optional(embeddedClickhouse.clickhouseBin),
    clickhouseMemoryBytes: Type.Optional(embeddedClickhouse.clickhouseMemoryBytes),
  },
  { additionalProperties: false },
);
export type Settings = Static<typeof SettingsSchema>;
