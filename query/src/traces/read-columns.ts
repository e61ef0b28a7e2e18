/** A trace as columns: what a waterfall draws of a hundred thousand spans, without an object for any of them. */
import { type WordColumn, longs, numbers, texts, words } from "../clickhouse/columns-of.ts";
import type { NativeTable } from "../clickhouse/native-columns.ts";
import { clamp, inTime } from "../search/time-range.ts";
import { compose, loadSql } from "../sql/sql.ts";
import { encodeTraceColumns, narrowest } from "../trace-columns/encode.ts";
import type { TraceColumns, TraceColumnsAbout } from "../trace-columns/format.ts";
import type { Meta, TraceVerdict } from "../wire.ts";
import { type SkewSpans, findSkew, skewOffsets } from "./clock-skew.ts";
import { type Forest, growForest } from "./forest.ts";
import { asked, tooMany } from "./json-form.ts";
import { peerRows } from "./slim-rows.ts";
import {
  type Found,
  type Lookup,
  type Part,
  type TraceForm,
  type TraceReader,
  findTrace,
  metaOf,
} from "./trace-lookup.ts";
import { spanRange } from "./trace-window.ts";
import { judge, namePeers } from "./verdict.ts";

const SQL = loadSql("trace.sql", ["column-spans", "log-counts", "peers"]);
const TRACES_SQL = loadSql("traces.sql", ["kept-first"]);

/**
 * @param traceId 32 lower-case hex digits
 * @returns the body of the answer; docs/formats/trace-columns.md
 * @throws QueryError `trace_not_found`, or the fault when neither half could be read
 */
export async function readTraceColumns(
  reader: TraceReader,
  traceId: string,
  signal: AbortSignal,
  fixSkew: boolean,
): Promise<Uint8Array> {
  const started = performance.now();
  const lookup: Lookup = { reader, traceId, signal, costs: [] };
  const found = await findTrace(lookup, COLUMN_FORM);
  const rows = new SpanColumns(found.spans, reader.limits.traceColumnSpansMax);
  const forest = growForest(rows.spanIds, rows.parentSpanIds);
  const spans = toSkewSpans(rows, forest);
  const logs = countLogs(found.logs, rows, forest);
  const verdict = judge({
    spans,
    logCount: logs.total,
    window: found.window,
    incomplete: found.incomplete,
    skew: findSkew(spans),
  });
  const named = await askPeers(lookup, found, verdict);
  const moved = fixSkew ? movedStarts(spans) : { startNs: spans.startNs, byNs: 0 };
  const about: TraceColumnsAbout<TraceVerdict, Meta> = {
    traceId,
    spanCount: forest.order.length,
    startTimeUnixNano: String(rows.firstStart + BigInt(moved.byNs)),
    durationNs: lastEnd(moved.startNs, spans.durationNs),
    dictionaries: rows.dictionaries,
    missingParents: forest.missingParents,
    cuts: forest.cuts,
    repeatedSpans: forest.repeated,
    oddSpanIds: oddIds(rows, forest),
    logCount: logs.total,
    unattachedLogCount: logs.unattached,
    verdict: named,
    meta: metaOf(lookup, started, found.incomplete),
  };
  return encodeTraceColumns(toColumns(about, rows, { logs, ...spans, ...moved }));
}

const EMPTY: NativeTable = { rowCount: 0, columns: new Map() };

