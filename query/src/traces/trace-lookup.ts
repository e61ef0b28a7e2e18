/**
 * Where both halves of a trace are found, whatever form they are wanted in. The id table says when it was; spans and logs
 * are read in parallel, both bounded by that. Neither half waits for the other or is blanked by it: logs of a trace
 * that was never sampled are an answer, and so are spans while the log table is too slow, with `meta` saying what is
 * missing.
 */
import { type Asker, type Cost, addCosts } from "../clickhouse/ask.ts";
import type { QueryLimits } from "../options.ts";
import { QueryError } from "../problem/query-error.ts";
import { type TimeRange, inTime } from "../search/time-range.ts";
import { type Where, loadSql } from "../sql/sql.ts";
import type { Meta } from "../wire.ts";
import { type StoredWindow, logRange, spanRange, wholeWindow, windowRows } from "./trace-window.ts";

const SQL = loadSql("trace.sql", ["window"]);
const ANY_TIME: Where = { conditions: [], params: {} };

export interface TraceReader {
  readonly asker: Asker;
  readonly limits: QueryLimits;
}

/** One half in some form. */
export interface Part<T> {
  readonly value: T;
  /** 0 means that there is none at all. */
  readonly count: number;
  /** Nanoseconds since 1970: of the last end (spans), of the first and last time (logs). */
  readonly first: bigint;
  readonly last: bigint;
  /** Sentences about what a limit left out. */
  readonly cut: readonly string[];
}

/** How the halves of a form are read. */
export interface TraceForm<Spans, Logs> {
  readonly spans: (when: Where, lookup: Lookup) => Promise<Part<Spans>>;
  readonly logs: (when: Where, lookup: Lookup) => Promise<Part<Logs>>;
  /** Logs of the time before, and those of the time right after it. */
  readonly join: (earlier: Logs, later: Logs) => Logs;
  readonly noSpans: Spans;
  readonly noLogs: Logs;
}

/** What a form needs for its questions. */
export interface Lookup {
  readonly reader: TraceReader;
  readonly traceId: string;
  readonly signal: AbortSignal;
  /** Grows by what each query cost. */
  readonly costs: Cost[];
}

export interface Found<Spans, Logs> {
  readonly spans: Spans;
  readonly logs: Logs;
  /** What the id table said; undefined when it does not know the trace. */
  readonly window: StoredWindow | undefined;
  /** Why it is not all, one sentence each. */
  readonly incomplete: readonly string[];
  /** Why spans were not read: that there are none is then not known. */
  readonly spansFailure: QueryError | undefined;
}

/** @throws QueryError `trace_not_found`, or the fault when neither half could be read */
export async function findTrace<Spans, Logs>(
  lookup: Lookup,
  form: TraceForm<Spans, Logs>,
): Promise<Found<Spans, Logs>> {
  const window = await readWindow(lookup);
  const finder = new Finder(lookup, form);
  const { spans, logs } =
    window === undefined ? await finder.logsFirst() : await finder.both(window);
  if (spans.failure !== undefined && logs.failure !== undefined) throw spans.failure;
  const incomplete = [...reasons(spans, "spans"), ...reasons(logs, "logs")];
  if (spans.part.count + logs.part.count === 0 && incomplete.length === 0) {
    throw notFound(lookup.traceId, window);
  }
  return {
    spans: spans.part.value,
    logs: logs.part.value,
    window,
    incomplete,
    // Of a trace that the id table does not know, logs say when to look for spans.
    spansFailure: spans.failure ?? (window === undefined ? logs.failure : undefined),
  };
}

export function metaOf(lookup: Lookup, startedMs: number, incomplete: readonly string[]): Meta {
  return {
    elapsedMs: performance.now() - startedMs,
    ...addCosts(lookup.costs),
    complete: incomplete.length === 0,
    ...(incomplete.length === 0 ? {} : { reason: incomplete.join(" ") }),
  };
}

async function readWindow(lookup: Lookup): Promise<StoredWindow | undefined> {
  const found = await lookup.reader.asker.ask({
    sql: SQL.window,
    params: { trace_id: lookup.traceId },
    rows: windowRows,
    signal: lookup.signal,
  });
  lookup.costs.push(found.cost);
  return wholeWindow(found.rows);
}

/** A half, or why there is none. */
interface Half<T> {
  readonly part: Part<T>;
  readonly failure?: QueryError;
}

