/**
 * What is filled, block by block: pure arithmetic. Traces and logs outside of traces are numbered; a number decides when
 * the record was, and a block is a range of numbers, so it is a stretch of time and becomes a part or two.
 */
import { meanPerTrace, type RouteSpan } from "./routes.ts";

export interface FillSizes {
  readonly logs: number;
  readonly spans: number;
}

export interface FillPlan {
  readonly traces: number;
  /** Log records that belong to no trace. */
  readonly loneLogs: number;
  /** What a route's mean number of logs per span is multiplied with. */
  readonly logsScale: number;
  readonly blocks: number;
}

/** Of all log records, those that are written inside a span. */
const LOGS_IN_TRACES = 0.75;
/** The first blocks lie in the six days before the last one, thin. */
const EARLIER_SHARE = 0.04;
const DAY_MICROS = 86_400_000_000;
const EARLIER_DAYS = 6;
const LATE_MAX_MICROS = 3_600_000_000;

export function planFill(
  routes: readonly RouteSpan[],
  sizes: FillSizes,
  blockSpans: number,
): FillPlan {
  const traces = Math.max(1, Math.round(sizes.spans / meanPerTrace(routes, () => 1)));
  const logsPerTrace = meanPerTrace(routes, ({ logs }) => logs);
  return {
    traces,
    loneLogs: Math.round(sizes.logs * (1 - LOGS_IN_TRACES)),
    logsScale: (sizes.logs * LOGS_IN_TRACES) / traces / logsPerTrace,
    blocks: Math.max(1, Math.round(sizes.spans / blockSpans)),
  };
}

/** A block's ranges, as numbers of traces and of lone logs, and the time of them. */
export interface Block {
  readonly block: number;
  readonly traceFirst: number;
  readonly traceEnd: number;
  /** The first trace whose late spans can arrive in this block. */
  readonly lateFirst: number;
  readonly logFirst: number;
  readonly logEnd: number;
  readonly startMicros: number;
  readonly endMicros: number;
}

/** @param endMicros the end of the last block, since 1970 */
export function blockOf(plan: FillPlan, endMicros: number, block: number): Block {
  const first = (of: number, number: number): number => Math.round((of * number) / plan.blocks);
  const startMicros = endMicros - ageMicros(plan, block);
  const nextMicros = endMicros - ageMicros(plan, block + 1);
  const earlier = earlierBlocks(plan);
  const blocksBack = Math.ceil(LATE_MAX_MICROS / (nextMicros - startMicros));
  return {
    block,
    startMicros,
    endMicros: nextMicros,
    traceFirst: first(plan.traces, block),
    traceEnd: first(plan.traces, block + 1),
    // Not beyond where the density changes: times are counted from the block's own.
    lateFirst: first(plan.traces, Math.max(block < earlier ? 0 : earlier, block - blocksBack)),
    logFirst: first(plan.loneLogs, block),
    logEnd: first(plan.loneLogs, block + 1),
  };
}

/** The newest first, an earlier day's among every so many of them: whatever is filled so far has the shape of the whole. */
export function blockOrder(plan: FillPlan): readonly number[] {
  const earlier = earlierBlocks(plan);
  const newest = Array.from(
    { length: plan.blocks - earlier },
    (_, index) => plan.blocks - 1 - index,
  );
  const every = Math.max(1, Math.floor(newest.length / Math.max(1, earlier)));
  const order: number[] = [];
  let next = earlier - 1;
  for (const [index, block] of newest.entries()) {
    order.push(block);
    if (index % every === every - 1 && next >= 0) order.push(next--);
  }
  while (next >= 0) order.push(next--);
  return order;
}

function earlierBlocks(plan: FillPlan): number {
  return Math.min(plan.blocks - 1, Math.round(plan.blocks * EARLIER_SHARE));
}

/** How long before the end a block begins. */
function ageMicros(plan: FillPlan, block: number): number {
  const earlier = earlierBlocks(plan);
  if (block >= earlier) {
    return Math.round((DAY_MICROS * (plan.blocks - block)) / (plan.blocks - earlier));
  }
  return Math.round(DAY_MICROS * (1 + (EARLIER_DAYS * (earlier - block)) / earlier));
}
