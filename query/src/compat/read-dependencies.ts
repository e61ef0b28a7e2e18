/** Who calls whom, as Jaeger and Zipkin draw it: from the edges of the service map. */
import { readEdges } from "../service-map/read-edges.ts";
import type { Searcher } from "../search/searcher.ts";
import type { TimeRange } from "../search/time-range.ts";

export interface Dependency {
  readonly caller: string;
  readonly callee: string;
  readonly calls: number;
  readonly errors: number;
}

export interface Dependencies {
  /** Most calls first. */
  readonly edges: readonly Dependency[];
  /** What is left out, a sentence each. */
  readonly missing: readonly string[];
}

/** A queue stands between those who send and those who receive; databases and external systems are not services. */
const KINDS: ReadonlySet<string> = new Set(["service-service", "service-queue", "queue-service"]);

/** Over whole buckets of five minutes. Calls of a service to itself are left out. */
export async function readDependencies(
  searcher: Searcher,
  range: TimeRange,
  signal: AbortSignal,
): Promise<Dependencies> {
  const { rows, reason } = await readEdges(searcher, { range }, signal);
  const sums = new Map<string, Dependency>();
  for (const { kind, caller, callee, calls, errors } of rows) {
    if (!KINDS.has(kind) || caller === callee) continue;
    const key = JSON.stringify([caller, callee]);
    const sum = sums.get(key) ?? { caller, callee, calls: 0, errors: 0 };
    sums.set(key, {
      ...sum,
      calls: sum.calls + Number(calls),
      errors: sum.errors + Number(errors),
    });
  }
  return {
    edges: [...sums.values()].toSorted((a, b) => b.calls - a.calls),
    missing: reason === undefined ? [] : [reason],
  };
}
