/**
 * One question to ClickHouse: a statement from the `.sql` files, bound parameters, limits as settings, rows checked
 * against a schema, and what it cost. Runs as the read-only user and is cancelled when the asking client leaves.
 */
import { createClient, type ClickHouseClient, type ClickHouseSettings } from "@clickhouse/client";
import type { ClickHouseConnection } from "@throughline/schemas";
import type { Static, TSchema } from "typebox";
import { Compile, type Validator } from "typebox/compile";
import type { QueryLimits } from "../options.ts";
import { QueryError } from "../problem/query-error.ts";
import type { Sql, SqlParams } from "../sql/sql.ts";
import { beforeException } from "./exception-guard.ts";
import { isClosedConnection, isDirectReadFault, toQueryError } from "./faults.ts";
import { type NativeTable, decodeNative } from "./native-columns.ts";

/** A statement's rows as JSONEachRow gives them. Build it once per statement: it compiles the schema. */
export interface RowDecoder<T> {
  readonly decode: (row: unknown) => T;
}

export function rowDecoder<const S extends TSchema>(schema: S): RowDecoder<Static<S>> {
  const validator: Validator = Compile(schema);
  return {
    decode: (row) => {
      if (!validator.Check(row)) {
        const first = validator.Errors(row)[0];
        throw new QueryError(
          "clickhouse_schema",
          `ClickHouse gave a row of another shape than expected (${first?.instancePath ?? ""} ${first?.message ?? ""}). Run throughline migrate.`,
        );
      }
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked in the line above
      return row as Static<S>;
    },
  };
}

export interface Question<T> {
  readonly sql: Sql;
  readonly params: SqlParams;
  readonly rows: RowDecoder<T>;
  /** Ends the query; the caller is gone. */
  readonly signal: AbortSignal;
  /** Tightens `queryTimeMs` for a caller whose own time runs out. */
  readonly timeMs?: number;
  /** Hours of time, or buckets of the sort key by name: the index of times would be a look at every granule for nothing. */
  readonly withoutTimeIndex?: boolean;
  /** Rarely more than some dozen granules: two threads for them cost more than they save. */
  readonly fewGranules?: boolean;
  /** Whoever asks says that there is more than `queryResultBytes` had room for; without it the question is refused. */
  readonly mayBeCut?: boolean;
  /** Instead of `queryTimeMs`, for what has a limit of its own; at most `exportTimeMs` or `exportCountTimeMs`. */
  readonly ownTimeMs?: number;
}

/** Bytes as ClickHouse writes them; the statement says in which FORMAT. */
interface StreamQuestion {
  readonly sql: Sql;
  readonly params: SqlParams;
  readonly signal: AbortSignal;
  /** Of the whole stream. */
  readonly ownTimeMs: number;
}

/** What ClickHouse did for an answer. */
export interface Cost {
  readonly rowsRead: number;
  readonly bytesRead: number;
}

export interface Answer<T> {
  readonly rows: readonly T[];
  readonly cost: Cost;
  /** True when `queryResultBytes` ended the reading: there are more rows. Only with `mayBeCut`. */
  readonly cut: boolean;
}

/** An answer as columns; a larger one than `queryResultBytes` is refused with `query_limit`. */
interface TableAnswer {
  readonly table: NativeTable;
  readonly cost: Cost;
}

export interface Asker {
  /** @throws QueryError, or ClientGone when the signal ended it */
  ask<T>(question: Question<T>): Promise<Answer<T>>;
  /** For many rows of few columns. The statement ends in FORMAT Native. @throws as `ask` */
  askTable(question: Omit<Question<never>, "rows">): Promise<TableAnswer>;
  /**
   * The bytes that ClickHouse writes, while it writes them, without the exception that it may write behind them.
   * @throws as `ask`, until the first byte and, for what comes after, while it is read
   */
  stream(question: StreamQuestion): Promise<AsyncIterable<Buffer>>;
  close(): Promise<void>;
}

/**
 * ClickHouse stops by itself after `max_execution_time`; this is for a server that does not answer at all, for nobody
 * may wait longer for its next byte.
 */
const REQUEST_GRACE_MS = 5_000;

/** Profiles may refuse less, because 0 would mean no limit. */
const EXECUTION_LEAST_SECONDS = 1;

