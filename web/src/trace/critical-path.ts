import * as shared from "@throughline/query/trace-analysis";
import type { TraceIndex } from "./trace-index.ts";
import { hasTrait, Trait } from "./traits.ts";

export type { CriticalPath } from "@throughline/query/trace-analysis";

/** Which work the request waited for at every moment, by node; placeholders are waited for by nobody. */
export function findCriticalPath(index: TraceIndex): shared.CriticalPath {
  return shared.findCriticalPath(
    {
      parent: index.parent,
      startNs: index.startNs,
      durationNs: index.durationNs,
      isAsync: (node) => isAsync(index, node),
    },
    longestRoot(index),
  );
}

/** @returns whether any of the node's subtree is on the path */
export function isOnPath(path: shared.CriticalPath, node: number): boolean {
  return (path.subtreeToNs[node] ?? 0) > (path.subtreeFromNs[node] ?? 0);
}

/** The request is the root that lasts longest; a placeholder lasts not at all. -1 without spans. */
export function longestRoot(index: TraceIndex): number {
  let longest = -1;
  for (let node = 0; node < index.nodes.length; node = index.subtreeEnd[node] ?? node + 1) {
    const roots = index.nodes[node]?.kind === "missing" ? childrenOf(index, node) : [node].values();
    for (const root of roots) {
      if (!hasTrait(index, root, Trait.span)) continue;
      if (longest < 0 || (index.durationNs[root] ?? 0) > (index.durationNs[longest] ?? 0))
        longest = root;
    }
  }
  return longest;
}

/** @returns the node's children in order of their start */
export function* childrenOf(index: TraceIndex, node: number): Generator<number> {
  const end = index.subtreeEnd[node] ?? 0;
  for (let child = node + 1; child < end; child = index.subtreeEnd[child] ?? end) yield child;
}

/** What a producer handed over runs on its own time. */
export function isAsync(index: TraceIndex, node: number): boolean {
  const parent = index.parent[node] ?? -1;
  return hasTrait(index, node, Trait.consumer) && hasTrait(index, parent, Trait.producer);
}
