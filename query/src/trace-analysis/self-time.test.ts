/** Goal: own times do not depend on how siblings stand: clocks that were put right move spans and leave their order. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { findCriticalPath } from "./critical-path.ts";
import { measureSelfTime } from "./self-time.ts";
import type { SpanTimes } from "./span-times.ts";

type Row = readonly [parent: number, start: number, duration: number];

function toTimes(rows: readonly Row[]): SpanTimes {
  return {
    parent: Int32Array.from(rows, ([parent]) => parent),
    startNs: Float64Array.from(rows, ([, start]) => start),
    durationNs: Float64Array.from(rows, ([, , duration]) => duration),
    isAsync: () => false,
  };
}

/** Nanosecond by nanosecond. */
function byHand(rows: readonly Row[]): readonly number[] {
  return rows.map(([, start, duration], position) => {
    const children = rows.filter(([parent]) => parent === position);
    return Array.from({ length: duration }, (_, at) => start + at).filter(
      (at) => !children.some(([, from, length]) => at >= from && at < from + length),
    ).length;
  });
}

test("a child that stands later and starts earlier covers its part", () => {
  const spans = toTimes([
    [-1, 0, 100],
    [0, 45, 10],
    [0, 5, 90],
  ]);
  expect([...measureSelfTime(spans)]).toEqual([10, 10, 90]);
  const path = findCriticalPath(spans, 0);
  const onPath = [...path.fromNs.keys()]
    .slice(path.first[0], path.first[1])
    .reduce((sum, at) => sum + (path.toNs[at] ?? 0) - (path.fromNs[at] ?? 0), 0);
  expect(onPath).toBe(10);
});

test("in whatever order they stand, own time is what no child covers", () => {
  const row = fc.tuple(fc.nat(100), fc.nat(50), fc.nat(30));
  fc.assert(
    fc.property(fc.array(row, { maxLength: 12 }), (drawn) => {
      const rows = drawn.map(([parent, start, duration], i): Row => [
        i === 0 ? -1 : parent % i,
        start,
        duration,
      ]);
      expect([...measureSelfTime(toTimes(rows))]).toEqual(byHand(rows));
    }),
  );
});
