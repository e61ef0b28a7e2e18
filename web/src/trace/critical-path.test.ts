/**
 * Goal: every moment of the request is explained by exactly one span, the one it waited for.
 * Method: known shapes by hand; then random trees against the promise itself and against a slow, obvious version.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { childrenOf, findCriticalPath, isOnPath } from "./critical-path.ts";
import { span, trace } from "./testing.ts";
import { indexTrace, type TraceIndex } from "./trace-index.ts";

interface Segment {
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

function segments(index: TraceIndex): readonly Segment[] {
  const path = findCriticalPath(index);
  const all: Segment[] = [];
  index.nodes.forEach((node, i) => {
    for (let at = path.first[i]!; at < path.first[i + 1]!; at++)
      all.push({ key: node.key, from: path.fromNs[at]!, to: path.toNs[at]! });
  });
  return all.toSorted((a, b) => a.from - b.from || a.to - b.to);
}

const words = (index: TraceIndex) =>
  segments(index).map(({ key, from, to }) => `${key} ${from}-${to}`);

describe("the critical path", () => {
  test("goes through the child that finished last, and back to the parent around it", () => {
    const index = indexTrace(
      trace([span("root", "", 0, 100), span("a", "root", 10, 40), span("b", "root", 20, 70)]),
    );
    expect(words(index)).toEqual(["root 0-20", "b 20-90", "root 90-100"]);
  });

  test("follows one child after the other when they ran one after the other", () => {
    const index = indexTrace(
      trace([span("root", "", 0, 100), span("a", "root", 10, 30), span("b", "root", 50, 40)]),
    );
    expect(words(index)).toEqual(["root 0-10", "a 10-40", "root 40-50", "b 50-90", "root 90-100"]);
  });

  test("does not wait for what a consumer makes of a producer's message", () => {
    const producer = { ...span("send", "root", 10, 5), kind: "Producer" };
    const consumer = { ...span("handle", "send", 12, 60), kind: "Consumer" };
    const index = indexTrace(trace([span("root", "", 0, 100), producer, consumer]));
    expect(words(index)).toEqual(["root 0-10", "send 10-15", "root 15-100"]);
  });

  test("ends with the request, though a child goes on", () => {
    const index = indexTrace(
      trace([span("root", "", 0, 50), span("late", "root", 40, 500), span("after", "root", 60)]),
    );
    expect(words(index)).toEqual(["root 0-40", "late 40-50"]);
  });

  test("of several roots follows the longest, under a placeholder, too", () => {
    const index = indexTrace(
      trace([span("short", "", 0, 10), span("long", "gone", 5, 90), span("in", "long", 5, 90)]),
    );
    expect(words(index)).toEqual(["in 5-95"]);
    expect(findCriticalPath(index).subtreeToNs[index.nodeByKey.get("long")!]).toBe(95);
  });

  test("is empty without spans", () => {
    expect(words(indexTrace(trace([])))).toEqual([]);
  });

  test("of a chain of 50,000 levels is found without recursion", () => {
    const spans = Array.from({ length: 50_000 }, (_, i) =>
      span(`${i}`, i === 0 ? "" : `${i - 1}`, i, 200_000 - 2 * i),
    );
    const index = indexTrace(trace(spans));
    expect(segments(index).length).toBe(99_999);
    expect(isOnPath(findCriticalPath(index), 49_999)).toBe(true);
  });

  test("of 50,000 children of one parent is found in one pass", () => {
    const spans = Array.from({ length: 50_000 }, (_, i) => span(`${i}`, "root", i * 10, 12));
    const index = indexTrace(trace([span("root", "", 0, 500_100), ...spans]));
    expect(segments(index).at(-1)).toEqual({ key: "root", from: 500_002, to: 500_100 });
  });
});

const trees = fc
  .array(fc.tuple(fc.nat(1000), fc.nat(60), fc.nat(40)), { minLength: 1, maxLength: 30 })
  .map((rows) =>
    rows.map(([parent, start, duration], i) =>
      i === 0 ? span("0", "", 10, 60) : span(`${i}`, `${parent % i}`, start, duration),
    ),
  );

test("explains every moment of the request once", () => {
  fc.assert(
    fc.property(trees, (spans) => {
      const index = indexTrace(trace(spans));
      const path = findCriticalPath(index);
      let atNs = segments(index)[0]!.from;
      for (const { key, from, to } of segments(index)) {
        const node = index.nodeByKey.get(key)!;
        expect(from).toBe(atNs);
        expect(to).toBeGreaterThan(from);
        expect(from).toBeGreaterThanOrEqual(index.startNs[node]!);
        expect(to).toBeLessThanOrEqual(index.startNs[node]! + index.durationNs[node]!);
        expect(path.subtreeFromNs[node]).toBeLessThanOrEqual(from);
        expect(path.subtreeToNs[node]).toBeGreaterThanOrEqual(to);
        atNs = to;
      }
      const root = index.nodeByKey.get(segments(index)[0]!.key)!;
      expect(path.subtreeToNs[root]).toBeGreaterThan(0);
    }),
  );
});

/** The definition, word for word: recursive, looking at all children at every step. */
function obvious(index: TraceIndex, root: number): readonly Segment[] {
  const found: Segment[] = [];
  const explain = (node: number, start: number, end: number) => {
    const own = (from: number, to: number) => {
      if (to > from) found.push({ key: index.nodes[node]!.key, from, to });
    };
    let cursor = end;
    const left = new Set(childrenOf(index, node));
    for (;;) {
      const rangeOf = (child: number) => ({
        child,
        from: Math.max(start, index.startNs[child]!),
        to: Math.min(end, index.startNs[child]! + index.durationNs[child]!),
      });
      const last = [...left]
        .map(rangeOf)
        .filter(({ from, to }) => to > from && to <= cursor)
        .toSorted((a, b) => b.to - a.to || a.child - b.child)[0];
      if (last === undefined) break;
      left.delete(last.child);
      own(last.to, cursor);
      explain(last.child, last.from, last.to);
      cursor = last.from;
    }
    own(start, cursor);
  };
  explain(root, index.startNs[root]!, index.startNs[root]! + index.durationNs[root]!);
  return found.toSorted((a, b) => a.from - b.from || a.to - b.to);
}

test("is what the slow version finds", () => {
  fc.assert(
    fc.property(trees, (spans) => {
      const index = indexTrace(trace(spans));
      expect(segments(index)).toEqual(obvious(index, index.nodeByKey.get("0")!));
    }),
  );
});
