import type { SqlQuery, SqlRows, SqlSchema } from "@throughline/query/wire";
import { useQuery } from "@tanstack/react-query";
import { ask, getJson } from "./client.ts";

/** What an editor completes; changes rarely. */
export function useSqlSchema() {
  return useQuery({
    queryKey: ["sql-schema"],
    staleTime: Infinity,
    queryFn: ({ signal }) => getJson<SqlSchema>("/api/sql/schema", signal),
  });
}

/** @throws ApiError: what ClickHouse or the service refused, with its place where that is known */
export async function runSql(query: SqlQuery, signal: AbortSignal): Promise<SqlRows> {
  const response = await post({ ...query, format: "json" }, signal);
  const body: unknown = await response.json();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the service serializes with this schema
  return body as SqlRows;
}

/** The same rows as a file. @throws as `runSql` */
export async function readSqlFile(query: SqlQuery, signal: AbortSignal): Promise<Blob> {
  return (await post(query, signal)).blob();
}

function post(query: SqlQuery, signal: AbortSignal): Promise<Response> {
  return ask("/api/sql", signal, {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/json" },
    body: JSON.stringify(query),
  });
}
