import type {
  Meta,
  Service,
  ServiceErrors,
  ServiceMap,
  Services,
  Span,
  TypicalDurations,
} from "@throughline/query/wire";
import { resolveRange } from "../src/lib/time-range.ts";
import type { FixtureTrace } from "./fixture-data.ts";

/** Answers about services, operations and who calls whom, counted over the generated spans. */
interface Seen {
  readonly span: Span;
  readonly traceId: string;
  readonly atMs: number;
  readonly caller: Span | undefined;
}

interface Asked {
  readonly params: URLSearchParams;
  readonly fromMs: number;
  readonly toMs: number;
}

const MINUTE_MS = 60_000;
const WIDTHS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 360].map((minutes) => minutes * MINUTE_MS);

/** @returns undefined for paths of other endpoints */
export function answerAboutServices(
  url: URL,
  traces: readonly FixtureTrace[],
  nowMs: number,
): unknown {
  const { pathname, searchParams: params } = url;
  const range = { from: params.get("from") ?? "now-1h", to: params.get("to") ?? "now" };
  const { fromMs, toMs } = resolveRange(range, nowMs);
  const asked = {
    params,
    fromMs: floor(fromMs, MINUTE_MS),
    toMs: Math.ceil(toMs / MINUTE_MS) * MINUTE_MS,
  };
  if (pathname === "/api/services") return services(traces, asked);
  if (pathname === "/api/service-map") return serviceMap(seenOf(traces), asked);
  if (pathname === "/api/operations/typical") return typical(seenOf(traces), asked);
  const match = /^\/api\/services\/([^/]+)(\/errors)?$/.exec(pathname);
  if (match === null) return undefined;
  const name = decodeURIComponent(match[1] ?? "");
  const own = seenOf(traces).filter(({ span }) => span.serviceName === name);
  return match[2] === undefined ? service(name, own, asked) : serviceErrors(own, asked);
}

function floor(ms: number, widthMs: number): number {
  return Math.floor(ms / widthMs) * widthMs;
}

function seenOf(traces: readonly FixtureTrace[]): readonly Seen[] {
  return traces.flatMap(({ traceId, spans }) => {
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    return spans.map((span) => ({
      span,
      traceId,
      atMs: Number(BigInt(span.startTimeUnixNano) / 1_000_000n),
      caller: byId.get(span.parentSpanId),
    }));
  });
}

function meta(rowsRead: number): Meta {
  return { elapsedMs: 21.7, rowsRead, bytesRead: rowsRead * 64, complete: true };
}

function inside(seen: readonly Seen[], fromMs: number, toMs: number): readonly Seen[] {
  return seen.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
}

function isServed({ span }: Seen): boolean {
  return span.kind === "Server" || span.kind === "Consumer";
}

function isFailed({ span }: Seen): boolean {
  return span.status.code === "Error";
}

function quantile(seen: readonly Seen[], share: number): string | null {
  const sorted = seen.map(({ span }) => Number(span.durationNano)).toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]?.toString() ?? null;
}

function figures(seen: readonly Seen[]) {
  return {
    requests: seen.length,
    errors: seen.filter(isFailed).length,
    durationSumNano: String(seen.reduce((sum, { span }) => sum + Number(span.durationNano), 0)),
    p50Nano: quantile(seen, 0.5),
    p90Nano: quantile(seen, 0.9),
    p95Nano: quantile(seen, 0.95),
    p99Nano: quantile(seen, 0.99),
  };
}

function starts(fromMs: number, toMs: number, pointsMax: number): readonly number[] {
  const width = widthFor(fromMs, toMs, pointsMax);
  const points: number[] = [];
  for (let at = floor(fromMs, width); at < toMs; at += width) points.push(at);
  return points;
}

function widthFor(fromMs: number, toMs: number, pointsMax: number): number {
  return WIDTHS_MS.find((width) => (toMs - fromMs) / width <= pointsMax) ?? 24 * 60 * MINUTE_MS;
}

function nano(ms: number): string {
  return `${Math.round(ms)}000000`;
}

function summary(seen: readonly Seen[]) {
  const served = seen.filter(isServed);
  return {
    spanCount: seen.length,
    errorCount: seen.filter(isFailed).length,
    servedCount: served.length,
    servedErrorCount: served.filter(isFailed).length,
    p50Nano: quantile(served, 0.5),
    p90Nano: quantile(served, 0.9),
    p95Nano: quantile(served, 0.95),
    p99Nano: quantile(served, 0.99),
  };
}

