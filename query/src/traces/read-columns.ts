/** A trace as columns: what a waterfall draws of a hundred thousand spans, without an object for any of them. */
import { longs, numbers, rawTexts } from "../clickhouse/columns-of.ts";
import { fromLeast } from "../clickhouse/long-numbers.ts";
import type { NativeTable } from "../clickhouse/native-columns.ts";
import { UNIX_NANO_MAX } from "../params/nanos.ts";
import { clamp, inTime } from "../search/time-range.ts";
import { type Sql, type Where, compose, loadSql } from "../sql/sql.ts";
import { encodeTraceColumns, narrowest } from "../trace-columns/encode.ts";
import type { TraceColumns, TraceColumnsAbout } from "../trace-columns/format.ts";
import type { Meta, TraceVerdict } from "../wire.ts";
import { type SkewSpans, findSkew, skewOffsets } from "./clock-skew.ts";
import { asked, FIRST_SPANS, tooMany } from "./json-form.ts";
import { peerRows } from "./slim-rows.ts";
import {
  type Shaped,
  type SpanColumns,
  pick,
  readSpanColumns,
  shapeOf,
  wordAt,
} from "./span-columns.ts";
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

const SQL = loadSql("trace.sql", [
  "id-bytes",
  "column-spans",
  "log-counts",
  "log-counts-of-spans",
  "peers",
]);
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
  const columns = found.spans;
  const shaped = shapeOf(columns, reader.limits.traceColumnSpansMax);
  const { forest, rows } = shaped;
  const spans = toSkewSpans(columns, shaped);
  const logs = countLogs(found.logs, columns, rows);
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
    spanCount: rows.length,
    startTimeUnixNano: String(columns.firstStart + BigInt(moved.byNs)),
    durationNs: Math.min(
      lastEnd(moved.startNs, spans.durationNs),
      Number(UNIX_NANO_MAX - columns.firstStart),
    ),
    dictionaries: {
      service: columns.service.words,
      name: columns.name.words,
      kind: columns.kind.words,
      host: columns.host.words,
    },
    missingParents: forest.missingParents,
    cuts: forest.cuts,
    repeatedSpans: forest.repeated,
    oddSpanIds: oddIds(columns, rows),
    logCount: logs.total,
    unattachedLogCount: logs.unattached,
    verdict: named,
    meta: metaOf(lookup, started, found.incomplete),
  };
  return encodeTraceColumns(toColumns(about, columns, { shaped, logs, ...spans, ...moved }));
}

const NO_SPANS = readSpanColumns({ rowCount: 0, columns: new Map() });

const COLUMN_FORM: TraceForm<SpanColumns, readonly NativeTable[]> = {
  spans: async (when, lookup) => {
    const { traceColumnSpansMax } = lookup.reader.limits;
    const sql = SQL["column-spans"];
    const all = await askTable(sql, {}, when, lookup);
    const isCut = all.rowCount > traceColumnSpansMax;
    // Then the first of them are wanted, and only ClickHouse has all.
    const table = isCut ? await askTable(sql, FIRST_SPANS, when, lookup) : all;
    const columns = readSpanColumns(table);
    let lastNs = 0;
    for (let row = 0; row < columns.count; row++)
      lastNs = Math.max(lastNs, (columns.startNs[row] ?? 0) + (columns.durationNs[row] ?? 0));
    return {
      value: columns,
      count: columns.count,
      first: 0n,
      last: clamp(columns.firstStart + BigInt(lastNs)),
      cut: isCut ? [tooMany("spans", traceColumnSpansMax, "traceColumnSpansMax")] : [],
    };
  },
  logs: async (when, lookup): Promise<Part<readonly NativeTable[]>> => {
    const { traceColumnSpansMax } = lookup.reader.limits;
    const all = await askTable(SQL["log-counts"], {}, when, lookup);
    // Not all spans that logs name need be stored, and a row that is left out would be missing in the sum.
    const isCut = all.rowCount > traceColumnSpansMax;
    const ofSpans = SQL["log-counts-of-spans"];
    const table = isCut ? await askTable(ofSpans, FIRST_SPANS, when, lookup) : all;
    const lasts = longs(table, "last");
    return {
      value: [table],
      count: table.rowCount,
      first: fromLeast(longs(table, "first")).least,
      last: lasts.reduce((a, b) => (b > a ? b : a), 0n),
      cut: [],
    };
  },
  join: (earlier, later) => [...earlier, ...later],
  noSpans: NO_SPANS,
  noLogs: [],
};

