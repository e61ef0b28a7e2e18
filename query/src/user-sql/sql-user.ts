/** The connection of statements that people type: its own user, its own limits, and what its failures mean. */
import { type ClickHouseClient, ClickHouseError, createClient } from "@clickhouse/client";
import type { ClickHouseConnection } from "@throughline/schemas";
import type { Readable } from "node:stream";
import { toQueryError } from "../clickhouse/faults.ts";
import type { QueryLimits } from "../options.ts";
import type { ProblemCode } from "../problem/catalog.ts";
import { QueryError } from "../problem/query-error.ts";

interface SqlQuestion {
  readonly sql: string;
  readonly params: Readonly<Record<string, string | number | boolean>>;
  /** ClickHouse's name of the output format. */
  readonly format: string;
  readonly signal: AbortSignal;
  /** From a place in `sql` to the place in what was given. */
  readonly positionOf: (position: number) => number;
  /** Rows after which the rest is left out; without it the user's profile refuses too many. */
  readonly rowsMax?: number;
}

interface SqlResult {
  readonly body: Readable;
  readonly rowsRead: number;
  readonly bytesRead: number;
  /** Of the whole block with which a limit was passed, too. */
  readonly resultRows: number;
  readonly resultBytes: number;
}

export interface SqlUser {
  readonly database: string;
  /**
   * Answers when the query has ended: a failure is a failure, never half an answer.
   * @throws QueryError `sql_refused`, `sql_failed`, `query_limit` …, or ClientGone when the signal ended it
   */
  run(question: SqlQuestion): Promise<SqlResult>;
  close(): Promise<void>;
}

const REQUEST_GRACE_MS = 5_000;

export function createSqlUser(connection: ClickHouseConnection, limits: QueryLimits): SqlUser {
  const client = createClient({
    url: connection.url,
    username: connection.username,
    password: connection.password,
    database: connection.database,
    application: "throughline-sql",
    request_timeout: limits.sqlTimeMs + REQUEST_GRACE_MS,
    max_open_connections: limits.sqlConcurrentMax * 2,
    compression: { response: false, request: false },
    log: { level: 127 },
  });
  let mode: Promise<string> | undefined;
  return {
    database: connection.database,
    run: async (question) => {
      try {
        question.signal.throwIfAborted();
        // Asked once; again after a failure, which may have been that ClickHouse was away.
        mode ??= readonlyMode(client);
        mode.catch(() => {
          mode = undefined;
        });
        return await ask(client, limits, question, await mode);
      } catch (error) {
        throw toSqlError(error, connection, question);
      }
    },
    close: () => client.close(),
  };
}

/** With 1, `readonly` cannot be sent; with 0 it must be, because the user could write. */
async function readonlyMode(client: ClickHouseClient): Promise<string> {
  const result = await client.query({
    query: "SELECT toString(getSetting('readonly')) AS mode",
    format: "JSONEachRow",
  });
  const [row] = await result.json<{ mode: string }>();
  return row?.mode ?? "0";
}

async function ask(
  client: ClickHouseClient,
  limits: QueryLimits,
  question: SqlQuestion,
  mode: string,
): Promise<SqlResult> {
  // The client's type of this setting lacks some of ClickHouse's formats.
  const format: Readonly<Record<string, string>> = { default_format: question.format };
  const result = await client.exec({
    query: question.sql,
    query_params: { ...question.params },
    abort_signal: question.signal,
    clickhouse_settings: {
      ...(mode === "1" ? {} : { readonly: "2" }),
      ...format,
      cancel_http_readonly_queries_on_client_close: 1,
      wait_end_of_query: 1,
      max_execution_time: limits.sqlTimeMs / 1_000,
      max_result_bytes: String(limits.sqlResultBytes),
      ...(limits.sqlMemoryBytes > 0 ? { max_memory_usage: String(limits.sqlMemoryBytes) } : {}),
      ...(limits.sqlRowsReadMax > 0 ? { max_rows_to_read: String(limits.sqlRowsReadMax) } : {}),
      ...(question.rowsMax === undefined
        ? {}
        : { max_result_rows: String(question.rowsMax + 1), result_overflow_mode: "break" }),
      output_format_json_quote_64bit_integers: 1,
    },
  });
  const header = result.response_headers["x-clickhouse-summary"];
  const summary: unknown = typeof header === "string" ? JSON.parse(header) : {};
  const figure = (name: string) =>
    typeof summary === "object" && summary !== null ? Number(Reflect.get(summary, name) ?? 0) : 0;
  return {
    body: result.stream,
    rowsRead: figure("read_rows"),
    bytesRead: figure("read_bytes"),
    resultRows: figure("result_rows"),
    resultBytes: figure("result_bytes"),
  };
}

/** By ClickHouse error code: what sets the limit, besides the profile of the user; any other is the statement's own fault. */
const LIMITS: ReadonlyMap<string, string> = new Map([
  ["158", "The option is sqlRowsReadMax."],
  ["159", "The option is sqlTimeMs."],
  ["160", "The option is sqlTimeMs."],
  ["241", "The option is sqlMemoryBytes; the server may have less left."],
  ["307", "It is max_bytes_to_read of the user's profile."],
  [
    "396",
    "Of results the options are sqlRowsMax and sqlResultBytes; how ClickHouse reads the statement is held to them, too.",
  ],
]);
const REFUSED_CODES = new Set(["164", "291", "358", "452", "497"]);
const SERVICE_CODES = new Set(["192", "193", "194", "202", "210", "236", "394", "516"]);

function toSqlError(
  error: unknown,
  connection: ClickHouseConnection,
  { sql, positionOf, signal }: SqlQuestion,
): Error {
  if (!(error instanceof ClickHouseError) || SERVICE_CODES.has(error.code) || signal.aborted) {
    return toQueryError(error, connection, signal);
  }
  const text = error.message.replace(/\s*\(version [^)]*\)\s*$/, "").slice(0, 2_000);
  const byteAt = /failed at position (\d+)/.exec(text)?.[1];
  const at = byteAt === undefined ? undefined : toUnits(sql, Number(byteAt) - 1);
  const limit = LIMITS.get(error.code);
  const remedy = limit === undefined ? "" : `. ${limit}`;
  return new QueryError(codeOf(error.code), `${text} (code ${error.code})${remedy}`, {
    cause: error,
    members: {
      clickhouseCode: Number(error.code),
      ...(at === undefined ? {} : { position: positionOf(at) }),
    },
  });
}

function codeOf(code: string): ProblemCode {
  if (LIMITS.has(code)) return "query_limit";
  return REFUSED_CODES.has(code) ? "sql_refused" : "sql_failed";
}

/** From bytes of UTF-8 to code units of UTF-16. */
function toUnits(sql: string, bytes: number): number {
  return Buffer.from(sql).subarray(0, Math.max(0, bytes)).toString("utf8").length;
}
