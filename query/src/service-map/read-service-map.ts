/**
 * The service map of any time: edges from `otel_service_edges`, which ClickHouse computes in buckets of five minutes, and
 * from spans where a bucket is not computed yet, which are the last seven minutes and what was stored before the table was.
 */
import { Type, type Static } from "typebox";
import { addCosts, rowDecoder } from "../clickhouse/ask.ts";
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import type { Searcher } from "../search/searcher.ts";
import { type TimeRange, clamp } from "../search/time-range.ts";
import { readRates } from "../services/read-rates.ts";
import { type Sql, type SqlParams, compose, loadSql } from "../sql/sql.ts";
import type { ServiceMap, ServiceMapEdge, ServiceMapNode } from "../wire.ts";
import { BUCKET_SECONDS, type BucketChoice, chooseBuckets } from "./choose-buckets.ts";

const SQL = loadSql("service-map.sql", [
  "built",
  "hours",
  "map",
  "edges",
  "at-service",
  "in-environment",
]);

const EDGES_MAX = 5_000;

export interface ServiceMapQuestion {
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
type EdgeRow = Static<typeof EdgeSchema>;
const edgeRows = rowDecoder(EdgeSchema);

export async function readServiceMap(
  searcher: Searcher,
  question: ServiceMapQuestion,
  signal: AbortSignal,
): Promise<ServiceMap> {
  const started = performance.now();
  const range = wholeBuckets(question.range);
  const seconds = { from_seconds: String(range.from), to_seconds: String(range.to) };
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
    })),
    hours.rows,
    searcher.limits.mapSpansMax,
  );
  const [edges, rates] = await Promise.all([
    searcher.asker.ask({
      ...mapStatement(question, choice),
      params: { ...seconds, ...mapStatement(question, choice).params },
      rows: edgeRows,
      signal,
    }),
    readRates(
      searcher,
      { range: toNanos(range), environment: question.environment, service: undefined },
      signal,
    ),
  ]);
  const reason = whyIncomplete(choice, edges.rows.length, searcher.limits.mapSpansMax);
  return {
    fromUnixNano: String(BigInt(range.from) * NANOS_PER_SECOND),
    toUnixNano: String(BigInt(range.to) * NANOS_PER_SECOND),
    ...drawMap(edges.rows, rates.rows, question.service),
    computedUpToUnixNano:
      choice.computedUpTo === undefined
        ? null
        : String(BigInt(choice.computedUpTo) * NANOS_PER_SECOND),
    staleBuckets: choice.staleBuckets,
    meta: {
      elapsedMs: performance.now() - started,
      ...addCosts([states.cost, hours.cost, edges.cost, rates.cost]),
      complete: reason === undefined,
      ...(reason === undefined ? {} : { reason }),
    },
  };
}

/** Unix seconds, rounded outward to buckets. */
interface Seconds {
  readonly from: number;
  readonly to: number;
}

function wholeBuckets(range: TimeRange): Seconds {
  const bucket = BigInt(BUCKET_SECONDS) * NANOS_PER_SECOND;
  const from = clamp(range.from) / bucket;
  const to = (clamp(range.to) + bucket - 1n) / bucket;
  return { from: Number(from) * BUCKET_SECONDS, to: Number(to) * BUCKET_SECONDS };
}

/** Of hours that lie in the range whole. */
function wholeHours({ from, to }: Seconds): SqlParams {
  return {
    from_seconds: String(Math.ceil(from / 3_600) * 3_600),
    to_seconds: String(Math.floor(to / 3_600) * 3_600),
  };
}

function toNanos(range: Seconds): TimeRange {
  return {
    from: BigInt(range.from) * NANOS_PER_SECOND,
    to: BigInt(range.to) * NANOS_PER_SECOND,
  };
}

function mapStatement(
  { service, environment }: ServiceMapQuestion,
  choice: BucketChoice,
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
      limit: EDGES_MAX,
      ...(service === undefined ? {} : { focus: service }),
      ...(environment === undefined ? {} : { environment }),
    },
  };
}

function whyIncomplete(choice: BucketChoice, edges: number, spansMax: number): string | undefined {
  if (edges === EDGES_MAX) return `Only the ${EDGES_MAX} busiest connections are drawn.`;
  if (choice.spansLeftOut === 0) return undefined;
  return `Connections of ${choice.spansLeftOut} spans are not computed yet, and more than an answer may count itself (mapSpansMax, ${spansMax}). ClickHouse computes them newest first, two million spans a minute; ask again later.`;
}

interface RateRow {
  readonly name: string;
  readonly served: string;
  readonly servedErrors: string;
  readonly quantiles: readonly string[];
}

/** Pure: nodes of the edges; without a focus also services that nobody calls and that call nobody. */
function drawMap(
  rows: readonly EdgeRow[],
  rates: readonly RateRow[],
  focus: string | undefined,
): Pick<ServiceMap, "nodes" | "edges"> {
  const nodes = new Map<string, ServiceMapNode>();
  const measured = new Map(rates.map((rate) => [rate.name, rate]));
  const place = (kind: string, name: string, system: string): ServiceMapNode => {
    const id = system === "" ? `${kind}:${name}` : `${kind}:${system}/${name}`;
    const known = nodes.get(id) ?? newNode(id, { kind: toNodeKind(kind), name, system }, measured);
    nodes.set(id, known);
    return known;
  };
  if (focus === undefined) for (const rate of rates) place("service", rate.name, "");
  const edges = rows.map((row): ServiceMapEdge => {
    const [fromKind = "", toKind = ""] = row.kind.split("-");
    const from = place(fromKind, row.caller, fromKind === "service" ? "" : row.system);
    const to = place(toKind, row.callee, toKind === "service" ? "" : row.system);
    if (toKind !== "service") {
      nodes.set(to.id, {
        ...to,
        requests: to.requests + Number(row.calls),
        errors: to.errors + Number(row.errors),
      });
    }
    const [p50Nano = "0", p95Nano = "0", p99Nano = "0"] = row.quantiles;
    return {
      from: from.id,
      to: to.id,
      connection: toConnection(row.connection),
      calls: Number(row.calls),
      errors: Number(row.errors),
      durationSumNano: row.durationSum,
      p50Nano,
      p95Nano,
      p99Nano,
    };
  });
  return { nodes: [...nodes.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)), edges };
}

function newNode(
  id: string,
  about: Pick<ServiceMapNode, "kind" | "name" | "system">,
  measured: ReadonlyMap<string, RateRow>,
): ServiceMapNode {
  const rate = about.kind === "service" ? measured.get(about.name) : undefined;
  const served = rate !== undefined && rate.served !== "0";
  return {
    id,
    ...about,
    requests: Number(rate?.served ?? 0),
    errors: Number(rate?.servedErrors ?? 0),
    p50Nano: served ? (rate.quantiles[0] ?? null) : null,
    p95Nano: served ? (rate.quantiles[2] ?? null) : null,
    p99Nano: served ? (rate.quantiles[3] ?? null) : null,
  };
}

function toNodeKind(kind: string): ServiceMapNode["kind"] {
  return kind === "service" || kind === "database" || kind === "queue" ? kind : "external";
}

function toConnection(connection: string): ServiceMapEdge["connection"] {
  switch (connection) {
    case "http":
    case "rpc":
    case "messaging":
    case "database":
      return connection;
    default:
      return "other";
  }
}