export function createAsker(connection: ClickHouseConnection, limits: QueryLimits): Asker {
  const client = connect(connection, limits.queryTimeMs, limits.requestsConcurrentMax * 3);
  // For exports, of which a byte may be long in coming: all rows are sorted before the first, and a client may read slowly.
  const longTimeMs = Math.max(limits.exportTimeMs, limits.exportCountTimeMs);
  const longClient = connect(connection, longTimeMs, limits.exportsMax * 2);
  const run = async <T>(
    question: Question<T>,
    extra: Readonly<Record<string, number>>,
  ): Promise<Answer<T>> =>
    question.ownTimeMs === undefined
      ? runOn(client, limits, question, extra)
      : runOn(longClient, { ...limits, queryTimeMs: question.ownTimeMs }, question, extra);
  return {
    ask: async (question) => {
      try {
        return await onceMore(question.signal, () => run(question, {}));
      } catch (error) {
        if (!isDirectReadFault(error)) throw toQueryError(error, connection, question.signal);
      }
      try {
        // Parts with and without the items index side by side: the index cannot answer alone, the column can.
        return await onceMore(question.signal, () =>
          run(question, { query_plan_direct_read_from_text_index: 0 }),
        );
      } catch (error) {
        throw toQueryError(error, connection, question.signal);
      }
    },
    askTable: async (question) => {
      try {
        return await onceMore(question.signal, () => readTable(client, limits, question));
      } catch (error) {
        throw toQueryError(error, connection, question.signal);
      }
    },
    stream: async (question) => {
      try {
        const bytes = await onceMore(question.signal, () =>
          openStream(longClient, limits, question),
        );
        return rethrowing(bytes, (error) => toQueryError(error, connection, question.signal));
      } catch (error) {
        throw toQueryError(error, connection, question.signal);
      }
    },
    close: async () => {
      await Promise.all([client.close(), longClient.close()]);
    },
  };
}

function connect(
  connection: ClickHouseConnection,
  timeMs: number,
  connectionsMax: number,
): ClickHouseClient {
  return createClient({
    url: connection.url,
    username: connection.username,
    password: connection.password,
    database: connection.database,
    application: "throughline-query",
    request_timeout: timeMs + REQUEST_GRACE_MS,
    max_open_connections: connectionsMax,
    // On loopback compressing costs more than sending.
    compression: { response: false, request: false },
    log: { level: 127 },
  });
}

/**
 * Asks again where the connection was closed: the server may close a kept one at the moment it is used again. No byte of an
 * answer was given on, and nothing is changed by asking twice.
 */
async function onceMore<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!isClosedConnection(error) || signal.aborted) throw error;
    return ask();
  }
}

async function* rethrowing(
  source: AsyncIterable<Buffer>,
  toError: (error: unknown) => Error,
): AsyncGenerator<Buffer> {
  try {
    yield* source;
  } catch (error) {
    throw toError(error);
  }
}

async function openStream(
  client: ClickHouseClient,
  limits: QueryLimits,
  question: StreamQuestion,
): Promise<AsyncIterable<Buffer>> {
  question.signal.throwIfAborted();
  const { ownTimeMs } = question;
  const { stream, response_headers: headers } = await client.exec({
    query: question.sql,
    query_params: { ...question.params },
    abort_signal: question.signal,
    clickhouse_settings: {
      ...settings({ ...limits, queryTimeMs: ownTimeMs }, ownTimeMs),
      wait_end_of_query: 0,
      // Nothing of it is collected, so what a profile allows one answer does not hold; `exportRowsMax` is in the statement.
      max_result_rows: "0",
      max_result_bytes: "0",
      // A failure in the middle is written behind the rows in a form that is known, and breaks the connection off.
      http_write_exception_in_output_format: 0,
      // How long it may not get rid of a byte: a client that reads slowly is `exportIdleMs`'s.
      http_send_timeout: Math.ceil(ownTimeMs / 1_000),
    },
  });
  const tag = headers["x-clickhouse-exception-tag"];
  return typeof tag === "string" ? beforeException(stream, tag) : stream;
}