function services(traces: readonly FixtureTrace[], { params, fromMs, toMs }: Asked): Services {
  const seen = seenOf(traces);
  const now = Map.groupBy(inside(seen, fromMs, toMs), ({ span }) => span.serviceName);
  const before = Map.groupBy(
    inside(seen, 2 * fromMs - toMs, fromMs),
    ({ span }) => span.serviceName,
  );
  const points = starts(fromMs, toMs, 24);
  const width = widthFor(fromMs, toMs, 24);
  const logs = traces.flatMap((trace) => [
    ...trace.spans.flatMap((span) => span.logs),
    ...trace.logs,
  ]);
  const list = [...now].map(([name, own]) => ({
    name,
    ...summary(own),
    logCount: logs.filter((log) => log.serviceName === name).length,
    operations: [...new Set(own.map(({ span }) => span.name))],
    ...(params.get("sparklines") === "true" ? { sparkline: sparkline(own, points, width) } : {}),
    ...(params.has("compare") ? { before: summary(before.get(name) ?? []) } : {}),
  }));
  return {
    services: list.toSorted((a, b) => a.name.localeCompare(b.name)),
    fromUnixNano: nano(fromMs),
    toUnixNano: nano(toMs),
    sparklineSeconds: width / 1000,
    meta: meta(4_812),
  };
}

function sparkline(own: readonly Seen[], points: readonly number[], width: number) {
  const cells = points.map((at) => inside(own, at, at + width).filter(isServed));
  return {
    firstUnixNano: nano(points[0] ?? 0),
    requests: cells.map((cell) => cell.length),
    errors: cells.map((cell) => cell.filter(isFailed).length),
    p95Nano: cells.map((cell) => quantile(cell, 0.95)),
  };
}

function exemplar(seen: readonly Seen[]) {
  const found = seen.toSorted(
    (a, b) => Number(b.span.durationNano) - Number(a.span.durationNano),
  )[0];
  if (found === undefined) return undefined;
  const { span, traceId } = found;
  return {
    traceId,
    spanId: span.spanId,
    timeUnixNano: span.startTimeUnixNano,
    durationNano: span.durationNano,
    operation: span.name,
  };
}

function service(name: string, own: readonly Seen[], { params, fromMs, toMs }: Asked): Service {
  const wanted = params.get("operation") ?? "";
  const matching = own.filter((one) => wanted === "" || one.span.name === wanted);
  const counted = matching.some(isServed) ? matching.filter(isServed) : matching;
  const width = widthFor(fromMs, toMs, Number(params.get("buckets") ?? "100"));
  const points = starts(fromMs, toMs, Number(params.get("buckets") ?? "100"));
  const [first, end] = [points[0] ?? fromMs, (points.at(-1) ?? fromMs) + width];
  const shift = end - first;
  const cell = (at: number) => inside(counted, at, at + width);
  const operations = Map.groupBy(
    inside(own, first, end),
    ({ span }) => `${span.kind}\n${span.name}`,
  );
  return {
    name,
    kinds: [...new Set(counted.map(({ span }) => span.kind))],
    fromUnixNano: nano(first),
    toUnixNano: nano(end),
    bucketSeconds: width / 1000,
    buckets: points.map((at) => {
      const [slow, failing] = [exemplar(cell(at)), exemplar(cell(at).filter(isFailed))];
      return {
        timeUnixNano: nano(at),
        ...figures(cell(at)),
        ...(slow === undefined ? {} : { slow }),
        ...(failing === undefined ? {} : { failing }),
      };
    }),
    total: figures(inside(counted, first, end)),
    before: {
      fromUnixNano: nano(first - shift),
      toUnixNano: nano(first),
      total: figures(inside(counted, first - shift, first)),
      buckets: points.map((at) => figures(cell(at - shift))),
    },
    operations: impacts([...operations.values()]),
    versions: [
      version("2.3.9", first - 5 * width, false),
      version("2.4.0", first + shift * 0.62, counted.length > 0),
    ],
    meta: meta(6_120),
  };
}

function version(name: string, firstMs: number, deployedInRange: boolean) {
  return {
    version: name,
    environment: "production",
    requests: 100,
    firstSeenUnixNano: nano(firstMs),
    deployedInRange,
  };
}

function impacts(groups: readonly (readonly Seen[])[]): Service["operations"] {
  const all = groups.map((group) => ({
    name: group[0]?.span.name ?? "",
    kind: group[0]?.span.kind ?? "",
    ...figures(group),
  }));
  const sumOf = (kind: string) =>
    all.reduce((sum, one) => sum + (one.kind === kind ? Number(one.durationSumNano) : 0), 0);
  return all
    .map((one) => ({ ...one, impact: Number(one.durationSumNano) / Math.max(1, sumOf(one.kind)) }))
    .toSorted((a, b) => Number(b.durationSumNano) - Number(a.durationSumNano));
}

