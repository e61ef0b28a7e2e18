/**
 * Goal: whatever the ids say, every span and log comes out once, in an order that can be told in one sentence. Method:
 * random traces with shared ids, circles and gaps, against a slow model that follows the sentence.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LogRecord, Span } from "../wire.ts";
import { assemble } from "./assemble.ts";

function span(spanId: string, parentSpanId: string, start: number, name = "op"): Span {
  return {
    spanId,
    parentSpanId,
    traceState: "",
    name,
    kind: "Internal",
    serviceName: "shop",
    startTimeUnixNano: String(start),
    durationNano: "1",
    status: { code: "Unset", message: "" },
    attributes: {},
    resource: {},
    scopeName: "",
    scopeVersion: "",
    events: [],
    links: [],
    logs: [],
  };
}

function log(spanId: string, time: number, body = ""): LogRecord {
  return {
    timeUnixNano: String(time),
    traceId: "",
    spanId,
    traceFlags: 0,
    severityNumber: 9,
    severityText: "",
    serviceName: "",
    body,
    eventName: "",
    attributes: {},
    resource: {},
    scopeName: "",
  };
}

const ids = (spans: readonly Span[]): string[] => spans.map((each) => each.spanId);

describe("order", () => {
  test("is depth-first, siblings by start", () => {
    const { spans } = assemble(
      [
        span("c", "a", 30),
        span("b", "a", 20),
        span("a", "", 10),
        span("d", "b", 25),
        span("r", "", 5),
      ],
      [],
    );
    expect(ids(spans)).toEqual(["r", "a", "b", "d", "c"]);
  });

  test("compares starts as numbers, not as text", () => {
    const { spans } = assemble([span("late", "", 10_000), span("early", "", 9_999)], []);
    expect(ids(spans)).toEqual(["early", "late"]);
  });

  test("a span whose parent is missing is a root, and the parent is listed", () => {
    const { spans, missingParents } = assemble(
      [span("b", "gone", 1), span("c", "b", 2), span("d", "gone", 3)],
      [],
    );
    expect(ids(spans)).toEqual(["b", "c", "d"]);
    expect(missingParents).toEqual(["gone"]);
  });

  test("a circle begins at its first span, and what hangs off it stays below", () => {
    const { spans } = assemble(
      [
        span("a", "c", 3),
        span("b", "a", 4),
        span("c", "b", 5),
        span("leaf", "b", 1),
        span("root", "", 2),
      ],
      [],
    );
    expect(ids(spans)).toEqual(["root", "a", "b", "leaf", "c"]);
  });

  test("a span that is its own parent is a root", () => {
    expect(ids(assemble([span("a", "a", 1), span("b", "a", 2)], []).spans)).toEqual(["a", "b"]);
  });

  test("100 000 levels, and 100 000 siblings, take no stack and little time", () => {
    const started = performance.now();
    const deep = Array.from({ length: 100_000 }, (_, i) =>
      span(`s${i}`, i === 0 ? "" : `s${i - 1}`, i),
    );
    expect(assemble(deep.toReversed(), []).spans).toHaveLength(100_000);
    const wide = Array.from({ length: 100_000 }, (_, i) => span(`s${i}`, i === 0 ? "" : "s0", i));
    expect(assemble(wide, []).spans).toHaveLength(100_000);
    const circle = Array.from({ length: 100_000 }, (_, i) =>
      span(`s${i}`, `s${(i + 1) % 100_000}`, i),
    );
    expect(assemble(circle, []).spans).toHaveLength(100_000);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe("repeated span ids", () => {
  test("one is kept whatever the order of arrival, and the id is listed", () => {
    const several = [
      span("a", "", 5, "x"),
      span("a", "", 4, "y"),
      span("a", "", 4, "z"),
      span("b", "a", 6),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(several, { minLength: 4, maxLength: 4 }), (shuffled) => {
        const { spans, duplicateSpanIds } = assemble(shuffled, []);
        expect(spans.map((each) => each.name)).toEqual(["y", "op"]);
        expect(duplicateSpanIds).toEqual(["a"]);
      }),
    );
  });

  test("spans without an id all stay", () => {
    const { spans } = assemble(
      [span("", "", 1), span("", "", 2), span("", "a", 3), span("a", "", 0)],
      [],
    );
    expect(spans).toHaveLength(4);
  });
});

describe("logs", () => {
  test("go to their span, oldest first; without one they stay with the trace", () => {
    const { spans, logs } = assemble(
      [span("a", "", 1)],
      [log("a", 9, "second"), log("a", 2, "first"), log("", 3, "none"), log("gone", 1, "unstored")],
    );
    expect(spans[0]?.logs.map((each) => each.body)).toEqual(["first", "second"]);
    expect(logs.map((each) => each.body)).toEqual(["unstored", "none"]);
  });
});

/** Follows the rules word by word, in quadratic time. */
function model(spans: readonly Span[]): string[] {
  const byStart = spans.toSorted(
    (a, b) =>
      Number(a.startTimeUnixNano) - Number(b.startTimeUnixNano) || (a.spanId < b.spanId ? -1 : 1),
  );
  const stored = new Map(byStart.map((each) => [each.spanId, each]));
  const parentOf = (each: Span): Span | undefined => stored.get(each.parentSpanId);
  const onCircle = (each: Span): boolean => {
    let above = parentOf(each);
    for (let i = 0; i < spans.length && above !== undefined && above !== each; i += 1)
      above = parentOf(above);
    return above === each;
  };
  const sameCircle = (a: Span, b: Span): boolean => {
    let above: Span | undefined = a;
    for (let i = 0; i <= spans.length && above !== undefined; i += 1) {
      if (above === b) return true;
      above = parentOf(above);
    }
    return false;
  };
  const isRoot = (each: Span): boolean =>
    parentOf(each) === undefined ||
    (onCircle(each) &&
      byStart.find((other) => onCircle(other) && sameCircle(each, other)) === each);
  const below = (each: Span): string[] => [
    each.spanId,
    ...byStart.filter((child) => !isRoot(child) && parentOf(child) === each).flatMap(below),
  ];
  return byStart.filter(isRoot).flatMap(below);
}

test("random traces come out as the model says, with nothing lost", () => {
  const trace = fc
    .array(
      fc.record({
        parent: fc.integer({ min: -2, max: 12 }),
        start: fc.integer({ min: 0, max: 6 }),
      }),
      {
        maxLength: 12,
      },
    )
    .map((rows) =>
      rows.map((row, i) => span(`s${i}`, row.parent < 0 ? "" : `s${row.parent}`, row.start)),
    );
  fc.assert(
    fc.property(
      trace,
      fc.array(fc.integer({ min: 0, max: 15 }), { maxLength: 10 }),
      (spans, logSpans) => {
        const answer = assemble(
          spans,
          logSpans.map((n, i) => log(`s${n}`, i)),
        );
        expect(ids(answer.spans)).toEqual(model(spans));
        const placed = answer.spans.flatMap((each) => each.logs).length + answer.logs.length;
        expect(placed).toBe(logSpans.length);
        for (const each of answer.spans)
          expect(each.logs.every((one) => one.spanId === each.spanId)).toBe(true);
      },
    ),
    { numRuns: 2_000 },
  );
});
