/** @returns the lane of each service, from the top in the order in which they come in; the last one is shared */
export function laneOf(
  strip: readonly { readonly service: string }[],
  lanesMax: number,
): ReadonlyMap<string, number> {
  const lanes = new Map<string, number>();
  for (const { service } of strip)
    if (!lanes.has(service)) lanes.set(service, Math.min(lanes.size, lanesMax - 1));
  return lanes;
}
