/** Generated traces as a list shows them: in one row each, or in groups. */
import type { Meta, TraceFinding, TraceGroups, TraceSummary } from "@throughline/query/wire";
// @boundaries-ignore development only: the package does not offer it to the application
import type { StoredRow } from "../../query/src/testing/evaluate-condition.ts";
import type { FixtureTrace } from "./fixture-data.ts";

export function summarize(trace: FixtureTrace): TraceSummary {
  const root = trace.spans.find((span) => span.parentSpanId === "");
  const counts = new Map<string, number>();
  for (const span of trace.spans)
    counts.set(span.serviceName, (counts.get(span.serviceName) ?? 0) + 1);
  const start = BigInt(trace.spans[0]?.startTimeUnixNano ?? "0");
  let end = start;
  for (const span of trace.spans) {
    const spanEnd = BigInt(span.startTimeUnixNano) + BigInt(span.durationNano);
    if (spanEnd > end) end = spanEnd;
  }
  return {
    traceId: trace.traceId,
    rootServiceName: root?.serviceName ?? "",
    rootName: root?.name ?? "",
    startTimeUnixNano: start.toString(),
    durationNano: (end - start).toString(),
    spanCount: trace.spans.length,
    errorCount: trace.spans.filter((span) => span.status.code === "Error").length,
    logCount: trace.spans.reduce((sum, span) => sum + span.logs.length, trace.logs.length),
    services: [...counts]
      .map(([name, spanCount]) => ({ name, spanCount }))
      .toSorted((a, b) => b.spanCount - a.spanCount),
    strip: stripOf(trace, start, end),
    ...verdictOf(trace),
  };
}

/** As many pieces as the service gives of one trace. */
const PIECES_MAX = 24;

function stripOf(
  { spans }: FixtureTrace,
  start: bigint,
  end: bigint,
): NonNullable<TraceSummary["strip"]> {
  const total = Math.max(1, Number(end - start));
  return spans
    .filter((span, at) => at === 0 || span.kind === "Server" || span.kind === "Consumer")
    .slice(0, PIECES_MAX)
    .map((span) => ({
      service: span.serviceName,
      startFraction: Number(BigInt(span.startTimeUnixNano) - start) / total,
      widthFraction: Number(span.durationNano) / total,
      isError: span.status.code === "Error",
    }));
}

function verdictOf({ spans }: FixtureTrace): Pick<TraceSummary, "verdict"> {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const orphans = spans.filter(({ parentSpanId }) => parentSpanId !== "" && !ids.has(parentSpanId));
  const parents = new Map(orphans.map((span) => [span.parentSpanId, span]));
  const findings = [...parents].map(([parentSpanId, span]): TraceFinding => ({
    kind: "missing_parent",
    parentSpanId,
    childCount: orphans.filter((each) => each.parentSpanId === parentSpanId).length,
    firstChildSpanId: span.spanId,
  }));
  return { verdict: { complete: findings.length === 0, findings, skew: [] } };
}

const COLUMNS: Readonly<Record<string, string>> = {
  service: "ServiceName",
  name: "SpanName",
  operation: "SpanName",
  status: "StatusCode",
  kind: "SpanKind",
};

function valueOf(row: StoredRow, by: string): string | null {
  const column = COLUMNS[by];
  const found = column === undefined ? row.record[by] : row.texts[column];
  return by === "status" || by === "kind" ? (found ?? "").toLowerCase() : (found ?? null);
}

export function groupsAnswer(
  rows: readonly StoredRow[],
  params: URLSearchParams,
  meta: Meta,
): TraceGroups {
  const second = params.get("by2");
  const by = [params.get("by") ?? "service", ...(second === null ? [] : [second])];
  const groups = new Map<string, Map<string, { duration: bigint; isError: boolean }>>();
  for (const row of rows) {
    const key = JSON.stringify(by.map((name) => valueOf(row, name)));
    const traces = groups.get(key) ?? new Map<string, { duration: bigint; isError: boolean }>();
    groups.set(key, traces);
    const id = row.texts["TraceId"] ?? "";
    const known = traces.get(id) ?? { duration: 0n, isError: false };
    const duration = row.integers["Duration"] ?? 0n;
    traces.set(id, {
      duration: duration > known.duration ? duration : known.duration,
      isError: known.isError || row.texts["StatusCode"] === "Error",
    });
  }
  const all = new Set(rows.map((row) => row.texts["TraceId"] ?? "")).size;
  const sort = params.get("sort");
  const answered = [...groups].map(([key, traces]) => {
    const spans = [...traces.values()];
    const sorted = spans.map(({ duration }) => duration).toSorted((a, b) => (a < b ? -1 : 1));
    const at = (level: number) => String(sorted[Math.floor((sorted.length - 1) * level)] ?? 0n);
    return {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written above
      values: JSON.parse(key) as (string | null)[],
      traces: traces.size,
      errors: spans.filter(({ isError }) => isError).length,
      p50Nano: at(0.5),
      p95Nano: at(0.95),
      share: traces.size / Math.max(1, all),
      q: "given",
    };
  });
  const sizeOf = (group: (typeof answered)[number]) => {
    if (sort === "p95") return Number(group.p95Nano);
    return sort === "errors" ? group.errors : group.traces;
  };
  return {
    by,
    groups: answered.toSorted((a, b) => sizeOf(b) - sizeOf(a)).slice(0, 100),
    groupCount: answered.length,
    traceCount: all,
    countedEvery: 1,
    meta,
  };
}
