import { Type } from "typebox";
import { rowDecoder } from "../clickhouse/ask.ts";
import type { QueryOptions } from "../options.ts";
import { QueryError } from "../problem/query-error.ts";
import type { Searcher } from "../search/searcher.ts";
import { loadSql } from "../sql/sql.ts";
import type { Status } from "../wire.ts";

const SQL = loadSql("services.sql", ["status", "ready"]);
const statusRows = rowDecoder(
  Type.Object({ version: Type.String(), traces: Type.String(), logs: Type.String() }),
);
const readyRows = rowDecoder(Type.Object({ answered: Type.String() }));

/** Short, so that a page that waits for ClickHouse says so soon. */
const STATUS_TIME_MS = 2_000;

/** Never fails for a ClickHouse that is away: that is one of the things it says. */
export async function readStatus(
  searcher: Searcher,
  options: QueryOptions,
  signal: AbortSignal,
): Promise<Status> {
  const about = {
    version: options.version,
    otlpGrpcEndpoint: options.otlpGrpcEndpoint,
    otlpHttpEndpoint: options.otlpHttpEndpoint,
  };
  try {
    const { rows } = await searcher.asker.ask({
      sql: SQL.status,
      params: {},
      rows: statusRows,
      signal,
      timeMs: STATUS_TIME_MS,
    });
    return {
      ...about,
      clickhouseVersion: rows[0]?.version ?? null,
      hasTraces: rows[0]?.traces === "1",
      hasLogs: rows[0]?.logs === "1",
    };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return { ...about, clickhouseVersion: null, hasTraces: false, hasLogs: false };
  }
}

/** @throws QueryError that says why questions cannot be answered now */
export async function checkReady(searcher: Searcher, signal: AbortSignal): Promise<void> {
  await searcher.asker.ask({
    sql: SQL.ready,
    params: {},
    rows: readyRows,
    signal,
    timeMs: STATUS_TIME_MS,
  });
}