const COLUMN_FORM: TraceForm<NativeTable, readonly NativeTable[]> = {
  spans: async (when, lookup) => {
    const { traceColumnSpansMax } = lookup.reader.limits;
    const fragments = { "kept-first": TRACES_SQL["kept-first"] };
    const statement = { sql: SQL["column-spans"], fragments };
    const question = asked(statement, when, lookup, traceColumnSpansMax);
    const { table, cost } = await lookup.reader.asker.askTable(question);
    lookup.costs.push(cost);
    const columns = new SpanColumns(table, traceColumnSpansMax);
    let last = 0n;
    columns.starts.forEach((start, row) => {
      const end = start + BigInt.asUintN(64, columns.durations[row] ?? 0n);
      if (end > last) last = end;
    });
    const isCut = table.rowCount > traceColumnSpansMax;
    return {
      value: table,
      count: table.rowCount,
      first: 0n,
      last: clamp(last),
      cut: isCut ? [tooMany("spans", traceColumnSpansMax, "traceColumnSpansMax")] : [],
    };
  },
  logs: async (when, lookup): Promise<Part<readonly NativeTable[]>> => {
    const { traceColumnSpansMax } = lookup.reader.limits;
    const question = asked({ sql: SQL["log-counts"] }, when, lookup, traceColumnSpansMax);
    const { table, cost } = await lookup.reader.asker.askTable(question);
    lookup.costs.push(cost);
    const firsts = longs(table, "first");
    const lasts = longs(table, "last");
    return {
      value: [table],
      count: table.rowCount,
      first: firsts.reduce((a, b) => (b < a ? b : a), firsts[0] ?? 0n),
      last: lasts.reduce((a, b) => (b > a ? b : a), 0n),
      cut: [],
    };
  },
  join: (earlier, later) => [...earlier, ...later],
  noSpans: EMPTY,
  noLogs: [],
};

/** The columns of `column-spans`, by row. The ids are as many as the limit allows; the others may have one more. */
class SpanColumns {
  readonly spanIds: readonly string[];
  readonly parentSpanIds: readonly string[];
  readonly starts: BigInt64Array;
  readonly durations: BigInt64Array;
  readonly service: WordColumn;
  readonly name: WordColumn;
  readonly kind: WordColumn;
  readonly host: WordColumn;
  readonly status: WordColumn;
  readonly eventCount: Uint32Array;
  readonly linkCount: Uint32Array;
  readonly firstStart: bigint;

  constructor(table: NativeTable, rowsMax: number) {
    this.spanIds = texts(table, "spanId").slice(0, rowsMax);
    this.parentSpanIds = texts(table, "parentSpanId").slice(0, rowsMax);
    this.starts = longs(table, "start");
    this.durations = longs(table, "duration");
    this.service = words(table, "service");
    this.name = words(table, "name");
    this.kind = words(table, "kind");
    this.host = words(table, "host");
    this.status = words(table, "status");
    this.eventCount = numbers(table, "eventCount");
    this.linkCount = numbers(table, "linkCount");
    // Rows come by their start.
    this.firstStart = this.starts[0] ?? 0n;
  }

  get dictionaries(): TraceColumnsAbout["dictionaries"] {
    return {
      service: this.service.words,
      name: this.name.words,
      kind: this.kind.words,
      host: this.host.words,
    };
  }
}

function toSkewSpans(rows: SpanColumns, forest: Forest): SkewSpans {
  const { order } = forest;
  const wordOf = (column: WordColumn, position: number) =>
    column.words[column.codes[order[position] ?? -1] ?? -1] ?? "";
  return {
    forest,
    startNs: Float64Array.from(order, (row) =>
      Number((rows.starts[row] ?? rows.firstStart) - rows.firstStart),
    ),
    durationNs: Float64Array.from(order, (row) =>
      Number(BigInt.asUintN(64, rows.durations[row] ?? 0n)),
    ),
    serviceOf: (position) => wordOf(rows.service, position),
    kindOf: (position) => wordOf(rows.kind, position),
    hostOf: (position) => wordOf(rows.host, position),
    spanIdOf: (position) => rows.spanIds[order[position] ?? -1] ?? "",
  };
}

interface LogCounts {
  /** By position. */
  readonly logs: Uint32Array;
  readonly errors: Uint32Array;
  readonly total: number;
  readonly unattached: number;
}

function countLogs(tables: readonly NativeTable[], rows: SpanColumns, forest: Forest): LogCounts {
  const bySpan = new Map<string, { logs: number; errors: number }>();
  let total = 0;
  for (const table of tables) {
    const counts = numbers(table, "logs");
    const errors = numbers(table, "errorLogs");
    texts(table, "spanId").forEach((spanId, i) => {
      const sum = bySpan.get(spanId) ?? { logs: 0, errors: 0 };
      sum.logs += counts[i] ?? 0;
      sum.errors += errors[i] ?? 0;
      total += counts[i] ?? 0;
      bySpan.set(spanId, sum);
    });
  }
  const found = {
    logs: new Uint32Array(forest.order.length),
    errors: new Uint32Array(forest.order.length),
  };
  let attached = 0;
  if (total > 0) {
    forest.order.forEach((row, position) => {
      const spanId = rows.spanIds[row] ?? "";
      const sum = spanId === "" ? undefined : bySpan.get(spanId);
      if (sum === undefined) return;
      found.logs[position] = sum.logs;
      found.errors[position] = sum.errors;
      attached += sum.logs;
    });
  }
  return { ...found, total, unattached: total - attached };
}