async function askTable(
  sql: Sql,
  order: Readonly<Record<string, Sql>>,
  when: Where,
  lookup: Lookup,
): Promise<NativeTable> {
  const fragments = { ...order, "id-bytes": SQL["id-bytes"] };
  const question = asked(
    { sql, fragments },
    when,
    lookup,
    lookup.reader.limits.traceColumnSpansMax,
  );
  const { table, cost } = await lookup.reader.asker.askTable(question);
  lookup.costs.push(cost);
  return table;
}

function toSkewSpans(columns: SpanColumns, { forest, rows }: Shaped): SkewSpans {
  return {
    forest,
    startNs: pick(columns.startNs, rows),
    durationNs: pick(columns.durationNs, rows),
    serviceOf: (position) => wordAt(columns.service, rows[position] ?? -1),
    kindOf: (position) => wordAt(columns.kind, rows[position] ?? -1),
    hostOf: (position) => wordAt(columns.host, rows[position] ?? -1),
    spanIdOf: (position) => columns.ids.textOf(columns.ids.spans[rows[position] ?? -1] ?? -1),
  };
}

interface LogCounts {
  /** By position. */
  readonly logs: Uint32Array;
  readonly errors: Uint32Array;
  readonly total: number;
  readonly unattached: number;
}

function countLogs(
  tables: readonly NativeTable[],
  { ids }: SpanColumns,
  rows: Uint32Array,
): LogCounts {
  const found = { logs: new Uint32Array(rows.length), errors: new Uint32Array(rows.length) };
  const positionOf = new Int32Array(ids.count).fill(-1);
  rows.forEach((row, position) => {
    const id = ids.spans[row] ?? -1;
    if (id >= 0) positionOf[id] = position;
  });
  let total = 0;
  let attached = 0;
  for (const table of tables) {
    const logs = numbers(table, "logs");
    const errors = numbers(table, "errorLogs");
    ids.find(rawTexts(table, "spanId")).forEach((id, i) => {
      const count = logs[i] ?? 0;
      total += count;
      const position = id < 0 ? -1 : (positionOf[id] ?? -1);
      if (position < 0) return;
      attached += count;
      found.logs[position] = (found.logs[position] ?? 0) + count;
      found.errors[position] = (found.errors[position] ?? 0) + (errors[i] ?? 0);
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

function oddIds({ ids }: SpanColumns, rows: Uint32Array): (readonly [number, string])[] {
  const odd: (readonly [number, string])[] = [];
  rows.forEach((row, position) => {
    const id = ids.spans[row] ?? -1;
    if (!ids.isStandard(id)) odd.push([position, ids.textOf(id)]);
  });
  return odd;
}

interface Made {
  readonly shaped: Shaped;
  readonly logs: LogCounts;
  readonly startNs: Float64Array;
  readonly durationNs: Float64Array;
}

function toColumns(
  about: TraceColumnsAbout<TraceVerdict, Meta>,
  columns: SpanColumns,
  { shaped: { forest, rows }, logs, startNs, durationNs }: Made,
): TraceColumns<TraceVerdict, Meta> {
  const narrow = (column: Uint32Array) => narrowest(pick(column, rows));
  const statusOf = columns.status.words.map(toStatus);
  return {
    about,
    startNs,
    durationNs,
    parent: forest.parent,
    service: narrow(columns.service.codes),
    name: narrow(columns.name.codes),
    kind: narrow(columns.kind.codes),
    host: narrow(columns.host.codes),
    status: Uint8Array.from(pick(columns.status.codes, rows).map((code) => statusOf[code] ?? 0)),
    logCount: narrowest(logs.logs),
    errorLogCount: narrowest(logs.errors),
    eventCount: narrow(columns.eventCount),
    linkCount: narrow(columns.linkCount),
    flags: forest.flags,
    spanIds: idBytes(columns, rows),
  };
}

/** Eight bytes for each row; of an odd id they are zero. */
function idBytes({ ids }: SpanColumns, rows: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(rows.length * 8);
  const view = new DataView(bytes.buffer);
  rows.forEach((row, position) => {
    const id = ids.spans[row] ?? -1;
    if (ids.isStandard(id)) ids.write(id, view, position * 8);
  });
  return bytes;
}

/** Older exporters wrote OTLP's enum names. */
function toStatus(stored: string): number {
  if (stored === "Error" || stored === "STATUS_CODE_ERROR") return 2;
  return stored === "Ok" || stored === "STATUS_CODE_OK" ? 1 : 0;
}