interface Halves<Spans, Logs> {
  readonly spans: Half<Spans>;
  readonly logs: Half<Logs>;
}

class Finder<Spans, Logs> {
  readonly #lookup: Lookup;
  readonly #form: TraceForm<Spans, Logs>;

  constructor(lookup: Lookup, form: TraceForm<Spans, Logs>) {
    this.#lookup = lookup;
    this.#form = form;
  }

  async both(window: StoredWindow): Promise<Halves<Spans, Logs>> {
    const { limits } = this.#lookup.reader;
    const asked = logRange(window, 0n, limits);
    const [spans, logs] = await Promise.all([
      this.#spans(inTime(spanRange(window))),
      this.#logs(inTime(asked)),
    ]);
    // Expired, or stored with a time that the id table's 32-bit seconds cannot hold: its window says nothing then.
    if (spans.part.count === 0 && spans.failure === undefined) return this.#anyTime(logs);
    const whole = logRange(window, spans.part.last, limits);
    if (whole.to <= asked.to || logs.failure !== undefined) return { spans, logs };
    const later = await this.#logs(inTime({ from: asked.to, to: whole.to }));
    return { spans, logs: this.#joined(logs, later) };
  }

  /** Not in the id table: not sampled, or its view was added later. Logs know the id whenever they were. */
  async logsFirst(): Promise<Halves<Spans, Logs>> {
    const logs = await this.#logs(ANY_TIME);
    if (logs.part.count === 0) return { spans: { part: none(this.#form.noSpans) }, logs };
    const spans = await this.#spans(inTime(around(logs.part, this.#lookup.reader.limits)));
    return { spans, logs };
  }

  async #anyTime(found: Half<Logs>): Promise<Halves<Spans, Logs>> {
    const [spans, logs] = await Promise.all([
      this.#spans(ANY_TIME),
      found.part.count === 0 ? this.#logs(ANY_TIME) : found,
    ]);
    return { spans, logs };
  }

  #spans(when: Where): Promise<Half<Spans>> {
    return half(this.#form.spans(when, this.#lookup), this.#form.noSpans);
  }

  #logs(when: Where): Promise<Half<Logs>> {
    return half(this.#form.logs(when, this.#lookup), this.#form.noLogs);
  }

  #joined(a: Half<Logs>, b: Half<Logs>): Half<Logs> {
    const part: Part<Logs> = {
      value: this.#form.join(a.part.value, b.part.value),
      count: a.part.count + b.part.count,
      first: a.part.count === 0 ? b.part.first : a.part.first,
      last: b.part.count === 0 ? a.part.last : b.part.last,
      cut: [...a.part.cut, ...b.part.cut],
    };
    return b.failure === undefined ? { part } : { part, failure: b.failure };
  }
}

/** A refused or failed half is a half without rows; the client leaving ends both. */
async function half<T>(reading: Promise<Part<T>>, empty: T): Promise<Half<T>> {
  try {
    return { part: await reading };
  } catch (error) {
    if (error instanceof QueryError) return { part: none(empty), failure: error };
    throw error;
  }
}

function none<T>(value: T): Part<T> {
  return { value, count: 0, first: 0n, last: 0n, cut: [] };
}

function around(logs: Part<unknown>, limits: QueryLimits): TimeRange {
  const padding = BigInt(limits.traceLogPaddingMs) * 1_000_000n;
  return { from: logs.first - padding, to: logs.last + padding };
}

function reasons(half: Half<unknown>, name: string): readonly string[] {
  if (half.failure === undefined) return half.part.cut;
  return [`The ${name} could not be read: ${half.failure.message}`, ...half.part.cut];
}

function notFound(traceId: string, window: StoredWindow | undefined): QueryError {
  const where =
    window === undefined
      ? "otel_traces_trace_id_ts does not know it, and otel_logs has no record with it at any time"
      : `otel_traces_trace_id_ts knows it from ${seconds(window.startSeconds)} to ${seconds(window.endSeconds)}, but neither otel_traces nor otel_logs has any of it at any time: past retention`;
  return new QueryError(
    "trace_not_found",
    `No span and no log has the trace id ${traceId}: ${where}. Check the id; a trace may also be unsampled, still on its way (a few seconds), or older than retention keeps.`,
  );
}

function seconds(unix: number): string {
  return new Date(unix * 1_000).toISOString();
}
