import { childrenOf } from "./critical-path.ts";
import type { TraceIndex } from "./trace-index.ts";

/** Siblings one after the other that did the same thing; one row stands for them until it is opened. */
export interface SimilarGroup {
  /** The key of its first span names the group in a URL. */
  readonly key: string;
  /** Node numbers in rising order, more than {@link SIMILAR_MIN}. */
  readonly members: readonly number[];
  readonly p50Ns: number;
  readonly maxNs: number;
  readonly totalNs: number;
}

export interface Similar {
  readonly groups: readonly SimilarGroup[];
  /** By node: the group it is a member of, -1 for none. */
  readonly groupOf: Int32Array;
}

/** Up to this many siblings are simply shown. */
const SIMILAR_MAX_SHOWN = 8;

/**
 * Siblings with the same service, name, kind and status make one group; whatever failed, or holds a failure, stays out and
 * does not end it. Another name does.
 * @param failing 1 per node that must stay visible
 */
export function findSimilar(index: TraceIndex, failing: Uint8Array): Similar {
  const groups: SimilarGroup[] = [];
  const groupOf = new Int32Array(index.nodes.length).fill(-1);
  const close = (members: readonly number[]) => {
    if (members.length <= SIMILAR_MAX_SHOWN) return;
    for (const member of members) groupOf[member] = groups.length;
    groups.push(toGroup(index, members));
  };
  for (let node = 0; node < index.nodes.length; node++) {
    // Fewer nodes inside than a group needs cannot hold one.
    if ((index.subtreeEnd[node] ?? 0) - node - 1 <= SIMILAR_MAX_SHOWN) continue;
    let members: number[] = [];
    let last = -1;
    for (const child of childrenOf(index, node)) {
      const operation = index.operation[child] ?? -1;
      if (operation < 0 || failing[child] === 1) continue;
      if (last >= 0 && last !== operation) {
        close(members);
        members = [];
      }
      members.push(child);
      last = operation;
    }
    close(members);
  }
  return { groups, groupOf };
}

function toGroup(index: TraceIndex, members: readonly number[]): SimilarGroup {
  const durations = Float64Array.from(
    members,
    (member) => index.durationNs[member] ?? 0,
  ).toSorted();
  return {
    key: index.nodes[members[0] ?? 0]?.key ?? "",
    members,
    p50Ns: durations[Math.ceil(durations.length / 2) - 1] ?? 0,
    maxNs: durations.at(-1) ?? 0,
    totalNs: durations.reduce((sum, duration) => sum + duration, 0),
  };
}
