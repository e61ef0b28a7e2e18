/**
 * A trace by its id. The id table says when it was; spans and logs are read in parallel, both bounded by that. Neither
 * half waits for the other or is blanked by it: logs of a trace that was never sampled are an answer, and so are
 * spans while the log table is too slow, with `meta` saying what is missing.
 */
import { type Answer, type Asker, type Cost, addCosts } from "../clickhouse/ask.ts";
import type { QueryLimits } from "../options.ts";
import { QueryError } from "../problem/query-error.ts";
import { type TimeRange, clamp, inTime } from "../search/time-range.ts";
import { type Where, compose, loadSql } from "../sql/sql.ts";
import type { LogRecord, Meta, Trace } from "../wire.ts";
import { assemble } from "./assemble.ts";
import { type SpanRow, logRows, spanRows, toSpan } from "./rows.ts";
import { type TraceWindow, logRange, spanRange, windowRows } from "./trace-window.ts";

const SQL = loadSql("trace.sql", ["window", "spans", "logs"]);
const LOGS_SQL = loadSql("logs.sql", ["columns"]);
const ANY_TIME: Where = { conditions: [], params: {} };

export interface TraceReader {
  readonly asker: Asker;
  readonly limits: QueryLimits;
}

/**
 * @param traceId 32 lower-case hex digits
 * @throws QueryError `trace_not_found`, or the fault when neither half could be read
 */
export async function readTrace(
  reader: TraceReader,
  traceId: string,
  signal: AbortSignal,
): Promise<Trace> {
  const started = performance.now();
  const lookup = new TraceLookup(reader, traceId, signal);
  const halves = await lookup.read();
  const spans = halves.spans.rows.slice(0, reader.limits.traceSpansMax);
  const logs = halves.logs.rows.slice(0, reader.limits.traceLogsMax);
  const incomplete = reasons(halves, reader.limits);
  if (spans.length + logs.length === 0 && incomplete.length === 0) throw notFound(lookup);
  const assembled = assemble(spans.map(toSpan), logs);
  const meta: Meta = {
    elapsedMs: performance.now() - started,
    ...addCosts(lookup.costs),
    complete: incomplete.length === 0,
    ...(incomplete.length === 0 ? {} : { reason: incomplete.join(" ") }),
  };
  return {
    traceId,
    spans: assembled.spans,
    logs: assembled.logs,
    missingParents: assembled.missingParents,
    ...(assembled.duplicateSpanIds.length === 0
      ? {}
      : { duplicateSpanIds: assembled.duplicateSpanIds }),
    meta,
  };
}

/** Rows of one half, or why there are none. */
interface Half<T> {
  readonly rows: readonly T[];
  readonly cut: boolean;
  readonly failure?: QueryError;
}

interface Halves {
  readonly spans: Half<SpanRow>;
  readonly logs: Half<LogRecord>;
}

class TraceLookup {
  readonly costs: Cost[] = [];
  /** What the id table said; undefined when it does not know the trace. */
  window: TraceWindow | undefined;
  readonly traceId: string;
  readonly #reader: TraceReader;
  readonly #signal: AbortSignal;

  constructor(reader: TraceReader, traceId: string, signal: AbortSignal) {
    this.#reader = reader;
    this.traceId = traceId;
    this.#signal = signal;
  }

  async read(): Promise<Halves> {
    const { asker } = this.#reader;
    const found = await asker.ask({
      sql: SQL.window,
      params: { trace_id: this.traceId },
      rows: windowRows,
      signal: this.#signal,
    });
    this.costs.push(found.cost);
    const row = found.rows[0];
    this.window = row === undefined || row.known === "0" ? undefined : row;
    const halves =
      this.window === undefined ? await this.#logsFirst() : await this.#both(this.window);
    if (halves.spans.failure !== undefined && halves.logs.failure !== undefined) {
      throw halves.spans.failure;
    }
    return halves;
  }

