import { createHash } from "node:crypto";
import { sqlPassword, type EngineCredentials } from "./credentials.ts";
import type { EngineLimits } from "./machine.ts";
import type { EnginePaths } from "./paths.ts";

export interface ConfigInput {
  readonly paths: EnginePaths;
  readonly usersFile: string;
  readonly httpPort: number;
  readonly tcpPort: number;
  readonly limits: EngineLimits;
}

const MIB = 1024 ** 2;
const QUERY_LOG_DAYS = 3;
const LOG_FILES = 5;

/** Pure: the server configuration, the same for the library and for a `clickhouse server` binary. */
export function renderConfig(input: ConfigInput): string {
  const { paths, limits } = input;
  const merges = Math.max(2, Math.floor(limits.cores / 2));
  // Caches together stay near a fifth of the limit; the rest is for queries, inserts and merges.
  const cache = (share: number): number => Math.floor(limits.memoryBytes * share);
  const settings = element("clickhouse", [
    element("logger", [
      element("level", "information"),
      element("log", paths.logFile),
      element("errorlog", paths.errorLogFile),
      element("size", String(50 * MIB)),
      element("count", String(LOG_FILES)),
    ]),
    element("path", `${paths.data}/`),
    element("tmp_path", `${paths.data}/tmp/`),
    element("user_files_path", `${paths.data}/user_files/`),
    element("users_config", input.usersFile),
    element("listen_host", "127.0.0.1"),
    element("http_port", String(input.httpPort)),
    element("tcp_port", String(input.tcpPort)),
    element("timezone", "UTC"),
    element("max_server_memory_usage", String(limits.memoryBytes)),
    element("max_concurrent_queries", "200"),
    element("mark_cache_size", String(cache(0.06))),
    element("index_mark_cache_size", String(cache(0.02))),
    element("uncompressed_cache_size", "0"),
    element("text_index_dictionary_block_cache_size", String(cache(0.03))),
    element("text_index_header_cache_size", String(cache(0.03))),
    element("text_index_postings_cache_size", String(cache(0.05))),
    element("query_condition_cache_size", String(cache(0.01))),
    element("background_pool_size", String(merges)),
    element("background_common_pool_size", "2"),
    element("background_move_pool_size", "1"),
    element("background_fetches_pool_size", "1"),
    element("background_distributed_schedule_pool_size", "1"),
    element("background_message_broker_schedule_pool_size", "1"),
    element("background_buffer_flush_schedule_pool_size", "1"),
    // The embedded default leaves none for dictionaries, refreshable views and TTL.
    element("background_schedule_pool_size", "16"),
    element("merge_tree", [
      // These must fit the small pools above, or every CREATE TABLE is refused.
      element("number_of_free_entries_in_pool_to_execute_mutation", "1"),
      element("number_of_free_entries_in_pool_to_lower_max_size_of_merge", "1"),
      element("number_of_free_entries_in_pool_to_execute_optimize_entire_partition", "1"),
    ]),
    element("access_control_improvements", [
      element("select_from_system_db_requires_grant", "true"),
      element("select_from_information_schema_requires_grant", "true"),
      element("on_cluster_queries_require_cluster_grant", "true"),
      // Without it no setting can be left changeable for a user with readonly=1.
      element("settings_constraints_replace_previous", "true"),
    ]),
    element("query_log", [
      element("database", "system"),
      element("table", "query_log"),
      element("partition_by", "event_date"),
      element("ttl", `event_date + INTERVAL ${QUERY_LOG_DAYS} DAY DELETE`),
      element("flush_interval_milliseconds", "7500"),
    ]),
  ]);
  return `${settings}\n`;
}

export interface UsersInput {
  readonly credentials: EngineCredentials;
  readonly database: string;
  /** Also every database whose name begins so: for test suites that create databases beside each other. */
  readonly databaseIsPrefix: boolean;
  /** Run as a library, ClickHouse needs the user of its own session; a server does not. */
  readonly internalUser: boolean;
  readonly limits: EngineLimits;
}

