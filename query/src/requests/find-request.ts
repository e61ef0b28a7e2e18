/**
 * Any id finds its request: a trace in the id table, a span by its index, the attributes that carry request ids by theirs. A
 * trace or a span comes first; an id that cannot be a span's is looked for in attributes only where no trace has it. Logs only where
 * no span is stored, or where they carry the id and no trace that was found has them.
 */
import { Type, type Static } from "typebox";
import { type Cost, addCosts, rowDecoder } from "../clickhouse/ask.ts";
import { followerOf } from "../clickhouse/follower-of.ts";
import { QueryError } from "../problem/query-error.ts";
import type { Searcher } from "../search/searcher.ts";
import { readWindows, summarise } from "../search/summarise.ts";
import { type Sql, type SqlParams, compose, loadSql } from "../sql/sql.ts";
import { readTrace } from "../traces/read-trace.ts";
import { logRows } from "../traces/rows.ts";
import { summaryOf } from "../traces/summary-of.ts";
import type { LogRecord, RequestAnswer, RequestMatch, Trace, TraceSummary } from "../wire.ts";
import { type RequestId, readRequestId } from "./request-id.ts";

const SQL = loadSql("requests.sql", [
  "by-trace",
  "by-span",
  "by-attribute",
  "by-log-attribute",
  "span-items",
  "log-items",
  "resource-items",
  "logs",
  "log-of-trace",
  "log-of-span",
  "log-of-attribute",
  "log-beside-traces",
]);
const LOGS_SQL = loadSql("logs.sql", ["columns"]);

const HitSchema = Type.Object({
  traceId: Type.String(),
  matched: Type.String(),
  firstMatch: Type.String(),
});
type Hit = Static<typeof HitSchema>;
const hitRows = rowDecoder(HitSchema);

/** By an attribute of a span or its resource, by one of a log or its resource. */
type AttributeHits = [readonly Hit[], readonly Hit[]];

/** Newest first; one id rarely means more. */
const TRACES_MAX = 50;
const HITS_MAX = TRACES_MAX + 1;
const LOGS_MAX = 200;

export interface RequestQuestion {
  readonly id: string;
  /** Attributes that carry request ids. */
  readonly attributes: readonly string[];
  /** Whether a single trace is given back whole. */
  readonly tree: boolean;
}

/** @throws QueryError `request_not_found`, and those of ClickHouse */
export async function findRequest(
  searcher: Searcher,
  question: RequestQuestion,
  signal: AbortSignal,
): Promise<RequestAnswer> {
  const finder = new Finder(searcher, question, signal);
  try {
    return await answerWith(searcher, finder, question, signal);
  } finally {
    finder.stopGuessing();
  }
}

async function answerWith(
  searcher: Searcher,
  finder: Finder,
  question: RequestQuestion,
  signal: AbortSignal,
): Promise<RequestAnswer> {
  const started = performance.now();
  const matches = await finder.matches();
  const traceIds = new Set(matches.flatMap(({ traceId }) => traceId ?? []));
  const { traces, trace } = await found(searcher, finder, [...traceIds], signal);
  const logs = traces.length > 0 ? await finder.logsBeside(traces) : await finder.logs();
  const reasons = [
    ...(traceIds.size > TRACES_MAX || logs.length > LOGS_MAX
      ? [`There are more; the newest ${TRACES_MAX} requests or ${LOGS_MAX} logs are here.`]
      : []),
    ...(finder.hasLargerLogs
      ? [`The logs have more than ${searcher.limits.queryResultBytes} bytes (queryResultBytes).`]
      : []),
    ...(trace?.meta.reason === undefined ? [] : [trace.meta.reason]),
  ];
  const complete = reasons.length === 0 && (trace?.meta.complete ?? true);
  if (complete && traces.length + logs.length === 0) {
    throw notFound(finder.id, question.attributes);
  }
  return {
    id: finder.id.text,
    form: finder.id.form,
    matches: matches.slice(0, TRACES_MAX),
    traces,
    logs: logs.slice(0, LOGS_MAX),
    ...(trace === undefined ? {} : { trace }),
    meta: {
      elapsedMs: performance.now() - started,
      ...addCosts([...finder.costs, ...(trace === undefined ? [] : [trace.meta])]),
      complete,
      ...(reasons.length === 0 ? {} : { reason: reasons.join(" ") }),
    },
  };
}

interface Opened {
  readonly traces: TraceSummary[];
  /** When there is one. */
  readonly trace?: Trace;
}

