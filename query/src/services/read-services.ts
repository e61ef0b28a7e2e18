/** Services with their rates and percentiles, from the rollups: ends rounded outward to minutes, or to five minutes. */
import { Type, type Static } from "typebox";
import { addCosts, rowDecoder } from "../clickhouse/ask.ts";
import type { Searcher } from "../search/searcher.ts";
import { type TimeRange, rollupSeconds } from "../search/time-range.ts";
import { compose } from "../sql/sql.ts";
import type { Services } from "../wire.ts";
import {
  type CellRange,
  earlier,
  planCells,
  planMinutes,
  toCellRange,
  toUnixNano,
} from "./cells.ts";
import { OF_SERVICES, cellStatement } from "./cells-sql.ts";
import { readMarks } from "./read-marks.ts";
import { type RateRow, askRates, rateWhere, SERVICES_MAX, SERVICES_SQL } from "./read-rates.ts";

const OPERATIONS_MAX = 200;
/** Of all services together; of very many services each has fewer. */
const OPERATIONS_TOTAL_MAX = 100_000;
/** Points of a sparkline: at least half as many, at most one more. */
const SPARKLINE_POINTS = 24;
const SPARKLINE_WIDTHS = [
  60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400,
];
const SERIES_ROWS_MAX = 200_000;

export interface ServicesQuestion {
  readonly range: TimeRange;
  readonly environment: string | undefined;
  readonly sparklines: boolean;
  readonly compare: "previous" | "day" | "week" | undefined;
}

const logRows = rowDecoder(Type.Object({ name: Type.String(), logCount: Type.String() }));
const SeriesSchema = Type.Object({
  name: Type.String(),
  bucket: Type.String(),
  served: Type.String(),
  servedErrors: Type.String(),
  quantiles: Type.Array(Type.String()),
});
type SeriesRow = Static<typeof SeriesSchema>;
const seriesRows = rowDecoder(SeriesSchema);

type Service = Services["services"][number];

