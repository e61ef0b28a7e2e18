/** Goal: a chart shows the numbers of a result at their times and names, and says what it leaves out. */
import { describe, expect, test } from "vitest";
import type { SqlRows } from "@throughline/query/wire";
import { BARS_MAX, measuresOf, SERIES_MAX, toChart } from "./chart-data.ts";
import { zonedToMs } from "./zoned-time.ts";

const META = { elapsedMs: 1, rowsRead: 1, bytesRead: 1, complete: true };

function result(
  columns: Record<string, string>,
  ...rows: readonly (readonly unknown[])[]
): SqlRows {
  return {
    columns: Object.entries(columns).map(([name, type]) => ({ name, type })),
    rows: rows.map((row) => [...row]),
    meta: META,
  };
}

const AT = Date.UTC(2026, 10, 20, 15, 30);

describe("numbers over time", () => {
  test("are a line each, in the order of time, 64-bit ones as well", () => {
    const given = result(
      { t: "DateTime", n: "UInt64", p: "Nullable(Float64)" },
      ["2026-11-20 15:31:00", "18000000000", null],
      ["2026-11-20 15:30:00", "2", 0.5],
    );
    expect(toChart(given, "")).toEqual({
      kind: "time",
      times: [AT, AT + 60_000],
      series: [
        { label: "n", values: [2, 18_000_000_000] },
        { label: "p", values: [0.5, null] },
      ],
      seriesCount: 2,
    });
    expect(toChart(given, "p")).toMatchObject({ series: [{ label: "p" }], seriesCount: 1 });
    expect(toChart(given, "none of them")).toMatchObject({ seriesCount: 2 });
  });

  test("of names are a line for each name, the largest first; the others are counted", () => {
    const names = Array.from({ length: 20 }, (_, i) => [
      "2026-11-20 15:30:00.123456789",
      `s${i}`,
      String(i),
      "9",
    ]);
    const chart = toChart(
      result(
        { t: "DateTime64(9, 'UTC')", s: "LowCardinality(String)", n: "UInt64", m: "UInt8" },
        ...names,
      ),
      "",
    );
    expect(chart).toMatchObject({ kind: "time", times: [AT + 123], seriesCount: 20 });
    if (chart.kind !== "time") throw new Error(chart.kind);
    expect(chart.series).toHaveLength(SERIES_MAX);
    expect(chart.series[0]).toEqual({ label: "s19", values: [19] });
  });

  test("leave out rows without a time, and what is no number", () => {
    const given = result(
      { t: "Nullable(DateTime)", n: "Float64" },
      [null, 1],
      ["2026-11-20 15:30:00", "nan"],
    );
    expect(toChart(given, "")).toMatchObject({ times: [AT], series: [{ values: [null] }] });
    expect(toChart(result({ t: "Date", n: "Int8" }, ["", 1]), "")).toMatchObject({ kind: "none" });
    expect(toChart(result({ t: "Date", n: "Int8" }, ["2026-11-20", 1]), "")).toMatchObject({
      times: [Date.UTC(2026, 10, 20)],
    });
  });
});

describe("a number for each name", () => {
  test("is a bar, in the order of the rows", () => {
    expect(
      toChart(
        result({ s: "String", n: "UInt64" }, ["b", "5"], ["", "1"], [null, "2"], ["x", null]),
        "",
      ),
    ).toEqual({
      kind: "bars",
      labelName: "s",
      valueName: "n",
      bars: [
        { label: "b", value: 5 },
        { label: "empty", value: 1 },
        { label: "NULL", value: 2 },
      ],
      barCount: 3,
    });
  });

  test("may have a number as its name, and is counted when it is left out", () => {
    const rows = Array.from({ length: 80 }, (_, i) => [i, i * 2]);
    const chart = toChart(result({ hour: "UInt8", n: "UInt64" }, ...rows), "n");
    expect(chart).toMatchObject({ kind: "bars", labelName: "hour", valueName: "n", barCount: 80 });
    if (chart.kind === "bars") expect(chart.bars).toHaveLength(BARS_MAX);
  });
});

test.each([
  [result({ n: "UInt8" }), /no rows/u],
  [result({ s: "String" }, ["a"]), /column of numbers/u],
  [result({ n: "UInt8" }, [1]), /times or of names/u],
  [result({ s: "String", n: "Float64" }, ["a", null]), /No row has a number/u],
])("what cannot be drawn says why", (given, why) => {
  const chart = toChart(given, "");
  expect(chart.kind === "none" ? chart.why : chart.kind).toMatch(why);
});

test("measures are the columns of numbers", () => {
  expect(
    measuresOf(
      result({
        a: "String",
        b: "Nullable(Decimal(9, 2))",
        c: "SimpleAggregateFunction(sum, UInt64)",
      }),
    ),
  ).toEqual(["b", "c"]);
});

test.each([
  ["2026-11-20 15:30:00", "UTC", AT],
  ["2026-11-20 16:30:00", "Europe/Berlin", AT],
  ["2026-07-01 02:00:00", "Europe/Berlin", Date.UTC(2026, 6, 1)],
  ["2026-11-20 21:00:00", "Asia/Kolkata", AT],
  ["2026-11-20 10:30:00", "America/New_York", AT],
  ["2026-11-20 15:30:00", "Nowhere/Land", AT],
  ["15:30", "UTC", undefined],
])("%s in %s", (text, zone, ms) => {
  expect(zonedToMs(text, zone)).toBe(ms);
});