/** Whom the callers of missing parents called: asked for by their ids, since attributes are not among the columns. */
async function askPeers(
  lookup: Lookup,
  found: Found<unknown, unknown>,
  verdict: TraceVerdict,
): Promise<TraceVerdict> {
  const callers = verdict.findings.flatMap((finding) =>
    finding.kind === "missing_parent" ? (finding.callerSpanId ?? []) : [],
  );
  if (callers.length === 0 || found.window === undefined) return verdict;
  const when = inTime(spanRange(found.window));
  const answer = await lookup.reader.asker.ask({
    sql: compose(SQL.peers, when.conditions, { "kept-first": TRACES_SQL["kept-first"] }),
    params: { ...when.params, trace_id: lookup.traceId, span_ids: callers },
    rows: peerRows,
    signal: lookup.signal,
  });
  lookup.costs.push(answer.cost);
  const peers = new Map(answer.rows.map((row) => [row.spanId, row.peer]));
  return namePeers(verdict, (spanId) => peers.get(spanId));
}

function movedStarts(spans: SkewSpans): { startNs: Float64Array; byNs: number } {
  const offsets = skewOffsets(spans);
  const moved = spans.startNs.map((start, i) => start + (offsets[i] ?? 0));
  const byNs = moved.reduce((least, start) => Math.min(least, start), moved[0] ?? 0);
  return { startNs: moved.map((start) => start - byNs), byNs };
}

function lastEnd(startNs: Float64Array, durationNs: Float64Array): number {
  return startNs.reduce((last, start, i) => Math.max(last, start + (durationNs[i] ?? 0)), 0);
}

const STANDARD_ID = /^[0-9a-f]{16}$/;

function oddIds(rows: SpanColumns, forest: Forest): (readonly [number, string])[] {
  const odd: (readonly [number, string])[] = [];
  forest.order.forEach((row, position) => {
    const id = rows.spanIds[row] ?? "";
    if (!STANDARD_ID.test(id)) odd.push([position, id]);
  });
  return odd;
}

interface Made {
  readonly forest: Forest;
  readonly logs: LogCounts;
  readonly startNs: Float64Array;
  readonly durationNs: Float64Array;
}

function toColumns(
  about: TraceColumnsAbout<TraceVerdict, Meta>,
  rows: SpanColumns,
  { forest, logs, startNs, durationNs }: Made,
): TraceColumns<TraceVerdict, Meta> {
  const { order } = forest;
  const inOrder = (column: Uint32Array) =>
    narrowest(Uint32Array.from(order, (row) => column[row] ?? 0));
  const spanIds = Buffer.alloc(order.length * 8);
  // An odd id is not hex to its end, or not as long; those bytes are not read.
  order.forEach((row, position) => {
    const id = rows.spanIds[row] ?? "";
    if (STANDARD_ID.test(id)) spanIds.write(id, position * 8, 8, "hex");
  });
  const statusOf = rows.status.words.map(toStatus);
  return {
    about,
    startNs,
    durationNs,
    parent: forest.parent,
    service: inOrder(rows.service.codes),
    name: inOrder(rows.name.codes),
    kind: inOrder(rows.kind.codes),
    host: inOrder(rows.host.codes),
    status: Uint8Array.from(order, (row) => statusOf[rows.status.codes[row] ?? -1] ?? 0),
    logCount: narrowest(logs.logs),
    errorLogCount: narrowest(logs.errors),
    eventCount: inOrder(rows.eventCount),
    linkCount: inOrder(rows.linkCount),
    flags: forest.flags,
    spanIds,
  };
}

/** Older exporters wrote OTLP's enum names. */
function toStatus(stored: string): number {
  if (stored === "Error" || stored === "STATUS_CODE_ERROR") return 2;
  return stored === "Ok" || stored === "STATUS_CODE_OK" ? 1 : 0;
}
