/**
 * The service map of any time: edges, computed beforehand but for the last seven minutes and for what was stored before
 * their table was, and the figures of the services.
 */
import { addCosts } from "../clickhouse/ask.ts";
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import type { Searcher } from "../search/searcher.ts";
import { readRates, SERVICES_MAX } from "../services/read-rates.ts";
import type { ServiceMap, ServiceMapEdge, ServiceMapNode } from "../wire.ts";
import {
  type EdgeRow,
  type EdgesQuestion,
  readEdges,
  toNanos,
  wholeBuckets,
} from "./read-edges.ts";

export async function readServiceMap(
  searcher: Searcher,
  question: EdgesQuestion,
  signal: AbortSignal,
): Promise<ServiceMap> {
  const started = performance.now();
  const range = wholeBuckets(question.range);
  // Both ask ClickHouse at once; the figures of the services do not need the edges.
  const [{ rows, choice, costs, reason: ofEdges }, rates] = await Promise.all([
    readEdges(searcher, question, signal),
    readRates(
      searcher,
      { range: toNanos(range), environment: question.environment, service: undefined },
      signal,
    ),
  ]);
  const reasons = [
    ...(ofEdges === undefined ? [] : [ofEdges]),
    ...(rates.rows.length === SERVICES_MAX
      ? [`Only the ${SERVICES_MAX} busiest services have figures, or are here without connections.`]
      : []),
  ];
  return {
    fromUnixNano: String(BigInt(range.from) * NANOS_PER_SECOND),
    toUnixNano: String(BigInt(range.to) * NANOS_PER_SECOND),
    ...drawMap(rows, rates.rows, question.service),
    computedUpToUnixNano:
      choice.computedUpTo === undefined
        ? null
        : String(BigInt(choice.computedUpTo) * NANOS_PER_SECOND),
    staleBuckets: choice.staleBuckets,
    meta: {
      elapsedMs: performance.now() - started,
      ...addCosts([...costs, rates.cost]),
      complete: reasons.length === 0,
      ...(reasons.length === 0 ? {} : { reason: reasons.join(" ") }),
    },
  };
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
