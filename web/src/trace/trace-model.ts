import { finish, type Steps } from "../lib/slices.ts";
import { fixSkew } from "./clock-skew.ts";
import { insightSteps, type Insight } from "./insight.ts";
import type { TraceIndex } from "./trace-index.ts";

/** A trace with everything that is worked out from it: what the pages read. */
export interface TraceModel extends TraceIndex {
  readonly insight: Insight;
}

export function* modelSteps(index: TraceIndex): Steps<TraceModel> {
  return { ...index, insight: yield* insightSteps(index) };
}

export function toModel(index: TraceIndex): TraceModel {
  return finish(modelSteps(index));
}

/** The trace as if its clocks agreed; it still says that they did not. */
export function toFixedModel(model: TraceModel): TraceModel {
  const { skew } = model.insight;
  const fixed = toModel(fixSkew(model, skew));
  return { ...fixed, insight: { ...fixed.insight, skew } };
}