/** The databases of a user's grants, quoted. */
interface Scope {
  readonly telemetry: string;
  readonly metadata: string;
}

/**
 * Pure: users, profiles and grants.
 *
 * As a library, ClickHouse's own `default` user cannot be left out: the session that runs it logs in as `default`
 * without a password. Its profile allows one session, and that session opens before any port does; so nobody else can
 * ever log in as `default`, and what it may do does not matter. A server goes without that user.
 */
export function renderUsers(input: UsersInput): string {
  const { credentials, limits } = input;
  const name = quoteIdentifier(input.database);
  const scope: Scope = {
    telemetry: input.databaseIsPrefix ? `${input.database}*.*` : `${name}.*`,
    metadata: "`throughline`.*",
  };
  const users = element("clickhouse", [
    element("profiles", [
      element("default", [
        element("max_memory_usage", String(limits.queryMemoryBytes)),
        element("log_queries", "1"),
      ]),
      element("internal", [
        element("max_sessions_for_user", "1"),
        element("log_queries", "0"),
        element("constraints", [element("max_sessions_for_user", [element("const", "")])]),
      ]),
      readerProfile("throughline_query", limits.queryMemoryBytes, {
        timeSeconds: 120,
        timeMaxSeconds: LONGEST_SECONDS,
        resultsBounded: false,
      }),
      readerProfile("grafana", limits.queryMemoryBytes, {
        timeSeconds: 300,
        timeMaxSeconds: 300,
        resultsBounded: true,
      }),
      sqlProfile(limits.queryMemoryBytes),
    ]),
    element("users", [
      ...(input.internalUser ? [internalUser()] : []),
      user("throughline", {
        secret: hashed(credentials.throughline),
        profile: "default",
        grants: ownerGrants(scope),
      }),
      user("throughline_query", {
        secret: hashed(credentials.throughline_query),
        profile: "throughline_query",
        grants: [`GRANT SELECT ON ${scope.telemetry}`, `GRANT SHOW ON ${scope.telemetry}`],
      }),
      user("throughline_sql", {
        secret: hashed(sqlPassword(credentials)),
        profile: "throughline_sql",
        grants: [`GRANT SELECT ON ${scope.telemetry}`, `GRANT SHOW ON ${scope.telemetry}`],
      }),
      user("grafana", {
        secret: hashed(credentials.grafana),
        profile: "grafana",
        grants: [`GRANT SELECT ON ${scope.telemetry}`, `GRANT SHOW ON ${scope.telemetry}`],
      }),
    ]),
    element("quotas", [element("default", "")]),
  ]);
  return `${users}\n`;
}

function internalUser(): string {
  return user("default", {
    secret: element("password", ""),
    profile: "internal",
    grants: [
      "GRANT SYSTEM LISTEN ON *.*",
      "GRANT CREATE TEMPORARY TABLE ON *.*",
      "GRANT READ ON FILE",
    ],
  });
}

function ownerGrants(scope: Scope): readonly string[] {
  return [
    `GRANT ALL ON ${scope.telemetry}`,
    `GRANT ALL ON ${scope.metadata}`,
    "GRANT SELECT ON system.*",
    "GRANT SHOW ON *.*",
    "GRANT CREATE TEMPORARY TABLE ON *.*",
    "GRANT TABLE ENGINE ON *",
    "GRANT KILL QUERY ON *.*",
    "GRANT SYSTEM FLUSH LOGS ON *.*",
    "GRANT SYSTEM DROP CACHE ON *.*",
  ];
}

/**
 * Memory that must be free for each thread of a query. ClickHouse's own 1 GiB leaves one thread where it has 2 GiB in all, and a question
 * takes half as long again: fifty traces of a list 87 ms instead of 126, measured. What a query may use is limited by itself.
 */
const THREAD_MEMORY = element("max_threads_min_free_memory_per_thread", String(64 * MIB));