export async function readServices(
  searcher: Searcher,
  question: ServicesQuestion,
  signal: AbortSignal,
): Promise<Services> {
  const started = performance.now();
  const range = toCellRange(question.range);
  const asking = { searcher, range, where: rateWhere({ ...question, service: undefined }), signal };
  const bucketSeconds = sparklineWidth(range);
  const { compare } = question;
  const [spans, logs, series, before] = await Promise.all([
    askRates(searcher, range, { ...asking, operationsMax: OPERATIONS_MAX }),
    askLogs(asking),
    question.sparklines ? askSeries(asking, bucketSeconds) : undefined,
    compare === undefined
      ? undefined
      : askRates(searcher, earlier(range, compare), { ...asking, operationsMax: 0 }),
  ]);
  const byName = new Map<string, Service>();
  const operationsMax = Math.floor(OPERATIONS_TOTAL_MAX / Math.max(1, spans.rows.length));
  for (const row of spans.rows) {
    const operations = row.operations.slice(0, operationsMax);
    byName.set(row.name, { ...toService(row), operations });
  }
  for (const row of logs.rows) {
    const service = byName.get(row.name) ?? logsOnly(row.name);
    byName.set(row.name, { ...service, logCount: Number(row.logCount) });
  }
  if (series !== undefined) addSparklines(byName, series.rows, { range, bucketSeconds });
  if (before !== undefined) addBefore(byName, before.rows);
  const full = spans.rows.length === SERVICES_MAX || logs.rows.length === SERVICES_MAX;
  return {
    services: [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    fromUnixNano: toUnixNano(range.from),
    toUnixNano: toUnixNano(range.to),
    ...(series === undefined ? {} : { sparklineSeconds: bucketSeconds }),
    meta: {
      elapsedMs: performance.now() - started,
      ...addCosts([spans, logs, series, before].flatMap((answer) => (answer ? [answer.cost] : []))),
      complete: !full,
      ...(full ? { reason: `Only the ${SERVICES_MAX} busiest services are listed.` } : {}),
    },
  };
}

interface Asking {
  readonly searcher: Searcher;
  readonly range: CellRange;
  readonly where: ReturnType<typeof rateWhere>;
  readonly signal: AbortSignal;
}

function askLogs({ searcher, range, where, signal }: Asking) {
  return searcher.asker.ask({
    sql: compose(SERVICES_SQL.logs, where.conditions),
    params: {
      ...where.params,
      from_seconds: rollupSeconds(range.from),
      to_seconds: rollupSeconds(range.to),
      limit: SERVICES_MAX,
    },
    rows: logRows,
    signal,
  });
}

async function askSeries({ searcher, range, where, signal }: Asking, bucketSeconds: number) {
  const from = Math.floor(range.from / bucketSeconds) * bucketSeconds;
  const marks = await readMarks(searcher, signal);
  const cells = cellStatement(
    bucketSeconds % 300 === 0
      ? planCells({ from, to: range.to }, marks, bucketSeconds % 3_600 === 0)
      : planMinutes({ from, to: range.to }, marks),
    OF_SERVICES,
  );
  return searcher.asker.ask({
    sql: compose(SERVICES_SQL["rate-series"], where.conditions, { cells: cells.sql }),
    params: {
      ...where.params,
      ...cells.params,
      from_seconds: rollupSeconds(from),
      bucket_seconds: rollupSeconds(bucketSeconds),
      limit: SERIES_ROWS_MAX,
    },
    rows: seriesRows,
    signal,
  });
}

function sparklineWidth(range: CellRange): number {
  const least = Math.max((range.to - range.from) / SPARKLINE_POINTS, range.minutes ? 60 : 300);
  return SPARKLINE_WIDTHS.find((width) => width >= least) ?? Math.ceil(least / 86_400) * 86_400;
}

function addSparklines(
  byName: Map<string, Service>,
  rows: readonly SeriesRow[],
  { range, bucketSeconds }: { readonly range: CellRange; readonly bucketSeconds: number },
): void {
  const first = Math.floor(range.from / bucketSeconds) * bucketSeconds;
  const points = Math.ceil((range.to - first) / bucketSeconds);
  for (const [name, service] of byName) {
    byName.set(name, {
      ...service,
      sparkline: {
        firstUnixNano: toUnixNano(first),
        requests: Array.from({ length: points }, () => 0),
        errors: Array.from({ length: points }, () => 0),
        p95Nano: Array.from({ length: points }, () => null),
      },
    });
  }
  for (const row of rows) {
    const line = byName.get(row.name)?.sparkline;
    const at = Number(row.bucket);
    if (line === undefined || at >= points) continue;
    line.requests[at] = Number(row.served);
    line.errors[at] = Number(row.servedErrors);
    line.p95Nano[at] = row.quantiles[2] ?? null;
  }
}

function addBefore(byName: Map<string, Service>, rows: readonly RateRow[]): void {
  const before = new Map(rows.map((row) => [row.name, row]));
  for (const [name, service] of byName) {
    const row = before.get(name);
    const then = row === undefined ? logsOnly(name) : toService(row);
    const { spanCount, errorCount, servedCount, servedErrorCount } = then;
    const { p50Nano, p90Nano, p95Nano, p99Nano } = then;
    byName.set(name, {
      ...service,
      before: {
        spanCount,
        errorCount,
        servedCount,
        servedErrorCount,
        p50Nano,
        p90Nano,
        p95Nano,
        p99Nano,
      },
    });
  }
}

function toService(row: RateRow): Service {
  const served = row.served !== "0";
  const [p50 = "0", p90 = "0", p95 = "0", p99 = "0"] = row.quantiles;
  return {
    name: row.name,
    spanCount: Number(row.spanCount),
    errorCount: Number(row.errorCount),
    servedCount: Number(row.served),
    servedErrorCount: Number(row.servedErrors),
    logCount: 0,
    p50Nano: served ? p50 : null,
    p90Nano: served ? p90 : null,
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
    servedCount: 0,
    servedErrorCount: 0,
    logCount: 0,
    p50Nano: null,
    p90Nano: null,
    p95Nano: null,
    p99Nano: null,
    operations: [],
  };
}
