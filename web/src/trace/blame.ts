import { childrenOf, longestRoot } from "./critical-path.ts";
import type { SpanNode, TraceIndex } from "./trace-index.ts";
import { hasTrait, Trait } from "./traits.ts";

/** Where a failure began, and what it was. */
export interface Blame {
  readonly node: number;
  readonly service: string;
  /** What the originating span says went wrong. */
  readonly reason: string;
  /** Levels below the request's root. */
  readonly levelsDown: number;
  /** False when something failed inside, and the request itself did not. */
  readonly failedRequest: boolean;
}

/**
 * Follows the failure down: into the failed child that ended last (of several attempts the last decided), through spans
 * that forgot to say they failed, until nothing below failed.
 * @returns undefined when no span failed
 */
export function findBlame(index: TraceIndex): Blame | undefined {
  if (index.errorCount === 0) return undefined;
  const failing = failingSubtrees(index);
  const root = longestRoot(index);
  const top = root >= 0 && failing[root] === 1 ? root : firstFailing(index, failing);
  let node = top;
  for (
    let below = nextDown(index, node, failing);
    below >= 0;
    below = nextDown(index, node, failing)
  )
    node = below;
  const current = index.nodes[node];
  if (current?.kind !== "span") return undefined;
  return {
    node,
    service: current.span.serviceName,
    reason: reasonOf(current),
    levelsDown: (index.depth[node] ?? 0) - (index.depth[top] ?? 0),
    failedRequest: isFailed(index, top),
  };
}

/** @returns the span at or below a node where its failure began, found as {@link findBlame} does; the node itself when nothing below failed */
export function originBelow(index: TraceIndex, node: number): number {
  const failing = failingSubtrees(index);
  let origin = node;
  for (
    let below = nextDown(index, origin, failing);
    below >= 0;
    below = nextDown(index, origin, failing)
  )
    origin = below;
  return origin;
}

function isFailed(index: TraceIndex, node: number): boolean {
  return hasTrait(index, node, Trait.error);
}

/** @returns 1 per node that failed or holds a failed span */
export function failingSubtrees(index: TraceIndex): Uint8Array {
  const failing = new Uint8Array(index.nodes.length);
  for (let node = index.nodes.length - 1; node >= 0; node--) {
    if (isFailed(index, node)) failing[node] = 1;
    const parent = index.parent[node] ?? -1;
    if (failing[node] === 1 && parent >= 0) failing[parent] = 1;
  }
  return failing;
}

function firstFailing(index: TraceIndex, failing: Uint8Array): number {
  let node = failing.indexOf(1);
  while (index.nodes[node]?.kind === "missing") node = failing.indexOf(1, node + 1);
  return node;
}

/** @returns the child to blame; -1 when the failure began here */
function nextDown(index: TraceIndex, node: number, failing: Uint8Array): number {
  let best = -1;
  for (const child of childrenOf(index, node)) {
    if (failing[child] !== 1) continue;
    if (best < 0 || isWorse(index, child, best)) best = child;
  }
  return best;
}

/** A span that failed itself before one that only holds a failure; then the later end. */
function isWorse(index: TraceIndex, node: number, than: number): boolean {
  const failed = Number(isFailed(index, node)) - Number(isFailed(index, than));
  if (failed !== 0) return failed > 0;
  const endOf = (at: number) => (index.startNs[at] ?? 0) + (index.durationNs[at] ?? 0);
  return endOf(node) >= endOf(than);
}

/** What the span says went wrong, most telling first; its name when it says nothing. */
function reasonOf({ span, items }: SpanNode): string {
  const exception = span.events.find(({ name }) => name === "exception")?.attributes;
  const status = span.attributes["http.response.status_code"] ?? "";
  const lastError = items.findLast((item) => item.kind === "log" && item.log.severityNumber >= 17);
  const reasons = [
    span.status.message,
    exception?.["exception.message"],
    exception?.["exception.type"],
    lastError?.kind === "log" ? lastError.log.body : undefined,
    /^[45]\d\d$/.test(status) ? `${span.name} answered ${status}` : undefined,
    span.attributes["error.type"],
  ];
  return reasons.find((reason) => reason !== undefined && reason !== "") ?? span.name;
}
