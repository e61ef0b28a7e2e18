/** Statements that people type. */
import { ASKING_PROBLEMS, type Endpoint } from "../http/endpoint.ts";
import { NoQuery } from "../http/query-params.ts";
import * as wire from "../wire.ts";

export const SQL_ENDPOINTS = {
  sql: {
    method: "POST",
    url: "/api/sql",
    operationId: "runSql",
    summary: "One SELECT as a read-only user with limits; JSON, CSV, NDJSON, Parquet or Arrow",
    querystring: NoQuery,
    body: wire.SqlQuery,
    answer: wire.SqlRows,
    problems: ["invalid_parameter", "sql_refused", "sql_failed", ...ASKING_PROBLEMS],
  },
  sqlSchema: {
    url: "/api/sql/schema",
    operationId: "getSqlSchema",
    summary: "Tables, columns, functions, keywords and macros, with an ETag",
    querystring: NoQuery,
    answer: wire.SqlSchema,
    problems: [...ASKING_PROBLEMS],
  },
} as const satisfies Record<string, Endpoint>;
