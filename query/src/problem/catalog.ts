/**
 * Every way the API says no. The code is the contract: clients switch on it, so a code is never renamed, and a
 * test keeps this table and the one in README.md the same.
 */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** What the reader can do about it; shown in README.md. */
  readonly remedy: string;
}

export const PROBLEMS = {
  invalid_parameter: {
    status: 400,
    title: "A parameter cannot be understood",
    remedy: "The detail names the parameter, what was given and what is accepted.",
  },
  invalid_query: {
    status: 400,
    title: "The filter cannot be understood",
    remedy:
      "`position`, `length`, `expected` and `suggestion` say where and what; docs/search.md has the language.",
  },
  unknown_parameter: {
    status: 400,
    title: "No such parameter",
    remedy: "The detail lists the parameters of the endpoint and suggests the nearest.",
  },
  invalid_cursor: {
    status: 400,
    title: "The cursor belongs to another search",
    remedy:
      "Give `nextCursor` back unchanged with the same filters, or leave it out to start again.",
  },
  body_too_large: {
    status: 413,
    title: "The body is too large",
    remedy: "The detail says how many bytes a body may have.",
  },
  headers_too_large: {
    status: 431,
    title: "The address and the headers are too large",
    remedy: "The detail says how many bytes they may have together. Narrow the filter.",
  },
  request_too_slow: {
    status: 408,
    title: "The request did not arrive in time",
    remedy: "Send it again.",
  },
  malformed_request: {
    status: 400,
    title: "This is not HTTP/1.1",
    remedy: "The detail says what the parser stumbled over.",
  },
  unsupported_media_type: {
    status: 415,
    title: "The body is not of a type that is read here",
    remedy: "Send JSON, with `content-type: application/json`.",
  },
  trace_not_found: {
    status: 404,
    title: "No span and no log has this trace id",
    remedy:
      "The detail says where it was looked for: wrong id, not sampled, not yet arrived, or past retention.",
  },
  request_not_found: {
    status: 404,
    title: "Nothing stored has this id",
    remedy: "The detail says as what it was looked for.",
  },
  log_not_found: {
    status: 404,
    title: "No log has this id",
    remedy: "It may be past retention or not yet arrived; the detail has the time of the id.",
  },
  span_not_found: {
    status: 404,
    title: "The trace has no such span",
    remedy: "The trace's other spans are at `GET /api/traces/{traceId}`.",
  },
  not_found: {
    status: 404,
    title: "No such endpoint",
    remedy: "`GET /api/openapi.json` lists the endpoints.",
  },
  sql_refused: {
    status: 403,
    title: "The statement is not one that is run here",
    remedy: "The detail says what is refused; `position` says where, if the text tells it.",
  },
  sql_failed: {
    status: 400,
    title: "ClickHouse cannot run the statement",
    remedy: "The detail is ClickHouse's own text, `clickhouseCode` its code, `position` where.",
  },
  query_limit: {
    status: 422,
    title: "The question costs more than a query may",
    remedy: "Narrow the time range or add a filter; the detail names the limit and its option.",
  },
  overloaded: {
    status: 503,
    title: "Too many questions at once",
    remedy:
      "Ask again after `Retry-After` seconds; the option `requestsConcurrentMax` raises the limit.",
  },
  clickhouse_unavailable: {
    status: 503,
    title: "ClickHouse does not answer",
    remedy:
      "The detail names its address and the fault. Telemetry is still accepted and spooled meanwhile.",
  },
  clickhouse_schema: {
    status: 503,
    title: "The tables in ClickHouse are missing or too old",
    remedy: "Run `throughline migrate`.",
  },
  clickhouse_denied: {
    status: 502,
    title: "ClickHouse does not allow the query user to ask this",
    remedy:
      "Check the password and grants of the query user: SELECT on the telemetry database, and `readonly` 0 or 2 (1 forbids per-query limits).",
  },
  clickhouse_failed: {
    status: 502,
    title: "ClickHouse could not answer the question",
    remedy: "A fault of this program or of the server; the detail has ClickHouse's code and text.",
  },
  internal: {
    status: 500,
    title: "A fault in the query service",
    remedy: "The log has the error under the request id of the detail.",
  },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;
