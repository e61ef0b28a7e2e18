/** Services with their rates and percentiles, from the per-minute rollups: whole minutes, ends rounded outward. */
import { Type, type Static } from "typebox";
import { type Answer, type RowDecoder, addCosts, rowDecoder } from "../clickhouse/ask.ts";
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import type { Searcher } from "../search/searcher.ts";
import type { TimeRange } from "../search/time-range.ts";
import { type Sql, loadSql } from "../sql/sql.ts";
import type { Services } from "../wire.ts";

const SQL = loadSql("services.sql", ["spans", "operations", "logs"]);

const SERVICES_MAX = 5_000;
const OPERATIONS_MAX = 200;
/** Of all services together; the most frequent are kept. */
const OPERATIONS_TOTAL_MAX = 100_000;

const SpanSchema = Type.Object({
  name: Type.String(),
  spanCount: Type.String(),
  errorCount: Type.String(),
  servedCount: Type.String(),
  quantiles: Type.Array(Type.String()),
});
const spanRows = rowDecoder(SpanSchema);
const operationRows = rowDecoder(
  Type.Object({ serviceName: Type.String(), operation: Type.String(), requests: Type.String() }),
);
const logRows = rowDecoder(Type.Object({ name: Type.String(), logCount: Type.String() }));

type Service = Services["services"][number];

export async function readServices(
  searcher: Searcher,
  range: TimeRange,
  signal: AbortSignal,
): Promise<Services> {
  const started = performance.now();
  const params = {
    from_seconds: String((range.from / NANOS_PER_SECOND / 60n) * 60n),
    to_seconds: String(((range.to + 60n * NANOS_PER_SECOND - 1n) / NANOS_PER_SECOND / 60n) * 60n),
  };
  const ask = async <T>(
    sql: Sql,
    rows: RowDecoder<T>,
    more: Readonly<Record<string, number>>,
  ): Promise<Answer<T>> =>
    searcher.asker.ask({ sql, params: { ...params, ...more }, rows, signal });
  const [spans, operations, logs] = await Promise.all([
    ask(SQL.spans, spanRows, { limit: SERVICES_MAX }),
    ask(SQL.operations, operationRows, {
      operations_max: OPERATIONS_MAX,
      limit: OPERATIONS_TOTAL_MAX,
    }),
    ask(SQL.logs, logRows, { limit: SERVICES_MAX }),
  ]);
  const byName = new Map<string, Service>();
  for (const row of spans.rows) byName.set(row.name, toService(row));
  for (const row of logs.rows) {
    const service = byName.get(row.name) ?? logsOnly(row.name);
    byName.set(row.name, { ...service, logCount: Number(row.logCount) });
  }
  for (const row of operations.rows) byName.get(row.serviceName)?.operations.push(row.operation);
  const full = spans.rows.length === SERVICES_MAX || logs.rows.length === SERVICES_MAX;
  return {
    services: [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    meta: {
      elapsedMs: performance.now() - started,
      ...addCosts([spans.cost, operations.cost, logs.cost]),
      complete: !full,
      ...(full ? { reason: `Only the ${SERVICES_MAX} busiest services are listed.` } : {}),
    },
  };
}

function toService(row: Static<typeof SpanSchema>): Service {
  const served = row.servedCount !== "0";
  const [p50 = "0", , p95 = "0", p99 = "0"] = row.quantiles;
  return {
    name: row.name,
    spanCount: Number(row.spanCount),
    errorCount: Number(row.errorCount),
    logCount: 0,
    p50Nano: served ? p50 : null,
    p95Nano: served ? p95 : null,
    p99Nano: served ? p99 : null,
    operations: [],
  };
}

function logsOnly(name: string): Service {
  return {
    name,
    spanCount: 0,
    errorCount: 0,
    logCount: 0,
    p50Nano: null,
    p95Nano: null,
    p99Nano: null,
    operations: [],
  };
}
