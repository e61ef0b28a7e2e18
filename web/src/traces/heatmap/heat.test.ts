/** Goal: what is drawn, counted and selected is what was answered. Method: answers of chance, counted in another way. */
import type { LatencyHeatmap } from "@throughline/query/wire";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  cellAt,
  durationTicks,
  endMs,
  placeAt,
  strength,
  summariseColumns,
  toHeat,
} from "./heat.ts";
import {
  boxOf,
  countIn,
  readSelection,
  selectBetween,
  snap,
  writeSelection,
  zoomBounds,
} from "./selection.ts";
import { localDateTime, readTypedSelection } from "./typed-selection.ts";

const START_MS = 1_800_000_000_000;

function answer(bands: number, cells: LatencyHeatmap["cells"], lowest = 96): LatencyHeatmap {
  const start = (band: number) => String(Math.ceil(10 ** (band / 16)));
  return {
    fromUnixNano: `${START_MS}000000`,
    bucketSeconds: 30,
    columns: 10,
    rows: Array.from({ length: bands }, (_, i) => ({
      fromNano: start(lowest + i),
      toNano: start(lowest + i + 1),
    })),
    cells,
    meta: { elapsedMs: 1, rowsRead: 1, bytesRead: 1, complete: true },
  };
}

const cell = (column: number, row: number, spans = 1, errors = 0) => ({
  column,
  row,
  spans,
  errors,
});

const answers = fc.integer({ min: 1, max: 80 }).chain((bands) =>
  fc
    .uniqueArray(
      fc.record({
        column: fc.nat(9),
        row: fc.nat(bands - 1),
        spans: fc.integer({ min: 1, max: 900 }),
        errors: fc.constantFrom(0, 1),
      }),
      { selector: ({ column, row }) => `${column} ${row}`, maxLength: 60 },
    )
    .map((cells) => answer(bands, cells)),
);

test("rows that are drawn together lose nothing", () => {
  fc.assert(
    fc.property(answers, (given) => {
      const heat = toHeat(given);
      expect(heat.rows.length).toBeLessThanOrEqual(32);
      expect(heat.cells.reduce((sum, each) => sum + each.spans, 0)).toBe(heat.spans);
      expect(heat.cells.reduce((sum, each) => sum + each.errors, 0)).toBe(heat.errors);
      expect(heat.rows[0]?.fromNs).toBe(heat.bands[0]?.fromNs);
      expect(heat.rows.at(-1)?.toNs).toBe(heat.bands.at(-1)?.toNs);
    }),
  );
});

test("what is dragged over is counted as its drawn cells are", () => {
  fc.assert(
    fc.property(
      answers,
      fc.tuple(fc.nat(9), fc.nat(9)),
      fc.tuple(fc.nat(), fc.nat()),
      (given, [c1, c2], [r1, r2]) => {
        const heat = toHeat(given);
        const a = { column: c1, row: r1 % heat.rows.length };
        const b = { column: c2, row: r2 % heat.rows.length };
        const selection = selectBetween(heat, a, b);
        if (selection === undefined) throw new Error("cells exist");
        const between = (value: number, one: number, other: number) =>
          value >= Math.min(one, other) && value <= Math.max(one, other);
        const drawn = heat.cells.filter(
          (each) => between(each.column, c1, c2) && between(each.row, a.row, b.row),
        );
        const { spans, errors, isExact } = countIn(heat, selection);
        expect(spans).toBe(drawn.reduce((sum, each) => sum + each.spans, 0));
        expect(errors).toBe(drawn.reduce((sum, each) => sum + each.errors, 0));
        expect(isExact).toBe(true);
        expect(snap(heat, selection)).toEqual(selection);
        expect(readSelection(`?sel=${writeSelection(selection)}`)).toEqual(selection);
      },
    ),
  );
});

test("a typed selection is widened to whole cells", () => {
  const heat = toHeat(answer(32, [cell(2, 0), cell(3, 31, 5)]));
  const typed = { fromMs: START_MS + 61_000, toMs: START_MS + 62_000, minNs: 1, maxNs: 2_000_000 };
  expect(countIn(heat, typed).isExact).toBe(false);
  const snapped = snap(heat, typed);
  expect(snapped).toMatchObject({ fromMs: START_MS + 60_000, toMs: START_MS + 90_000 });
  expect(snapped?.minNs).toBe(1_000_000);
  expect(snap(heat, { ...typed, fromMs: START_MS - 2000, toMs: START_MS - 1000 })).toBeUndefined();
  expect(snap(heat, { ...typed, maxNs: 10 })).toBeUndefined();
});

