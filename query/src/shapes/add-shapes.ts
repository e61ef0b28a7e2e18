/**
 * Strips and verdicts of listed traces, of all their spans in one statement. A page of traces is summed up from the same
 * spans, so that they are read once; what is too large for that is summed up in ClickHouse.
 */
import { addCosts } from "../clickhouse/ask.ts";
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import { isLimit } from "../search/deadline.ts";
import type { Searcher } from "../search/searcher.ts";
import {
  type Asking,
  type FoundTraces,
  type KnownTrace,
  readWindows,
  summarise,
  summariseSpans,
} from "../search/summarise.ts";
import type { SummaryRow, TraceMatch } from "../search/trace-rows.ts";
import type { StoredWindow } from "../traces/trace-window.ts";
import type { TracePage, TraceSummary } from "../wire.ts";
import { type ShapeReading, askShapes } from "./ask-shapes.ts";
import { judgeShapes } from "./judge-shapes.ts";
import type { Shape } from "./shape-table.ts";
import { cutStrip } from "./strip.ts";

/** What is asked of each summary besides what it always has. */
export interface ShapeWish {
  readonly strip: boolean;
  readonly verdict: boolean;
}

export const NO_SHAPES: ShapeWish = { strip: false, verdict: false };

export interface Listed {
  readonly traces: TraceSummary[];
  /** Why some of them lack what was wished for. */
  readonly reason?: string;
}

/**
 * @returns one summary for each match that has spans, in no order. Those for which `summarySpansMax` leaves no room go without
 * strip and verdict, and so do all when a limit of queries ends the reading
 */
export async function summarisePage(
  searcher: Searcher,
  found: FoundTraces,
  wish: ShapeWish,
  asking: Asking,
): Promise<Listed> {
  if (!wish.strip && !wish.verdict) {
    return { traces: await summarise(searcher, found, asking) };
  }
  const reading = { searcher, ...asking };
  let shapes: Shapes | undefined;
  const traces = await summarise(searcher, found, asking, async (those) => {
    shapes = await askWhole(reading, those);
    return shapes === undefined
      ? summariseSpans(searcher, those, asking)
      : [...shapes].map(([traceId, shape]) => toRow(traceId, shape));
  });
  return withShapes(reading, { traces, windows: found.windows, shapes }, wish);
}

/** A page whose traces were summed up elsewhere, with what was wished for; `meta` says which go without. */
export async function addShapes(
  searcher: Searcher,
  page: TracePage,
  wish: ShapeWish,
  signal: AbortSignal,
): Promise<TracePage> {
  if ((!wish.strip && !wish.verdict) || page.traces.length === 0) return page;
  const started = performance.now();
  const reading: ShapeReading = { searcher, signal, costs: [] };
  const windows = await readWindows(searcher, page.traces.map(toMatch), reading);
  const listed = { traces: page.traces, windows, shapes: undefined };
  const { traces, reason: missing } = await withShapes(reading, listed, wish);
  const { reason, ...meta } = page.meta;
  const reasons = [reason, missing].filter((each) => each !== undefined);
  return {
    ...page,
    traces,
    meta: {
      elapsedMs: meta.elapsedMs + performance.now() - started,
      ...addCosts([meta, ...reading.costs]),
      complete: meta.complete && missing === undefined,
      ...(reasons.length === 0 ? {} : { reason: reasons.join(" ") }),
    },
  };
}

function toMatch({ traceId, startTimeUnixNano }: TraceSummary): TraceMatch {
  return { traceId, firstMatch: startTimeUnixNano };
}

type Shapes = ReadonlyMap<string, Shape>;

/** @returns undefined where the traces have more spans than one answer may */
async function askWhole(
  reading: ShapeReading,
  traces: readonly KnownTrace[],
): Promise<Shapes | undefined> {
  const { traceSpansMax } = reading.searcher.limits;
  try {
    const { shapes, isWhole } = await askShapes(reading, traces);
    const isAll = [...shapes.values()].every(({ rowCount }) => rowCount <= traceSpansMax);
    return isWhole && isAll ? shapes : undefined;
  } catch (error) {
    if (!isLimit(error)) throw error;
    return undefined;
  }
}

