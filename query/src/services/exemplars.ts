/** A slow and a failing span for each bucket of a chart: one click from a trace. */
import { Type } from "typebox";
import { type Cost, rowDecoder } from "../clickhouse/ask.ts";
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import type { Searcher } from "../search/searcher.ts";
import { both, inTime, rollupSeconds } from "../search/time-range.ts";
import { type Sql, type SqlParams, compose } from "../sql/sql.ts";
import type { Exemplar } from "../wire.ts";
import {
  type Buckets,
  type ServiceQuestion,
  SERVICE_SQL,
  rollupWhere,
  spanWhere,
} from "./red-question.ts";

const ROWS_MAX = 100_000;

const exemplarRows = rowDecoder(
  Type.Object({
    bucket: Type.String(),
    failed: Type.Number(),
    durationNano: Type.String(),
    span: Type.Tuple([Type.String(), Type.String(), Type.String(), Type.String()]),
  }),
);

interface SlowestOfBucket {
  readonly at: string;
  readonly durationMax: string;
  readonly errorDurationMax: string;
  readonly errors: string;
}

export interface ExemplarQuestion {
  readonly question: ServiceQuestion;
  readonly buckets: Buckets;
  readonly kinds: readonly string[];
  /** What the rollups say of each bucket. */
  readonly rows: readonly SlowestOfBucket[];
  readonly signal: AbortSignal;
}

export interface Exemplars {
  readonly cost: Cost | undefined;
  of(bucket: number): { readonly slow?: Exemplar; readonly failing?: Exemplar };
}

/**
 * The slowest span and the slowest failed one of each bucket; none where the spans are no longer stored. Whole cells of a
 * service have theirs beforehand; for narrower buckets, an operation or a version the spans are looked at.
 */
export async function readExemplars(
  searcher: Searcher,
  asked: ExemplarQuestion,
): Promise<Exemplars> {
  const wanted = asked.rows.filter((row) => row.at !== "");
  if (wanted.length === 0) return { cost: undefined, of: () => ({}) };
  const { range, bucketSeconds } = asked.buckets;
  const { sql, params } = range.minutes ? amongSpans(asked, wanted) : amongCells(asked);
  const answer = await searcher.asker.ask({
    sql,
    params: {
      ...params,
      service: asked.question.service,
      kinds: asked.kinds,
      from_seconds: rollupSeconds(range.from),
      bucket_seconds: rollupSeconds(bucketSeconds),
      limit: ROWS_MAX,
    },
    rows: exemplarRows,
    signal: asked.signal,
  });
  const found = new Map<string, Exemplar>();
  for (const { bucket, failed, durationNano, span } of answer.rows) {
    const [traceId, spanId, operation, timeUnixNano] = span;
    const exemplar = { traceId, spanId, timeUnixNano, durationNano, operation };
    // The slowest span may have failed.
    if (failed === 1) found.set(`${bucket} failed ${durationNano}`, exemplar);
    found.set(`${bucket} any ${durationNano}`, exemplar);
  }
  const slowest = new Map(wanted.map((row) => [row.at, row]));
  return {
    cost: answer.cost,
    of: (bucket) => {
      const row = slowest.get(String(bucket));
      const slow = found.get(`${bucket} any ${row?.durationMax}`);
      const failing = found.get(`${bucket} failed ${row?.errorDurationMax}`);
      return {
        ...(slow === undefined ? {} : { slow }),
        ...(failing === undefined ? {} : { failing }),
      };
    },
  };
}

interface Statement {
  readonly sql: Sql;
  readonly params: SqlParams;
}

function amongCells({ question, buckets }: ExemplarQuestion): Statement {
  const where = rollupWhere(question);
  return {
    sql: compose(SERVICE_SQL.exemplars, where.conditions),
    params: { ...where.params, to_seconds: rollupSeconds(buckets.range.to) },
  };
}

function amongSpans(
  { question, buckets: { range } }: ExemplarQuestion,
  wanted: readonly SlowestOfBucket[],
): Statement {
  const where = both(
    inTime({
      from: BigInt(range.from) * NANOS_PER_SECOND,
      to: BigInt(range.to) * NANOS_PER_SECOND,
    }),
    spanWhere(question),
  );
  const durations = wanted.flatMap((row) => [
    BigInt(row.durationMax),
    ...(row.errors === "0" ? [] : [BigInt(row.errorDurationMax)]),
  ]);
  return {
    sql: compose(SERVICE_SQL["exemplar-spans"], where.conditions),
    params: { ...where.params, durations: [...new Set(durations)] },
  };
}
