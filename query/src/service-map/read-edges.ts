/**
 * Edges of any time: those of `otel_service_edges`, which ClickHouse computes in buckets of five minutes, and from spans
 * where a bucket is not computed yet.
 */
import { Type, type Static } from "typebox";
import { type Cost, rowDecoder } from "../clickhouse/ask.ts";
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import type { Searcher } from "../search/searcher.ts";
import { type TimeRange, clamp, rollupSeconds } from "../search/time-range.ts";
import { type Sql, type SqlParams, compose, loadSql } from "../sql/sql.ts";
import { BUCKET_SECONDS, type BucketChoice, chooseBuckets } from "./choose-buckets.ts";

const SQL = loadSql("service-map.sql", [
  "built",
  "hours",
  "map",
  "edges",
  "at-service",
  "in-environment",
]);

export interface EdgesQuestion {
  readonly range: TimeRange;
  readonly service?: string;
  readonly environment?: string;
}

const builtRows = rowDecoder(
  Type.Object({
    bucket: Type.Number(),
    version: Type.String(),
    spansThen: Type.String(),
    spansNow: Type.String(),
    sampledEvery: Type.Number(),
  }),
);

const hourRows = rowDecoder(
  Type.Object({ hour: Type.Number(), version: Type.String(), source: Type.String() }),
);

const EdgeSchema = Type.Object({
  kind: Type.String(),
  caller: Type.String(),
  callee: Type.String(),
  system: Type.String(),
  connection: Type.String(),
  calls: Type.String(),
  errors: Type.String(),
  durationSum: Type.String(),
  quantiles: Type.Array(Type.String()),
});
export type EdgeRow = Static<typeof EdgeSchema>;
const edgeRows = rowDecoder(EdgeSchema);

export interface FoundEdges {
  /** Most calls first. */
  readonly rows: readonly EdgeRow[];
  readonly choice: BucketChoice;
  readonly costs: readonly Cost[];
  /** Why they are not all; undefined when they are. */
  readonly reason: string | undefined;
}

export async function readEdges(
  searcher: Searcher,
  question: EdgesQuestion,
  signal: AbortSignal,
): Promise<FoundEdges> {
  const range = wholeBuckets(question.range);
  const seconds = { from_seconds: rollupSeconds(range.from), to_seconds: rollupSeconds(range.to) };
  const [states, hours] = await Promise.all([
    searcher.asker.ask({ sql: SQL.built, params: seconds, rows: builtRows, signal }),
    searcher.asker.ask({ sql: SQL.hours, params: wholeHours(range), rows: hourRows, signal }),
  ]);
  const choice = chooseBuckets(
    states.rows.map((row) => ({
      bucket: row.bucket,
      version: row.version,
      spansThen: Number(row.spansThen),
      spansNow: Number(row.spansNow),
      sampledEvery: row.sampledEvery,
    })),
    hours.rows,
    searcher.limits.mapSpansMax,
  );
  const { mapEdgesMax, mapSpansMax } = searcher.limits;
  const statement = mapStatement(question, choice, mapEdgesMax + 1);
  const edges = await searcher.asker.ask({
    sql: statement.sql,
    params: { ...seconds, ...statement.params },
    rows: edgeRows,
    signal,
  });
  return {
    rows: edges.rows.slice(0, mapEdgesMax),
    choice,
    costs: [states.cost, hours.cost, edges.cost],
    reason: whyIncomplete(choice, [
      ...(edges.rows.length > mapEdgesMax
        ? [`Only the ${mapEdgesMax} busiest connections are drawn (mapEdgesMax).`]
        : []),
      ...(choice.spansLeftOut > 0 ? [leftOut(choice.spansLeftOut, mapSpansMax)] : []),
    ]),
  };
}

/** Unix seconds, rounded outward to buckets. */
export interface Seconds {
  readonly from: number;
  readonly to: number;
}

export function wholeBuckets(range: TimeRange): Seconds {
  const bucket = BigInt(BUCKET_SECONDS) * NANOS_PER_SECOND;
  const from = clamp(range.from) / bucket;
  const to = (clamp(range.to) + bucket - 1n) / bucket;
  return { from: Number(from) * BUCKET_SECONDS, to: Number(to) * BUCKET_SECONDS };
}

/** Of hours that lie in the range whole. */
function wholeHours({ from, to }: Seconds): SqlParams {
  return {
    from_seconds: rollupSeconds(Math.ceil(from / 3_600) * 3_600),
    to_seconds: rollupSeconds(Math.floor(to / 3_600) * 3_600),
  };
}

export function toNanos(range: Seconds): TimeRange {
  return {
    from: BigInt(range.from) * NANOS_PER_SECOND,
    to: BigInt(range.to) * NANOS_PER_SECOND,
  };
}

function mapStatement(
  { service, environment }: EdgesQuestion,
  choice: BucketChoice,
  limit: number,
): { readonly sql: Sql; readonly params: SqlParams } {
  const conditions = [
    ...(service === undefined ? [] : [SQL["at-service"]]),
    ...(environment === undefined ? [] : [SQL["in-environment"]]),
  ];
  return {
    sql: compose(SQL.map, conditions, { edges: SQL.edges }),
    params: {
      raw_buckets: choice.raw.map(BigInt),
      built_buckets: choice.built.map((state) => BigInt(state.bucket)),
      built_versions: choice.built.map((state) => BigInt(state.version)),
      hours: choice.hours.map((state) => BigInt(state.hour)),
      hour_versions: choice.hours.map((state) => BigInt(state.version)),
      limit,
      ...(service === undefined ? {} : { focus: service }),
      ...(environment === undefined ? {} : { environment }),
    },
  };
}

function whyIncomplete(
  { sampled: { buckets, every } }: BucketChoice,
  reasons: readonly string[],
): string | undefined {
  const part = `In ${buckets} slices of five minutes with more than two million spans, a part of the time was counted, down to 1/${every}, and stands for all of it.`;
  const all = buckets === 0 ? reasons : [...reasons, part];
  return all.length === 0 ? undefined : all.join(" ");
}

function leftOut(spans: number, spansMax: number): string {
  return `Connections of ${spans} spans are not computed yet, and more than an answer may count itself (mapSpansMax, ${spansMax}). ClickHouse computes them newest first; ask again later.`;
}
