import fc from "fast-check";
import { expect, test } from "vitest";
import { SHAPE_LIMITS } from "./limits.ts";
import { cutStrip } from "./strip.ts";

interface Row {
  readonly service: string;
  readonly startNs: number;
  readonly durationNs: number;
  readonly isError?: boolean;
}

function stripOf(rows: readonly Row[]) {
  return cutStrip({
    startNs: Float64Array.from(rows, (row) => row.startNs),
    durationNs: Float64Array.from(rows, (row) => row.durationNs),
    serviceOf: (position) => rows[position]?.service ?? "",
    isError: (position) => rows[position]?.isError === true,
  });
}

test("what a service does without a pause is one piece, and fails with one of its spans", () => {
  expect(
    stripOf([
      { service: "shop", startNs: 0, durationNs: 1_000 },
      { service: "shop", startNs: 100, durationNs: 200 },
      { service: "pay", startNs: 300, durationNs: 200, isError: true },
      { service: "pay", startNs: 500, durationNs: 100 },
      { service: "pay", startNs: 700, durationNs: 50 },
    ]),
  ).toEqual([
    { service: "shop", startFraction: 0, widthFraction: 1, isError: false },
    { service: "pay", startFraction: 0.3, widthFraction: 0.3, isError: true },
    { service: "pay", startFraction: 0.7, widthFraction: 0.05, isError: false },
  ]);
});

test("a trace without length is drawn whole", () => {
  expect(stripOf([{ service: "shop", startNs: 0, durationNs: 0 }])).toEqual([
    { service: "shop", startFraction: 0, widthFraction: 1, isError: false },
  ]);
});

test("of more pieces than there is room for, the failed and then the longest are kept", () => {
  const rows = Array.from({ length: 40 }, (_, n) => ({
    service: `s${n}`,
    startNs: n * 1_000,
    durationNs: n + 1,
    isError: n === 0,
  }));
  const kept = stripOf(rows).map((piece) => piece.service);
  expect(kept).toEqual(["s0", ...Array.from({ length: 23 }, (_, n) => `s${n + 17}`)]);
});

const ROWS = fc.array(
  fc.record({
    service: fc.constantFrom("a", "b", "c"),
    startNs: fc.nat(10_000),
    durationNs: fc.nat(3_000),
    isError: fc.boolean(),
  }),
  { minLength: 1, maxLength: 60 },
);

test("pieces lie within the trace, by start, and those of a service do not touch", () => {
  fc.assert(
    fc.property(ROWS, (rows) => {
      const strip = stripOf(rows);
      expect(strip.length).toBeLessThanOrEqual(SHAPE_LIMITS.stripPiecesMax);
      expect(strip.some((piece) => piece.isError)).toBe(rows.some((row) => row.isError));
      for (const [index, piece] of strip.entries()) {
        expect(piece.startFraction).toBeGreaterThanOrEqual(strip[index - 1]?.startFraction ?? 0);
        expect(piece.startFraction + piece.widthFraction).toBeLessThanOrEqual(1.0001);
        const later = strip.slice(index + 1).find((each) => each.service === piece.service);
        if (later === undefined) continue;
        // Rounding may close a gap, but opens none and makes nothing overlap by more than a digit.
        expect(later.startFraction - piece.startFraction - piece.widthFraction).toBeGreaterThan(
          -2e-4,
        );
      }
    }),
  );
});

test("every moment in which a service worked is in a piece of it, where all have room", () => {
  fc.assert(
    fc.property(ROWS, (rows) => {
      const strip = stripOf(rows);
      const end = Math.max(...rows.map((row) => row.startNs + row.durationNs));
      fc.pre(strip.length < SHAPE_LIMITS.stripPiecesMax && end > 0);
      for (const row of rows) {
        const [from, to] = [row.startNs / end, (row.startNs + row.durationNs) / end];
        const covering = strip.filter(
          (piece) =>
            piece.service === row.service &&
            piece.startFraction <= from + 1e-4 &&
            piece.startFraction + piece.widthFraction >= to - 2e-4,
        );
        expect(covering.length).toBeGreaterThan(0);
      }
    }),
  );
});
