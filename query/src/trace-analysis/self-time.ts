import { siblingsByStart, type SpanTimes } from "./span-times.ts";

/**
 * Time of each span that none of its children covers, nanoseconds; what it does not wait for covers nothing. One pass:
 * siblings are looked at in order of their start, so what is covered grows to the right.
 */
export function measureSelfTime(spans: SpanTimes): Float64Array {
  const { parent, startNs, durationNs, isAsync } = spans;
  const endOf = (position: number) => (startNs[position] ?? 0) + (durationNs[position] ?? 0);
  const coveredTo = startNs.slice();
  const selfNs = new Float64Array(parent.length);
  const uncovered = (position: number, toNs: number) => {
    selfNs[position] = (selfNs[position] ?? 0) + Math.max(0, toNs - (coveredTo[position] ?? 0));
  };
  siblingsByStart(spans).forEach((position) => {
    const above = parent[position] ?? -1;
    if (above < 0 || isAsync(position)) return;
    uncovered(above, Math.min(startNs[position] ?? 0, endOf(above)));
    coveredTo[above] = Math.max(coveredTo[above] ?? 0, Math.min(endOf(position), endOf(above)));
  });
  parent.forEach((_, position) => uncovered(position, endOf(position)));
  return selfNs;
}