/** Pure: what `summarise` in `sql/traces.sql` says of the same spans. */
function toRow(traceId: string, shape: Shape): SummaryRow {
  const positions = [...shape.startNs.keys()];
  const ofService = Map.groupBy(positions, shape.serviceOf);
  return {
    traceId,
    startTimeUnixNano: String(shape.start),
    endTimeUnixNano: String(shape.end),
    spanCount: String(positions.length),
    errorCount: String(positions.filter(shape.isError).length),
    rootServiceName: shape.root?.service ?? "",
    rootName: shape.root?.name ?? "",
    services: Object.fromEntries(
      [...ofService].map(([service, spans]) => [service, String(spans.length)]),
    ),
  };
}

interface Wished {
  readonly traces: TraceSummary[];
  readonly windows: ReadonlyMap<string, StoredWindow>;
  /** Of all of them; undefined where they are to be asked for. */
  readonly shapes: Shapes | undefined;
}

async function withShapes(
  reading: ShapeReading,
  { traces, windows, shapes: read }: Wished,
  wish: ShapeWish,
): Promise<Listed> {
  const { limits } = reading.searcher;
  const added = new Map<string, Pick<TraceSummary, "strip" | "verdict">>();
  try {
    const shapes = read ?? (await askChosen(reading, traces, windows));
    const verdicts = wish.verdict
      ? await judgeShapes(reading, { traces, windows, shapes })
      : new Map<string, TraceSummary["verdict"]>();
    for (const [traceId, shape] of shapes) {
      const verdict = verdicts.get(traceId);
      added.set(traceId, {
        ...(wish.strip ? { strip: cutStrip(shape) } : {}),
        ...(verdict === undefined ? {} : { verdict }),
      });
    }
  } catch (error) {
    if (!isLimit(error)) throw error;
  }
  const missing = traces.filter(({ traceId }) => !added.has(traceId)).length;
  return {
    traces: traces.map((trace) => ({ ...trace, ...added.get(trace.traceId) })),
    ...(missing === 0
      ? {}
      : {
          reason: `Of ${missing} traces neither strip nor verdict is told: the traces of one page have more than ${limits.summarySpansMax} spans (summarySpansMax), or reading them takes longer than queryTimeMs.`,
        }),
  };
}

/** Of as many as the limit has room for, in the order of the page; a large one does not take it from the others. */
async function askChosen(
  reading: ShapeReading,
  traces: readonly TraceSummary[],
  windows: ReadonlyMap<string, StoredWindow>,
): Promise<Shapes> {
  const { summarySpansMax } = reading.searcher.limits;
  let spans = 0;
  const chosen = traces.filter(({ spanCount }) => {
    if (spans + spanCount > summarySpansMax) return false;
    spans += spanCount;
    return true;
  });
  if (chosen.length === 0) return new Map();
  const known = chosen.map((trace) => [trace.traceId, windowOf(trace, windows)] as const);
  return (await askShapes(reading, known)).shapes;
}

/** Of a trace that the id table does not know, all of its time. */
function windowOf(
  { traceId, startTimeUnixNano, durationNano }: TraceSummary,
  windows: ReadonlyMap<string, StoredWindow>,
): StoredWindow {
  const start = BigInt(startTimeUnixNano);
  const seconds = (nanos: bigint): number => Number(nanos / NANOS_PER_SECOND);
  const own = {
    startSeconds: seconds(start),
    endSeconds: seconds(start + BigInt(durationNano)),
    storedFirstSeconds: 0,
    storedLastSeconds: 0,
  };
  const window = windows.get(traceId) ?? own;
  return window.storedFirstSeconds > 0 ? window : own;
}