async function runOn<T>(
  client: ClickHouseClient,
  limits: QueryLimits,
  question: Question<T>,
  extra: Readonly<Record<string, number>>,
): Promise<Answer<T>> {
  question.signal.throwIfAborted();
  const result = await client.query({
    query: question.sql,
    query_params: { ...question.params },
    format: "JSONEachRow",
    abort_signal: question.signal,
    clickhouse_settings: { ...settingsOf(limits, question), ...extra },
  });
  const rows: T[] = [];
  let bytes = 0;
  let cut = false;
  for await (const chunk of result.stream()) {
    for (const row of chunk) {
      bytes += row.text.length;
      if (bytes > limits.queryResultBytes) cut = true;
      if (cut) break;
      rows.push(question.rows.decode(row.json()));
    }
    if (cut) break;
  }
  if (cut) {
    result.close();
    if (question.mayBeCut !== true) throw tooLarge(limits);
  }
  return { rows, cost: costOf(result.response_headers["x-clickhouse-summary"]), cut };
}

function tooLarge({ queryResultBytes }: QueryLimits): QueryError {
  return new QueryError(
    "query_limit",
    `The answer of ClickHouse has more than ${queryResultBytes} bytes (queryResultBytes). Ask for less at once.`,
  );
}

async function readTable(
  client: ClickHouseClient,
  limits: QueryLimits,
  question: Omit<Question<never>, "rows">,
): Promise<TableAnswer> {
  question.signal.throwIfAborted();
  const result = await client.exec({
    query: question.sql,
    query_params: { ...question.params },
    abort_signal: question.signal,
    clickhouse_settings: settingsOf(limits, question),
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of result.stream) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > limits.queryResultBytes) {
      throw tooLarge(limits);
    }
    chunks.push(chunk);
  }
  const table = decodeNative(Buffer.concat(chunks));
  return { table, cost: costOf(result.response_headers["x-clickhouse-summary"]) };
}

function settingsOf(
  limits: QueryLimits,
  question: Omit<Question<never>, "rows">,
): ClickHouseSettings {
  return {
    ...settings(limits, question.timeMs),
    ...(question.withoutTimeIndex === true ? { ignore_data_skipping_indices: "idx_ts" } : {}),
    ...(question.fewGranules === true
      ? {
          merge_tree_min_rows_for_concurrent_read: "16384",
          merge_tree_min_bytes_for_concurrent_read: "8388608",
        }
      : {}),
  };
}

function settings(limits: QueryLimits, timeMs: number | undefined): ClickHouseSettings {
  const executionMs = Math.min(timeMs ?? limits.queryTimeMs, limits.queryTimeMs);
  return {
    // Never changes anything, whoever the user is; also what lets ClickHouse cancel when the connection closes.
    readonly: "2",
    cancel_http_readonly_queries_on_client_close: 1,
    // The answer starts when the query has ended: an error is an error, never half an answer, and the summary is whole.
    wait_end_of_query: 1,
    max_execution_time: Math.max(executionMs / 1_000, EXECUTION_LEAST_SECONDS),
    timeout_overflow_mode: "throw",
    ...(limits.queryMemoryBytes > 0 ? { max_memory_usage: String(limits.queryMemoryBytes) } : {}),
    max_rows_to_read: String(limits.queryRowsReadMax),
    read_overflow_mode: "throw",
    // Few rows from many granules, each with all its columns: by ClickHouse's own measure, of rows, that is work for one thread.
    merge_tree_min_rows_for_concurrent_read: "8192",
    merge_tree_min_bytes_for_concurrent_read: "1048576",
    // Text indexes are read once and before the rows, not again by each thread.
    use_skip_indexes_on_data_read: 0,
    output_format_json_quote_64bit_integers: 1,
    output_format_json_named_tuples_as_objects: 1,
  };
}

function costOf(header: string | readonly string[] | undefined): Cost {
  const summary: unknown = typeof header === "string" ? JSON.parse(header) : {};
  return { rowsRead: field(summary, "read_rows"), bytesRead: field(summary, "read_bytes") };
}

function field(summary: unknown, name: string): number {
  if (typeof summary !== "object" || summary === null) return 0;
  const entry = Object.entries(summary).find(([key]) => key === name);
  return entry === undefined ? 0 : Number(entry[1]);
}

export function addCosts(costs: readonly Cost[]): Cost {
  return costs.reduce(
    (sum, cost) => ({
      rowsRead: sum.rowsRead + cost.rowsRead,
      bytesRead: sum.bytesRead + cost.bytesRead,
    }),
    { rowsRead: 0, bytesRead: 0 },
  );
}
