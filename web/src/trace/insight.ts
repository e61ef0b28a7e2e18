import { failingSubtrees, findBlame, type Blame } from "./blame.ts";
import { findSkew, type SkewedCall } from "./clock-skew.ts";
import { findCriticalPath, isOnPath, type CriticalPath } from "./critical-path.ts";
import { measureOwnTime, type OwnTime } from "./own-time.ts";
import { lineRunSteps, type LineRuns } from "./line-runs.ts";
import { findSimilar, type Similar } from "./similar.ts";
import type { TraceIndex } from "./trace-index.ts";
import type { Steps } from "../lib/slices.ts";
import { isFailureItem } from "./trace-rows.ts";

/** What is worked out from a trace, once, before it is shown. */
export interface Insight {
  readonly path: CriticalPath;
  readonly own: OwnTime;
  readonly blame: Blame | undefined;
  readonly similar: Similar;
  readonly runs: LineRuns;
  /** Calls whose order in time is impossible; found in the times as they were sent. */
  readonly skew: readonly SkewedCall[];
  /** 1 per node that starts closed; empty for a trace that starts open. */
  readonly startsClosed: Uint8Array;
}

/** Each step takes milliseconds for 50,000 spans. */
export function* insightSteps(index: TraceIndex): Steps<Insight> {
  const path = findCriticalPath(index);
  yield;
  const failing = failingSubtrees(index);
  markFailureItems(index, failing);
  yield;
  const own = measureOwnTime(index);
  yield;
  const similar = findSimilar(index, failing);
  yield;
  const runs = yield* lineRunSteps(index);
  yield;
  const blame = findBlame(index);
  yield;
  const skew = findSkew(index);
  return {
    path,
    own,
    blame,
    similar,
    runs,
    skew,
    startsClosed: closeWhatIsNotTelling(index, path, failing),
  };
}

/** A span in whose subtree an error was logged is as telling as one that failed. */
function markFailureItems(index: TraceIndex, failing: Uint8Array): void {
  index.nodes.forEach((node, i) => {
    if (failing[i] === 1 || !node.items.some(isFailureItem)) return;
    for (let at = i; at >= 0 && failing[at] !== 1; at = index.parent[at] ?? -1) failing[at] = 1;
  });
}

/** Traces with more spans than this open on what matters. */
export const OPEN_WHOLE_MAX = 2000;
const LEVELS_OPEN = 2;

/** @returns open stays the first levels, what is on the critical path, and the way to every failure */
function closeWhatIsNotTelling(
  index: TraceIndex,
  path: CriticalPath,
  failing: Uint8Array,
): Uint8Array {
  if (index.nodes.length <= OPEN_WHOLE_MAX) return new Uint8Array();
  const closed = new Uint8Array(index.nodes.length);
  for (let node = 0; node < closed.length; node++) {
    const holdsSpans = (index.subtreeEnd[node] ?? 0) > node + 1;
    if (!holdsSpans || (index.depth[node] ?? 0) < LEVELS_OPEN) continue;
    if (failing[node] !== 1 && !isOnPath(path, node)) closed[node] = 1;
  }
  return closed;
}
