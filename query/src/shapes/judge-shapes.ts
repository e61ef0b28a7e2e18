/** Verdicts of listed traces, by what judges the opened trace, over the same spans in the same order. */
import { Type } from "typebox";
import { type RowDecoder, rowDecoder } from "../clickhouse/ask.ts";
import type { Searcher } from "../search/searcher.ts";
import { inRanges } from "../search/time-range.ts";
import { type Sql, compose, loadSql } from "../sql/sql.ts";
import { earlyCalls, findSkew, type SkewSpans } from "../traces/clock-skew.ts";
import { tooMany } from "../traces/json-form.ts";
import { type StoredWindow, spanRange } from "../traces/trace-window.ts";
import { judge, namePeers } from "../traces/verdict.ts";
import type { TraceSummary, TraceVerdict } from "../wire.ts";
import type { ShapeReading } from "./ask-shapes.ts";
import type { Shape } from "./shape-table.ts";

const SQL = loadSql("shapes.sql", ["hosts", "peers"]);
const TRACES_SQL = loadSql("traces.sql", ["kept-first"]);

export interface Judged {
  readonly traces: readonly TraceSummary[];
  readonly windows: ReadonlyMap<string, StoredWindow>;
  readonly shapes: ReadonlyMap<string, Shape>;
}

/** @returns by trace id, of those that have a shape */
export async function judgeShapes(
  reading: ShapeReading,
  judged: Judged,
): Promise<ReadonlyMap<string, TraceVerdict>> {
  const hostOf = await askHosts(reading, judged);
  const verdicts = new Map<string, TraceVerdict>();
  for (const { traceId, logCount } of judged.traces) {
    const shape = judged.shapes.get(traceId);
    if (shape === undefined) continue;
    const spans: SkewSpans = { ...shape, hostOf: (position) => hostOf(traceId, shape, position) };
    const verdict = judge({
      spans,
      logCount,
      window: judged.windows.get(traceId),
      incomplete: whatOpeningLeavesOut(shape, logCount, reading.searcher),
      skew: findSkew(spans),
    });
    verdicts.set(traceId, verdict);
  }
  const peers = await askPeers(reading, verdicts, judged.windows);
  return new Map(
    [...verdicts].map(([traceId, verdict]) => [
      traceId,
      namePeers(verdict, (spanId) => peers.get(`${traceId} ${spanId}`)),
    ]),
  );
}

/** The sentences of the opened trace about its limits. */
function whatOpeningLeavesOut(
  { rowCount }: Shape,
  logCount: number,
  { limits }: Searcher,
): readonly string[] {
  const { traceSpansMax, traceLogsMax } = limits;
  return [
    ...(rowCount > traceSpansMax ? [tooMany("spans", traceSpansMax, "traceSpansMax")] : []),
    ...(logCount > traceLogsMax ? [tooMany("logs", traceLogsMax, "traceLogsMax")] : []),
  ];
}

const hostRows = rowDecoder(
  Type.Object({
    traceId: Type.String(),
    spanId: Type.String(),
    start: Type.String(),
    service: Type.String(),
    host: Type.String(),
  }),
);

/** Where the clocks of spans are; asked only of those that began before their callers, because only there it decides something. */
async function askHosts(
  reading: ShapeReading,
  { shapes, windows }: Judged,
): Promise<(traceId: string, shape: Shape, position: number) => string> {
  const spans = [...shapes].flatMap(([traceId, shape]) =>
    earlyCalls(shape).flatMap(({ client, position }) =>
      [client, position].map((at) => ({ traceId, spanId: shape.spanIdOf(at) })),
    ),
  );
  const rows = await askOfSpans(reading, { sql: SQL.hosts, rows: hostRows, spans, windows });
  const hosts = new Map(
    rows.map(({ traceId, spanId, start, service, host }) => [
      keyOf(traceId, spanId, start, service),
      host,
    ]),
  );
  return (traceId, shape, position) => {
    const start = shape.start + BigInt(shape.startNs[position] ?? 0);
    const key = keyOf(traceId, shape.spanIdOf(position), String(start), shape.serviceOf(position));
    return hosts.get(key) ?? "";
  };
}

/** Spans without an id are told by the rest. */
function keyOf(...parts: readonly string[]): string {
  return parts.join(" ");
}

const peerRows = rowDecoder(
  Type.Object({ traceId: Type.String(), spanId: Type.String(), peer: Type.String() }),
);

/** Whom the callers of missing parents called, by trace and span id. */
async function askPeers(
  reading: ShapeReading,
  verdicts: ReadonlyMap<string, TraceVerdict>,
  windows: ReadonlyMap<string, StoredWindow>,
): Promise<ReadonlyMap<string, string>> {
  const spans = [...verdicts].flatMap(([traceId, { findings }]) =>
    findings.flatMap((finding) =>
      finding.kind === "missing_parent" && finding.callerSpanId !== undefined
        ? [{ traceId, spanId: finding.callerSpanId }]
        : [],
    ),
  );
  const rows = await askOfSpans(reading, { sql: SQL.peers, rows: peerRows, spans, windows });
  return new Map(rows.map((row) => [`${row.traceId} ${row.spanId}`, row.peer]));
}

interface SpansQuestion<T> {
  readonly sql: Sql;
  readonly rows: RowDecoder<T>;
  readonly spans: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly windows: ReadonlyMap<string, StoredWindow>;
}

async function askOfSpans<T>(
  { searcher, signal, costs }: ShapeReading,
  { sql, rows, spans, windows }: SpansQuestion<T>,
): Promise<readonly T[]> {
  if (spans.length === 0) return [];
  const traceIds = [...new Set(spans.map(({ traceId }) => traceId))];
  const where = inRanges(
    traceIds.flatMap((traceId) => {
      const window = windows.get(traceId);
      return window === undefined ? [] : [spanRange(window)];
    }),
  );
  const answer = await searcher.asker.ask({
    sql: compose(sql, where.conditions, { "kept-first": TRACES_SQL["kept-first"] }),
    params: {
      ...where.params,
      trace_ids: traceIds,
      span_ids: [...new Set(spans.map(({ spanId }) => spanId))],
    },
    rows,
    signal,
  });
  costs.push(answer.cost);
  return answer.rows;
}
