/** What a failed ClickHouse query means for whoever asked. Decided by error code and, for connections, by kind. */
import { ClickHouseError } from "@clickhouse/client";
import type { ClickHouseConnection } from "@throughline/schemas";
import type { ProblemCode } from "../problem/catalog.ts";
import { ClientGone, QueryError } from "../problem/query-error.ts";

/** ILLEGAL_TYPE_OF_ARGUMENT: how direct read fails over parts of which only some have the ALIAS items index. */
export function isDirectReadFault(error: unknown): boolean {
  return error instanceof ClickHouseError && error.code === "43";
}

/** The server closed the connection, or had closed it. */
export function isClosedConnection(error: unknown): boolean {
  if (!(error instanceof Error) || !("code" in error)) return false;
  return error.code === "ECONNRESET" || error.code === "EPIPE";
}

interface Fault {
  readonly code: ProblemCode;
  readonly says: string;
}

const LIMIT_TIME =
  "it took longer than queryTimeMs allows, or of an export exportTimeMs or exportCountTimeMs";
const LIMIT_ROWS = "it would read more rows than queryRowsReadMax allows";
const LIMIT_BYTES =
  "it would read more bytes than the profile of the query user allows (max_bytes_to_read)";
const LIMIT_RESULT =
  "its result, or what it has to sort, is larger than the profile of the query user allows (max_result_rows and max_result_bytes, max_rows_to_sort and max_bytes_to_sort)";
const LIMIT_MEMORY = "it needs more memory than queryMemoryBytes, or than the server has left";
const SCHEMA = "a table or column is missing";
const DENIED = "the query user may not do this";

/** By ClickHouse error code. */
const FAULTS: Readonly<Record<string, Fault>> = {
  "159": { code: "query_limit", says: LIMIT_TIME },
  "160": { code: "query_limit", says: LIMIT_TIME },
  "158": { code: "query_limit", says: LIMIT_ROWS },
  "307": { code: "query_limit", says: LIMIT_BYTES },
  "396": { code: "query_limit", says: LIMIT_RESULT },
  "241": { code: "query_limit", says: LIMIT_MEMORY },
  "427": { code: "invalid_query", says: "RE2 cannot read the regular expression" },
  "202": { code: "overloaded", says: "the server runs as many queries as it may" },
  "16": { code: "clickhouse_schema", says: SCHEMA },
  "47": { code: "clickhouse_schema", says: SCHEMA },
  "60": { code: "clickhouse_schema", says: SCHEMA },
  "81": { code: "clickhouse_schema", says: "the database is missing" },
  "164": { code: "clickhouse_denied", says: DENIED },
  "192": { code: "clickhouse_denied", says: DENIED },
  "452": { code: "clickhouse_denied", says: DENIED },
  "497": { code: "clickhouse_denied", says: DENIED },
  "516": { code: "clickhouse_denied", says: "the password of the query user is refused" },
  "210": { code: "clickhouse_unavailable", says: "the server's network failed" },
  "394": { code: "clickhouse_unavailable", says: "the server cancelled the query" },
  "236": { code: "clickhouse_unavailable", says: "the server is stopping" },
};

export function toQueryError(
  error: unknown,
  connection: ClickHouseConnection,
  signal: AbortSignal,
): Error {
  if (error instanceof QueryError || error instanceof ClientGone) return error;
  if (signal.aborted) return new ClientGone("the client left", { cause: error });
  if (error instanceof ClickHouseError) return serverFault(error, connection);
  return new QueryError(
    "clickhouse_unavailable",
    `ClickHouse at ${addressOf(connection)} does not answer: ${reasonOf(error)}.`,
    { cause: error, retryAfterSeconds: 2 },
  );
}

function serverFault(error: ClickHouseError, connection: ClickHouseConnection): QueryError {
  const fault: Fault = FAULTS[error.code] ?? { code: "clickhouse_failed", says: "it failed" };
  const detail = `ClickHouse at ${addressOf(connection)} did not answer the question: ${fault.says} (code ${error.code}: ${firstLine(error.message)}).`;
  return new QueryError(fault.code, detail, {
    cause: error,
    ...(fault.code === "overloaded" ? { retryAfterSeconds: 1 } : {}),
  });
}

/** Scheme, host and port: never what a URL may carry of a password. */
function addressOf(connection: ClickHouseConnection): string {
  return new URL(connection.url).origin;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown fault";
  const code: unknown = "code" in error ? error.code : undefined;
  // Node joins the failures of several addresses of one name in an AggregateError without a message.
  const text = error.message === "" ? error.name : firstLine(error.message);
  return typeof code === "string" && !text.includes(code) ? `${text} (${code})` : text;
}

function firstLine(text: string): string {
  return (text.split("\n")[0] ?? "").slice(0, 500).replace(/\.$/, "");
}
