import { deriveInsight, type Insight } from "./insight.ts";
import type { TraceIndex } from "./trace-index.ts";

/** A trace with everything that is worked out from it: what the pages read. */
export interface TraceModel extends TraceIndex {
  readonly insight: Insight;
}

export function toModel(index: TraceIndex): TraceModel {
  return { ...index, insight: deriveInsight(index) };
}