async function found(
  searcher: Searcher,
  finder: Finder,
  traceIds: readonly string[],
  signal: AbortSignal,
): Promise<Opened> {
  const [first] = traceIds;
  if (finder.isTreeAsked && traceIds.length === 1 && first !== undefined) {
    const trace = await finder.tree(first);
    if (trace !== undefined) {
      // What a list would say of it, it says by itself.
      const summary = summaryOf(trace);
      return { traces: summary === undefined ? await finder.summaries() : [summary], trace };
    }
  }
  const traces = await finder.summaries();
  const [only] = traces;
  if (!finder.isTreeAsked || traces.length !== 1 || only === undefined) return { traces };
  return { traces, trace: await readTrace(searcher, only.traceId, signal) };
}

/** @returns undefined where the trace has no spans */
async function readIfThere(
  searcher: Searcher,
  traceId: string,
  signal: AbortSignal,
): Promise<Trace | undefined> {
  try {
    const trace = await readTrace(searcher, traceId, signal);
    return trace.spans.length === 0 ? undefined : trace;
  } catch (error) {
    if (error instanceof QueryError && error.code === "trace_not_found") return undefined;
    throw error;
  }
}

class Finder {
  readonly costs: Cost[] = [];
  /** Than one query may give back. */
  hasLargerLogs = false;
  readonly id: RequestId;
  readonly isTreeAsked: boolean;
  readonly #searcher: Searcher;
  readonly #signal: AbortSignal;
  readonly #items: readonly string[];
  #hits: readonly Hit[] = [];
  /** By an attribute of a log or its resource, where that is how the id was found. */
  #logHits: readonly Hit[] = [];
  /** Ends what is asked before it is known whether the id is a span's. */
  readonly #guessing: AbortController;
  /** Being read since then. */
  #guess: { readonly traceId: string; readonly trace: Promise<Trace | undefined> } | undefined;