type Limit = readonly [setting: string, value: number];

/** As long as the service's own settings let an export take. */
const LONGEST_SECONDS = 86_400;

interface ReaderBounds {
  /** Of a statement that does not say. */
  readonly timeSeconds: number;
  readonly timeMaxSeconds: number;
  /**
   * Whether a statement is held to the limits of results. The service's are where they do not ask for more; its exports do, which
   * are passed on as they come and have limits of their own.
   */
  readonly resultsBounded: boolean;
}

/**
 * `readonly=2`: settings may be changed (Grafana's driver sends max_execution_time with every statement), data
 * may not; and no setting beyond the limits here.
 */
function readerProfile(name: string, memoryBytes: number, bounds: ReaderBounds): string {
  const results: readonly Limit[] = [
    ["max_result_rows", 1_000_000],
    ["max_result_bytes", 512 * MIB],
  ];
  const others: readonly Limit[] = [
    ["max_memory_usage", memoryBytes],
    ["max_concurrent_queries_for_user", 50],
  ];
  const limits = [...others, ...results, ["max_execution_time", bounds.timeSeconds] as const];
  const constraints = [
    ...others,
    ...(bounds.resultsBounded ? results : []),
    ["max_execution_time", bounds.timeMaxSeconds] as const,
  ];
  return element(name, [
    element("readonly", "2"),
    THREAD_MEMORY,
    ...limits.map(([setting, value]) => element(setting, String(value))),
    element(
      "constraints",
      constraints.map(([setting, value]) =>
        element(setting, [element("min", "1"), element("max", String(value))]),
      ),
    ),
  ]);
}

/**
 * For statements that people type. `readonly=1`: no setting but these may be changed, by the service or by the text, and
 * those not beyond the limits here.
 */
function sqlProfile(memoryBytes: number): string {
  const limits: readonly Limit[] = [
    ["max_memory_usage", memoryBytes],
    ["max_execution_time", 120],
    ["max_result_rows", 1_000_000],
    ["max_result_bytes", 512 * MIB],
  ];
  const free = [
    "max_rows_to_read",
    "result_overflow_mode",
    "cancel_http_readonly_queries_on_client_close",
    "output_format_json_quote_64bit_integers",
  ];
  const changeable = element("changeable_in_readonly", "");
  return element("throughline_sql", [
    element("readonly", "1"),
    THREAD_MEMORY,
    element("allow_ddl", "0"),
    element("allow_introspection_functions", "0"),
    element("max_concurrent_queries_for_user", "20"),
    ...limits.map(([setting, value]) => element(setting, String(value))),
    element("constraints", [
      ...limits.map(([setting, value]) =>
        element(setting, [changeable, element("min", "1"), element("max", String(value))]),
      ),
      ...free.map((setting) => element(setting, [changeable])),
    ]),
  ]);
}

interface UserInput {
  /** The authentication element. */
  readonly secret: string;
  readonly profile: string;
  readonly grants: readonly string[];
}

function user(name: string, input: UserInput): string {
  return element(name, [
    input.secret,
    element("networks", [element("ip", "127.0.0.1"), element("ip", "::1")]),
    element("profile", input.profile),
    element("quota", "default"),
    element(
      "grants",
      input.grants.map((grant) => element("query", grant)),
    ),
  ]);
}

function hashed(password: string): string {
  return element("password_sha256_hex", createHash("sha256").update(password).digest("hex"));
}

/** @returns the name in backticks, safe inside SQL */
export function quoteIdentifier(name: string): string {
  return `\`${name.replaceAll("\\", "\\\\").replaceAll("`", "\\`")}\``;
}

function element(name: string, content: string | readonly string[]): string {
  if (typeof content === "string") return `<${name}>${escapeXml(content)}</${name}>`;
  const inner = content.flatMap((child) => child.split("\n")).map((line) => `  ${line}`);
  return [`<${name}>`, ...inner, `</${name}>`].join("\n");
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
