import type { TraceModel } from "./trace-model.ts";
import { groupOf, NODE_ITSELF, runOf, SIMILAR_GROUP, type Place } from "./trace-rows.ts";

/** @returns whether closing what `place` heads hides `other` */
export function hides(index: TraceModel, place: Place, other: Place): boolean {
  if (place.node === other.node && place.item === other.item) return false;
  const run = runOf(index, place);
  if (run !== undefined)
    return place.node === other.node && other.item >= run.first && other.item < run.end;
  const group = place.item === SIMILAR_GROUP ? groupOf(index, place.node) : undefined;
  const nodes = group?.members ?? [place.node];
  return nodes.some((node) => isInside(index, node, other, group !== undefined));
}

/** @param orItself whether the node's own row counts */
function isInside(index: TraceModel, node: number, place: Place, orItself: boolean): boolean {
  if (place.node === node) return orItself || place.item !== NODE_ITSELF;
  return place.node > node && place.node < (index.subtreeEnd[node] ?? 0);
}
