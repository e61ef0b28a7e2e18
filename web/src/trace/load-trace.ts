import type { Meta, Span, Trace, TraceLogs, TraceVerdict } from "@throughline/query/wire";
import { decodeTraceColumns, type TraceColumns } from "@throughline/query/trace-columns";
import { ApiError, ask } from "../api/client.ts";
import { createElementReader } from "../lib/json-elements.ts";
import { createRests, inSlices, type Steps } from "../lib/slices.ts";
import { columnIndexSteps, withNodes } from "./columns/index-columns.ts";
import { awaitHelper, type IndexHelper } from "./columns/index-helper.ts";
import { takeEarly } from "./early-columns.ts";
import { indexSteps } from "./trace-index.ts";
import { modelSteps, type TraceModel } from "./trace-model.ts";

/** A trace ready to be shown, and what the answer said about itself. */
export interface LoadedTrace {
  readonly model: TraceModel;
  readonly spanCount: number;
  readonly missingParents: readonly string[];
  readonly verdict: TraceVerdict | undefined;
  readonly meta: Meta;
  /** When it came, Unix milliseconds. */
  readonly readAtMs: number;
  /** Of a large trace; its spans are without attributes and events, its logs come later. */
  readonly columns: TraceColumns | undefined;
}

/** Traces of more spans are drawn from columns: their attributes alone would be tens of megabytes. */
const WHOLE_SPANS_MAX = 5000;

/**
 * Asks for columns first, which say how large the trace is. A small one is then asked for whole; a large one is left as
 * it is. Parses and indexes in slices: a trace of 50,000 spans opens without stopping the page.
 * @throws ApiError for every answer that is not a trace
 */
export async function loadTrace(traceId: string, signal: AbortSignal): Promise<LoadedTrace> {
  const trace = await loadSpans(traceId, signal);
  return isSmall(trace) ? loadWholeTrace(traceId, signal) : trace;
}

/** What can be drawn soonest: spans from columns; the whole trace where there are none. Fails as {@link loadTrace}. */
export async function loadSpans(traceId: string, signal: AbortSignal): Promise<LoadedTrace> {
  const helper = awaitHelper();
  try {
    return await loadByColumns(traceId, { signal, helper });
  } finally {
    helper.end();
  }
}

interface Loading {
  readonly signal: AbortSignal;
  readonly helper: IndexHelper;
}

async function loadByColumns(traceId: string, { signal, helper }: Loading): Promise<LoadedTrace> {
  const answer = await readColumns(traceId, signal);
  // Logs alone have no columns to be drawn from.
  if (answer === undefined || answer.columns.about.spanCount === 0)
    return loadWholeTrace(traceId, signal);
  const { columns, bytes } = answer;
  const isLarge = columns.about.spanCount > WHOLE_SPANS_MAX;
  const flat = isLarge ? await helper.index(bytes, signal) : undefined;
  const steps = flat === undefined ? lightModelSteps(columns) : withNodes(columns, flat);
  const { spanCount, missingParents, verdict, meta } = columns.about;
  return {
    model: await inSlices(steps, signal),
    spanCount,
    missingParents,
    verdict,
    meta,
    readAtMs: Date.now(),
    columns,
  };
}

/** Spans alone. */
function* lightModelSteps(columns: TraceColumns): Steps<TraceModel> {
  return yield* modelSteps(yield* columnIndexSteps(columns));
}

/** What columns leave out: everything of a small trace, the logs of a large one. */
export async function loadRest(trace: LoadedTrace, signal: AbortSignal): Promise<LoadedTrace> {
  const { columns, meta } = trace;
  if (columns === undefined) return trace;
  if (!isSmall(trace))
    return columns.about.logCount === 0 ? trace : addLogs(trace, columns, signal);
  const whole = await loadWholeTrace(columns.about.traceId, signal);
  return { ...whole, meta: addCosts(whole.meta, meta) };
}

function isSmall({ columns, spanCount }: LoadedTrace): boolean {
  return columns !== undefined && spanCount <= WHOLE_SPANS_MAX;
}

/** With every attribute, event and log, however large it is. */
export async function loadWholeTrace(traceId: string, signal: AbortSignal): Promise<LoadedTrace> {
  const response = await ask(traceUrl(traceId), signal);
  const { elements, around } = await readElements<Span>(response, "spans");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the service serializes with the schema of Trace
  const trace: Trace = { ...(around as Trace), spans: elements };
  const index = await inSlices(indexSteps(trace), signal);
  return {
    model: await inSlices(modelSteps(index), signal),
    spanCount: trace.spans.length,
    missingParents: trace.missingParents,
    verdict: trace.verdict,
    meta: trace.meta,
    readAtMs: Date.now(),
    columns: undefined,
  };
}

/** The trace again, with its logs inside. */
async function addLogs(
  trace: LoadedTrace,
  columns: TraceColumns,
  signal: AbortSignal,
): Promise<LoadedTrace> {
  const url = `${traceUrl(columns.about.traceId)}/logs`;
  const response = await ask(url, signal);
  const { elements, around } = await readElements<TraceLogs["logs"][number]>(response, "logs");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the service serializes with the schema of TraceLogs
  const { meta } = around as TraceLogs;
  const logs = elements;
  const index = await inSlices(columnIndexSteps(columns, logs), signal);
  const model = await inSlices(modelSteps(index), signal);
  return { ...trace, model, readAtMs: Date.now(), meta: addCosts(trace.meta, meta) };
}

/** What two answers cost together; whole when both are. */
function addCosts(a: Meta, b: Meta): Meta {
  const reason = a.reason ?? b.reason;
  return {
    elapsedMs: a.elapsedMs + b.elapsedMs,
    rowsRead: a.rowsRead + b.rowsRead,
    bytesRead: a.bytesRead + b.bytesRead,
    complete: a.complete && b.complete,
    ...(reason === undefined ? {} : { reason }),
  };
}

interface ColumnsAnswer {
  readonly columns: TraceColumns<TraceVerdict, Meta>;
  /** Under the columns. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** @returns undefined from a service that has no columns yet */
async function readColumns(
  traceId: string,
  signal: AbortSignal,
): Promise<ColumnsAnswer | undefined> {
  try {
    const url = `${traceUrl(traceId)}/columns`;
    const response = (await takeEarly(url)) ?? (await ask(url, signal));
    const bytes = new Uint8Array(await response.arrayBuffer());
    return { bytes, columns: decodeTraceColumns<TraceVerdict, Meta>(bytes) };
  } catch (error) {
    if (error instanceof ApiError && error.code === "not_found") return undefined;
    throw error;
  }
}

function traceUrl(traceId: string): string {
  return `/api/traces/${encodeURIComponent(traceId)}`;
}

interface Elements<T> {
  readonly elements: T[];
  /** The object without them. */
  readonly around: unknown;
}

/** Reads an answer while it arrives. @param name of its long array */
async function readElements<T>({ body }: Response, name: string): Promise<Elements<T>> {
  const reader = createElementReader(name);
  const elements: T[] = [];
  const rest = createRests();
  for await (const bytes of chunksOf(body ?? new ReadableStream()))
    for (const piece of reader.push(bytes)) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the service serializes with the schema T comes from
      for (const element of piece as readonly T[]) elements.push(element);
      await rest();
    }
  return { elements, around: reader.end() };
}

/** What `for await` over a stream does, in browsers that cannot. */
async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