function serviceErrors(own: readonly Seen[], { fromMs, toMs }: Asked): ServiceErrors {
  const failed = inside(own, fromMs, toMs).filter(isFailed);
  const groups = Map.groupBy(failed, ({ span }) => span.status.message);
  return {
    groups: [...groups]
      .map(([message, group]) => {
        const newest = group.at(-1)?.span;
        const exception = newest?.events.find(({ name }) => name === "exception");
        return {
          type: exception?.attributes["exception.type"] ?? "",
          pattern: message.replaceAll(/\d+/g, "*"),
          message,
          operation: newest?.name ?? "",
          count: group.length,
          firstUnixNano: group[0]?.span.startTimeUnixNano ?? "0",
          lastUnixNano: newest?.startTimeUnixNano ?? "0",
          traceId: group.at(-1)?.traceId ?? "",
          spanId: newest?.spanId ?? "",
        };
      })
      .toSorted((a, b) => b.count - a.count),
    spansGrouped: failed.length,
    meta: meta(failed.length),
  };
}

type Node = ServiceMap["nodes"][number];
type Edge = ServiceMap["edges"][number];

function serviceMap(seen: readonly Seen[], { params, fromMs, toMs }: Asked): ServiceMap {
  const current = inside(seen, fromMs, toMs);
  const nodes = new Map<string, Node>();
  const put = (kind: Node["kind"], name: string, own: readonly Seen[], system = "") => {
    const id = system === "" ? `${kind}:${name}` : `${kind}:${system}/${name}`;
    const { requests, errors, p50Nano, p95Nano, p99Nano } = figures(own);
    nodes.set(id, { id, kind, name, system, requests, errors, p50Nano, p95Nano, p99Nano });
    return id;
  };
  for (const [name, own] of Map.groupBy(current, ({ span }) => span.serviceName))
    put("service", name, own.filter(isServed));
  const edges: Edge[] = [];
  const calls = current.filter(
    ({ span, caller }) => caller !== undefined && caller.serviceName !== span.serviceName,
  );
  for (const group of Map.groupBy(
    calls,
    (one) => `${one.caller?.serviceName}\n${one.span.serviceName}`,
  ).values())
    edges.push(
      edge(
        `service:${group[0]?.caller?.serviceName}`,
        `service:${group[0]?.span.serviceName}`,
        group,
        "http",
      ),
    );
  const stores = current.filter(({ span }) => span.attributes["db.system.name"] !== undefined);
  for (const group of Map.groupBy(stores, ({ span }) => span.serviceName).values()) {
    const system = group[0]?.span.attributes["db.system.name"] ?? "";
    const owner = group[0]?.span.serviceName ?? "";
    edges.push(
      edge(`service:${owner}`, put("database", `${owner}-db`, group, system), group, "database"),
    );
  }
  const payments = current.filter(
    ({ span }) => span.serviceName === "payments" && span.kind === "Client",
  );
  if (payments.length > 0)
    edges.push(
      edge("service:payments", put("external", "api.acquirer.example", payments), payments, "http"),
    );
  const mails = current.filter(({ span }) => span.serviceName === "mailer");
  if (mails.length > 0)
    edges.push(
      edge("service:orders", put("queue", "mail.outbox", mails, "kafka"), mails, "messaging"),
    );
  const focus = params.get("service");
  const near = edges.filter(({ from, to }) => [from, to].includes(`service:${focus}`));
  const shown = focus === null ? edges : near;
  const ids = new Set(shown.flatMap(({ from, to }) => [from, to]));
  return {
    fromUnixNano: nano(fromMs),
    toUnixNano: nano(toMs),
    nodes: [...nodes.values()]
      .filter(({ id }) => focus === null || ids.has(id))
      .toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    edges: shown,
    computedUpToUnixNano: nano(toMs - 5 * MINUTE_MS),
    staleBuckets: 0,
    meta: meta(1_440),
  };
}

function edge(
  from: string,
  to: string,
  group: readonly Seen[],
  connection: Edge["connection"],
): Edge {
  const { requests, errors, durationSumNano, p50Nano, p95Nano, p99Nano } = figures(group);
  return {
    from,
    to,
    connection,
    calls: requests,
    errors,
    durationSumNano,
    p50Nano: p50Nano ?? "0",
    p95Nano: p95Nano ?? "0",
    p99Nano: p99Nano ?? "0",
  };
}

function typical(seen: readonly Seen[], { params, fromMs, toMs }: Asked): TypicalDurations {
  return {
    operations: params.getAll("key").map((key) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own page wrote it
      const [name = "", operation = "", kind = ""] = JSON.parse(key) as readonly string[];
      const environment = params.get("environment") ?? "";
      const own = inside(seen, fromMs, toMs).filter(
        ({ span }) =>
          span.serviceName === name &&
          span.name === operation &&
          span.kind === kind &&
          ["", span.resource["deployment.environment.name"]].includes(environment),
      );
      const { requests, p50Nano, p95Nano } = figures(own);
      return { service: name, operation, kind, requests, p50Nano, p95Nano };
    }),
    fromUnixNano: nano(fromMs),
    toUnixNano: nano(toMs),
    meta: meta(900),
  };
}