describe("the place on the screen", () => {
  const heat = toHeat(answer(4, [cell(0, 0, 7, 1), cell(9, 3)]));

  test("the shortest and oldest is at the bottom left", () => {
    const place = placeAt(heat, { x: 0, y: 0.999 });
    expect(cellAt(heat, place.column, place.row)).toEqual(cell(0, 0, 7, 1));
    expect(placeAt(heat, { x: 1, y: -1 })).toEqual({ column: 9, row: 3 });
    expect(cellAt(heat, 4, 2).spans).toBe(0);
  });

  test("a selection is drawn over its cells", () => {
    const selection = selectBetween(heat, { column: 0, row: 0 }, { column: 4, row: 1 });
    expect(selection && boxOf(heat, selection)).toEqual({
      left: 0,
      width: 0.5,
      top: 0.5,
      height: 0.5,
    });
    expect(endMs(heat)).toBe(START_MS + 300_000);
  });

  test("a single span is seen beside thousands, none is not", () => {
    expect(strength(0, 5000)).toBe(0);
    expect(strength(1, 5000)).toBeGreaterThan(0.05);
    expect(strength(5000, 5000)).toBe(1);
  });
});

test("ticks are round durations inside the axis", () => {
  expect(durationTicks(toHeat(answer(48, []))).map(({ ns }) => ns)).toEqual([1e6, 1e7, 1e8, 1e9]);
  expect(durationTicks(toHeat(answer(16, []))).map(({ ns }) => ns)).toEqual([1e6, 2e6, 5e6, 1e7]);
  expect(durationTicks(toHeat(answer(0, [])))).toEqual([]);
});

test("the table says of each column what it holds", () => {
  const heat = toHeat(answer(64, [cell(3, 60, 2, 1), cell(3, 2, 5), cell(1, 9)]));
  expect(summariseColumns(heat)).toEqual([
    {
      startMs: START_MS + 30_000,
      spans: 1,
      errors: 0,
      shortest: heat.bands[9],
      longest: heat.bands[9],
    },
    {
      startMs: START_MS + 90_000,
      spans: 7,
      errors: 1,
      shortest: heat.bands[2],
      longest: heat.bands[60],
    },
  ]);
});

test("zooming asks for bounds of three digits that lose nothing, and for none at the edge", () => {
  const heat = toHeat(answer(48, []));
  const whole = { fromMs: 0, toMs: 1, minNs: 1_000_000, maxNs: heat.bands.at(-1)?.toNs ?? 0 };
  expect(zoomBounds(heat, whole)).toEqual({ min: undefined, max: undefined });
  expect(zoomBounds(heat, { ...whole, minNs: 1_154_782, maxNs: 115_478_199 })).toEqual({
    min: 1_150_000n,
    max: 116_000_000n,
  });
});

describe("a selection that is typed", () => {
  const heat = toHeat(answer(32, [cell(2, 0)]));
  const nothing = { from: "", to: "", min: "", max: "" };

  test("is everything while nothing is typed", () => {
    expect(readTypedSelection(nothing, heat)).toEqual({
      fromMs: START_MS,
      toMs: START_MS + 300_000,
      minNs: 1_000_000,
      maxNs: 100_000_000,
    });
  });

  test("is what was typed, in whole cells", () => {
    const from = localDateTime(START_MS + 61_000);
    expect(readTypedSelection({ ...nothing, from, min: "5ms" }, heat)).toMatchObject({
      fromMs: START_MS + 60_000,
      minNs: 4_869_676,
    });
  });

  test.each([
    [{ ...nothing, min: "2s", max: "1s" }, "The longest must be more than the shortest."],
    [{ ...nothing, min: "long" }, "A duration is written as 250ms, 1.5s or 2m."],
    [{ ...nothing, to: "2001-01-01T00:00:00" }, "The end must be after the start."],
    [{ ...nothing, from: "x" }, "That is no date and time."],
    [{ ...nothing, min: "0ns", max: "10ns" }, "Nothing of the heatmap lies there."],
  ])("%j is refused: %s", (typed, why) => {
    expect(readTypedSelection(typed, heat)).toBe(why);
  });
});

test.each(["", "?sel=1-2", "?sel=2-1_0-5", "?sel=1-2_5-5", "?sel=a-b_c-d"])(
  "%j selects nothing",
  (search) => {
    expect(readSelection(search)).toBeUndefined();
  },
);