  async #both(window: TraceWindow): Promise<Halves> {
    const [spans, logs] = await Promise.all([
      half(this.#spans(inTime(spanRange(window)))),
      half(this.#logs(inTime(logRange(window, 0n, this.#reader.limits)))),
    ]);
    // Expired, or stored with a time that the id table's 32-bit seconds cannot hold: its window says nothing then.
    if (spans.rows.length === 0 && spans.failure === undefined) return this.#anyTime(logs);
    const asked = logRange(window, 0n, this.#reader.limits);
    const whole = logRange(window, lastEnd(spans.rows), this.#reader.limits);
    if (whole.to <= asked.to || logs.failure !== undefined) return { spans, logs };
    const later = await half(this.#logs(inTime({ from: asked.to, to: whole.to })));
    return { spans, logs: joined(logs, later) };
  }

  async #anyTime(found: Half<LogRecord>): Promise<Halves> {
    const [spans, logs] = await Promise.all([
      half(this.#spans(ANY_TIME)),
      found.rows.length === 0 ? half(this.#logs(ANY_TIME)) : found,
    ]);
    return { spans, logs };
  }

  /** Not in the id table: not sampled, or its view was added later. Logs know the id whenever they were. */
  async #logsFirst(): Promise<Halves> {
    const logs = await half(this.#logs(ANY_TIME));
    const around = rangeOf(logs.rows, this.#reader.limits);
    if (around === undefined) return { spans: { rows: [], cut: false }, logs };
    return { spans: await half(this.#spans(inTime(around))), logs };
  }

  async #spans(when: Where): Promise<Answer<SpanRow>> {
    const answer = await this.#reader.asker.ask({
      sql: compose(SQL.spans, when.conditions),
      params: {
        ...when.params,
        trace_id: this.traceId,
        limit: this.#reader.limits.traceSpansMax + 1,
      },
      rows: spanRows,
      signal: this.#signal,
    });
    this.costs.push(answer.cost);
    return answer;
  }

  async #logs(when: Where): Promise<Answer<LogRecord>> {
    const answer = await this.#reader.asker.ask({
      sql: compose(SQL.logs, when.conditions, { "log-columns": LOGS_SQL.columns }),
      params: {
        ...when.params,
        trace_id: this.traceId,
        limit: this.#reader.limits.traceLogsMax + 1,
      },
      rows: logRows,
      signal: this.#signal,
    });
    this.costs.push(answer.cost);
    return answer;
  }
}

/** A refused or failed half is a half without rows; the client leaving ends both. */
async function half<T>(answer: Promise<Answer<T>>): Promise<Half<T>> {
  try {
    const { rows, cut } = await answer;
    return { rows, cut };
  } catch (error) {
    if (error instanceof QueryError) return { rows: [], cut: false, failure: error };
    throw error;
  }
}

function joined<T>(a: Half<T>, b: Half<T>): Half<T> {
  return {
    rows: [...a.rows, ...b.rows],
    cut: a.cut || b.cut,
    ...(b.failure === undefined ? {} : { failure: b.failure }),
  };
}

function lastEnd(spans: readonly SpanRow[]): bigint {
  let last = 0n;
  for (const span of spans) {
    const end = BigInt(span.startTimeUnixNano) + BigInt(span.durationNano);
    if (end > last) last = end;
  }
  return clamp(last);
}

/** The time of the logs (oldest first), padded on both sides. */
function rangeOf(logs: readonly LogRecord[], limits: QueryLimits): TimeRange | undefined {
  const first = logs[0];
  const last = logs.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const padding = BigInt(limits.traceLogPaddingMs) * 1_000_000n;
  return {
    from: BigInt(first.timeUnixNano) - padding,
    to: BigInt(last.timeUnixNano) + padding,
  };
}

function reasons(halves: Halves, limits: QueryLimits): string[] {
  const found: string[] = [];
  const say = (half: Half<unknown>, name: string, rowsMax: number, option: string): void => {
    if (half.failure !== undefined) {
      found.push(`The ${name} could not be read: ${half.failure.message}`);
    } else if (half.rows.length > rowsMax) {
      found.push(
        `The trace has more than ${rowsMax} ${name}; the first ${rowsMax} are here (${option}).`,
      );
    }
    if (half.cut) {
      found.push(
        `The ${name} are more than ${limits.queryResultBytes} bytes; the first are here (queryResultBytes).`,
      );
    }
  };
  say(halves.spans, "spans", limits.traceSpansMax, "traceSpansMax");
  say(halves.logs, "logs", limits.traceLogsMax, "traceLogsMax");
  return found;
}

function notFound(lookup: TraceLookup): QueryError {
  const where =
    lookup.window === undefined
      ? "otel_traces_trace_id_ts does not know it, and otel_logs has no record with it at any time"
      : `otel_traces_trace_id_ts knows it from ${seconds(lookup.window.startSeconds)} to ${seconds(lookup.window.endSeconds)}, but neither otel_traces nor otel_logs has any of it at any time: past retention`;
  return new QueryError(
    "trace_not_found",
    `No span and no log has the trace id ${lookup.traceId}: ${where}. Check the id; a trace may also be unsampled, still on its way (a few seconds), or older than retention keeps.`,
  );
}

function seconds(unix: number): string {
  return new Date(unix * 1_000).toISOString();
}