  constructor(searcher: Searcher, question: RequestQuestion, signal: AbortSignal) {
    this.#searcher = searcher;
    this.#signal = signal;
    this.#guessing = followerOf(signal);
    this.id = readRequestId(question.id);
    this.isTreeAsked = question.tree;
    // Header attributes are lists, stored as JSON.
    this.#items = question.attributes.flatMap((name) => [
      `${name}=${this.id.text}`,
      ...(name.startsWith("http.request.header.")
        ? [`${name}=${JSON.stringify([this.id.text])}`]
        : []),
    ]);
  }

  /** What the id was found as, newest first. */
  async matches(): Promise<RequestMatch[]> {
    const { traceIds, spanIds } = this.id;
    // What may be a span's id is as often a request's.
    const early = spanIds.length === 0 ? undefined : this.#byRecords();
    early?.catch(() => undefined);
    const [traces, spans] = await Promise.all([
      this.#ask(SQL["by-trace"], { trace_ids: traceIds }),
      this.#ask(SQL["by-span"], { span_ids: spanIds, limit: HITS_MAX }),
    ]);
    this.#hits = [...traces, ...spans];
    if (this.#hits.length > 0) {
      this.stopGuessing();
      return [...toMatches("trace_id", traces), ...toMatches("span_id", spans)];
    }
    const [ofSpans, ofLogs] = await this.#byAttributes(await (early ?? this.#byRecords()));
    this.#logHits = ofLogs;
    this.#hits = [...ofSpans, ...ofLogs.filter((hit) => hit.traceId !== "")];
    const inSpans = new Set(ofSpans.map((hit) => hit.traceId));
    const onlyLogs = ofLogs.filter((hit) => !inSpans.has(hit.traceId));
    return [...toMatches("attribute", ofSpans), ...toMatches("log_attribute", onlyLogs)];
  }

  /** Resources, of jobs and functions that run once for a request, only where no record itself has the id: a look costs as much again. */
  async #byAttributes(found: AttributeHits): Promise<AttributeHits> {
    if (found.some((hits) => hits.length > 0)) return found;
    return this.#byItems(SQL["resource-items"], SQL["resource-items"]);
  }

  /** A single trace is read at once: a span's id is looked for three times as long as that of an attribute. */
  async #byRecords(): Promise<AttributeHits> {
    const found = await this.#byItems(SQL["span-items"], SQL["log-items"]);
    const [first = "", ...others] = new Set(found.flat().map((hit) => hit.traceId));
    if (this.isTreeAsked && first !== "" && others.length === 0) {
      const trace = readIfThere(this.#searcher, first, this.#guessing.signal);
      // Whoever waits for it is told.
      trace.catch(() => undefined);
      this.#guess = { traceId: first, trace };
    }
    return found;
  }

  #byItems(ofSpans: Sql, ofLogs: Sql): Promise<AttributeHits> {
    const params = { items: this.#items, limit: HITS_MAX };
    const { signal } = this.#guessing;
    return Promise.all([
      this.#ask(compose(SQL["by-attribute"], [], { items: ofSpans }), params, signal),
      this.#ask(compose(SQL["by-log-attribute"], [], { items: ofLogs }), params, signal),
    ]);
  }

  /** Nobody waits for what was asked early. A tree that is being read for its attribute is then read anew, should it be the one. */
  stopGuessing(): void {
    this.#guessing.abort();
  }

  /** @returns undefined where the trace has no spans */
  tree(traceId: string): Promise<Trace | undefined> {
    const guess = this.#guessing.signal.aborted ? undefined : this.#guess;
    if (guess?.traceId === traceId) return guess.trace;
    return readIfThere(this.#searcher, traceId, this.#signal);
  }

  /** Of the traces that have spans, newest first. */
  async summaries() {
    const byTrace = new Map(this.#hits.map((hit) => [hit.traceId, hit]));
    const found = [...byTrace.values()]
      .sort((a, b) => (BigInt(b.firstMatch) > BigInt(a.firstMatch) ? 1 : -1))
      .slice(0, TRACES_MAX);
    const asking = { signal: this.#signal, costs: this.costs };
    const windows = await readWindows(this.#searcher, found, asking);
    const traces = await summarise(this.#searcher, { matches: found, windows }, asking);
    const startOf = (trace: (typeof traces)[number]) => BigInt(trace.startTimeUnixNano);
    return traces.sort((a, b) => (startOf(b) > startOf(a) ? 1 : -1));
  }

  /** Newest first, at most one more than `LOGS_MAX`. */
  async logs(): Promise<readonly LogRecord[]> {
    const { traceIds, spanIds } = this.id;
    const [ofTrace, ofSpan, ofAttribute] = await Promise.all([
      this.#askLogs(SQL["log-of-trace"], { trace_ids: traceIds }, traceIds.length),
      this.#askLogs(SQL["log-of-span"], { span_ids: spanIds }, spanIds.length),
      this.#askLogs(SQL["log-of-attribute"], { items: this.#items }, this.#items.length),
    ]);
    return [ofTrace, ofSpan, ofAttribute].find((logs) => logs.length > 0) ?? [];
  }

  /** As `logs`, those that no trace of the answer has: of a job that is not traced, of a request that was not sampled. */
  async logsBeside(traces: readonly TraceSummary[]): Promise<readonly LogRecord[]> {
    const shown = new Set(traces.map((trace) => trace.traceId));
    if (this.#logHits.every((hit) => shown.has(hit.traceId))) return [];
    const params = { items: this.#items, trace_ids: [...shown] };
    return this.#askLogs(SQL["log-beside-traces"], params, this.#items.length);
  }

  async #ask(sql: Sql, params: SqlParams, signal = this.#signal): Promise<readonly Hit[]> {
    if (Object.values(params).some((value) => Array.isArray(value) && value.length === 0))
      return [];
    const answer = await this.#searcher.asker.ask({
      sql,
      params,
      rows: hitRows,
      signal,
    });
    this.costs.push(answer.cost);
    return answer.rows;
  }

  async #askLogs(condition: Sql, params: SqlParams, count: number): Promise<readonly LogRecord[]> {
    if (count === 0) return [];
    const answer = await this.#searcher.asker.ask({
      sql: compose(SQL.logs, [condition], { "log-columns": LOGS_SQL.columns }),
      params: { ...params, limit: LOGS_MAX + 1 },
      rows: logRows,
      signal: this.#signal,
      mayBeCut: true,
    });
    this.costs.push(answer.cost);
    this.hasLargerLogs ||= answer.cut;
    return answer.rows;
  }
}

function toMatches(by: RequestMatch["by"], hits: readonly Hit[]): RequestMatch[] {
  return hits.map(({ traceId, matched }) => ({
    by,
    matched,
    ...(traceId === "" ? {} : { traceId }),
  }));
}

function notFound(id: RequestId, attributes: readonly string[]): QueryError {
  const read = [
    ...id.traceIds.map((trace) => `the trace ${trace}`),
    ...id.spanIds.map((span) => `the span ${span}`),
    `the value of one of the attributes ${attributes.join(", ")}`,
  ];
  return new QueryError(
    "request_not_found",
    `Nothing stored has ${JSON.stringify(id.text.slice(0, 200))}, looked for as ${read.join(", ")}, in spans and logs of any time. It may be unsampled, still on its way (a few seconds), or past retention; THROUGHLINE_REQUEST_ID_ATTRIBUTES lists the attributes.`,
  );
}
