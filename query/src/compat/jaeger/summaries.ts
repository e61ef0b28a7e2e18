/** `GET /api/v3/trace-summaries`: a search's traces with what the UI's list shows of each. */
import { Type } from "typebox";
import { rowDecoder } from "../../clickhouse/ask.ts";
import { inTime } from "../../search/time-range.ts";
import { compose, loadSql } from "../../sql/sql.ts";
import type { TraceSummary } from "../../wire.ts";
import type { Finding } from "../find-many.ts";

const SQL = loadSql("compat.sql", ["span-counts"]);
const TRACES_SQL = loadSql("traces.sql", ["kept-first"]);

const countRows = rowDecoder(
  Type.Object({
    traceId: Type.String(),
    errors: Type.Unsafe<Record<string, string>>({
      type: "object",
      additionalProperties: { type: "string" },
    }),
    orphans: Type.String(),
  }),
);

/** Counts that are 0 and names that are empty are left out, as protobuf's JSON does. */
export interface JaegerSummary {
  readonly traceId: string;
  readonly rootServiceName?: string;
  readonly rootOperationName?: string;
  readonly minStartTimeUnixNano: string;
  readonly maxEndTimeUnixNano: string;
  readonly spanCount: number;
  readonly errorSpanCount?: number;
  readonly orphanSpanCount?: number;
  /** By name. */
  readonly services: readonly {
    readonly name: string;
    readonly spanCount: number;
    readonly errorSpanCount?: number;
  }[];
}

export async function toJaegerSummaries(
  { searcher, signal }: Finding,
  summaries: readonly TraceSummary[],
): Promise<JaegerSummary[]> {
  if (summaries.length === 0) return [];
  const where = inTime(rangeOf(summaries));
  const answer = await searcher.asker.ask({
    sql: compose(SQL["span-counts"], where.conditions, {
      "kept-first": TRACES_SQL["kept-first"],
    }),
    params: { ...where.params, trace_ids: summaries.map((summary) => summary.traceId) },
    rows: countRows,
    signal,
  });
  const counts = new Map(answer.rows.map((row) => [row.traceId, row]));
  return summaries.map((summary) => {
    const { errors = {}, orphans = "0" } = counts.get(summary.traceId) ?? {};
    const services = summary.services.map(({ name, spanCount }) => ({
      name,
      spanCount,
      ...count("errorSpanCount", Number(errors[name] ?? 0)),
    }));
    const end = BigInt(summary.startTimeUnixNano) + BigInt(summary.durationNano);
    return {
      traceId: summary.traceId,
      ...(summary.rootServiceName === "" ? {} : { rootServiceName: summary.rootServiceName }),
      ...(summary.rootName === "" ? {} : { rootOperationName: summary.rootName }),
      minStartTimeUnixNano: summary.startTimeUnixNano,
      maxEndTimeUnixNano: String(end),
      spanCount: summary.spanCount,
      ...count("errorSpanCount", summary.errorCount),
      ...count("orphanSpanCount", Number(orphans)),
      services: services.sort((a, b) => (a.name < b.name ? -1 : 1)),
    };
  });
}

/** Every span of the traces starts in here. */
function rangeOf(summaries: readonly TraceSummary[]): {
  readonly from: bigint;
  readonly to: bigint;
} {
  const starts = summaries.map((summary) => BigInt(summary.startTimeUnixNano));
  const ends = summaries.map((summary, i) => (starts[i] ?? 0n) + BigInt(summary.durationNano));
  return {
    from: starts.reduce((a, b) => (a < b ? a : b)),
    to: ends.reduce((a, b) => (a > b ? a : b)) + 1n,
  };
}

function count<K extends string>(key: K, number: number): { readonly [P in K]?: number } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a computed key widens to string
  return (number === 0 ? {} : { [key]: number }) as { readonly [P in K]?: number };
}
