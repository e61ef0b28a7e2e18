/**
 * Goal: each kind of column writes what was appended, returns to a mark, and forgets. Method: append, write a block of one
 * column, read it with the tests' own reader. The memory starts at 64 bytes, so every column moves on the way.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AnyValueColumn } from "./any-value.ts";
import { ArrayColumn, ArrayEnds } from "./array.ts";
import type { Column } from "./column.ts";
import { Fixed32Column, Fixed64Column, Fixed8Column } from "./fixed.ts";
import { LowCardinalityColumn, WordColumn } from "./low-cardinality.ts";
import { MapColumn } from "./map.ts";
import {
  RepeatedLowCardinalityColumn,
  RepeatedMapColumn,
  RepeatedStringColumn,
  RepeatedUInt32Column,
} from "./repeated.ts";
import { Runs } from "./runs.ts";
import { StringColumn } from "./string.ts";
import { ColumnHarness, SEED } from "../testing/column-harness.ts";
import type { NativeValue } from "../testing/native-reader.ts";

const word = fc.oneof(
  fc.constantFrom("", "a", "ab", "abc", "abcd", "service.name", "é", "日本語"),
  fc.string({ maxLength: 400 }),
  fc.string({ unit: "grapheme", maxLength: 80 }),
);

/** Appends some rows, more rows, takes those back, appends others; then starts anew. */
function checkRollback<T>(
  harness: ColumnHarness,
  column: Column,
  append: (value: T) => NativeValue,
  values: readonly [T[], T[], T[]],
): void {
  const [kept, dropped, added] = values;
  const before = kept.map(append);
  column.mark();
  for (const value of dropped) append(value);
  column.rollback();
  const after = added.map(append);
  const rows = [...before, ...after];
  expect(harness.read(column, rows.length)).toEqual(rows);
  column.reset();
  expect(column.dataBytes()).toBe(0);
}

function three<T>(value: fc.Arbitrary<T>): fc.Arbitrary<[T[], T[], T[]]> {
  const list = fc.array(value, { maxLength: 20 });
  return fc.tuple(list, list, list);
}

const map = fc.dictionary(fc.string({ maxLength: 12 }), word, { maxKeys: 6 });

function sorted(items: Readonly<Record<string, string>>): NativeValue {
  const bytes = (text: string) => Buffer.from(text);
  return Object.entries(items).toSorted(([a], [b]) => Buffer.compare(bytes(a), bytes(b)));
}

describe("a column returns to its mark", () => {
  test("String", () => {
    fc.assert(
      fc.property(three(word), (values) => {
        const harness = new ColumnHarness();
        const column = new StringColumn(harness.text);
        const append = (value: string) => {
          column.append(...harness.put(value.toWellFormed()));
          return value.toWellFormed();
        };
        checkRollback(harness, column, append, values);
      }),
    );
  });

  test("LowCardinality(String)", () => {
    fc.assert(
      fc.property(three(word), (values) => {
        const harness = new ColumnHarness();
        const column = new LowCardinalityColumn(harness.text, SEED);
        const append = (value: string) => {
          column.append(...harness.put(value.toWellFormed()));
          return value.toWellFormed();
        };
        checkRollback(harness, column, append, values);
      }),
    );
  });

  test("Map", () => {
    fc.assert(
      fc.property(three(map), (values) => {
        const harness = new ColumnHarness();
        const column = new MapColumn(harness.values, SEED);
        const append = (value: Readonly<Record<string, string>>) => {
          column.append(harness.attributes(value), undefined);
          return sorted(value);
        };
        checkRollback(harness, column, append, values);
      }),
    );
  });

  test("Array(Map)", () => {
    fc.assert(
      fc.property(three(fc.array(map, { maxLength: 3 })), (values) => {
        const harness = new ColumnHarness();
        const ends = new ArrayEnds();
        const column = new ArrayColumn(ends, new MapColumn(harness.values, SEED));
        const append = (maps: Readonly<Record<string, string>>[]) => {
          ends.appendRow(maps.length);
          for (const value of maps) column.items.append(harness.attributes(value), undefined);
          return maps.map(sorted);
        };
        checkRollback(harness, column, append, values);
      }),
    );
  });

  test("numbers of 1, 4 and 8 bytes", () => {
    fc.assert(
      fc.property(three(fc.integer({ min: 0, max: 255 })), (values) => {
        const harness = new ColumnHarness();
        const small = new Fixed8Column("UInt8");
        checkRollback(harness, small, (value: number) => (small.append(value), value), values);
        const signed = new Fixed32Column("Int32");
        checkRollback(
          harness,
          signed,
          (value: number) => (signed.append(-value), 0 - value),
          values,
        );
        const wide = new Fixed64Column("UInt64");
        const appendWide = (value: number) => {
          wide.append(value, -1);
          return (0xffffffffn << 32n) | BigInt(value);
        };
        checkRollback(harness, wide, appendWide, values);
      }),
    );
  });
});

describe("columns of a run of rows", () => {
  test("repeat their value for each row, and end with the rows that were taken back", () => {
    const rows = { rows: 0 };
    const harness = new ColumnHarness();
    const runs = new Runs(rows);
    const text = new RepeatedStringColumn(harness.text, runs);
    const low = new RepeatedLowCardinalityColumn(harness.text, SEED, runs);
    const number = new RepeatedUInt32Column(runs);
    const attributes = new RepeatedMapColumn(harness.values, SEED, runs);
    const columns = [text, low, number, attributes];
    const begin = (value: string, count: number) => {
      runs.begin();
      text.append(...harness.put(value));
      low.append(...harness.put(value));
      number.append(value.length);
      attributes.append(harness.attributes(value === "" ? {} : { b: value, a: "1" }));
      rows.rows += count;
    };
    begin("one", 3);
    begin("", 1);
    for (const part of [...columns, runs]) part.mark();
    begin("gone", 5);
    for (const part of [...columns, runs]) part.rollback();
    rows.rows = 4;
    begin("two", 300);
    const values = [
      ...Array.from({ length: 3 }, () => "one"),
      "",
      ...Array.from({ length: 300 }, () => "two"),
    ];
    expect(harness.read(text, rows.rows)).toEqual(values);
    expect(harness.read(low, rows.rows)).toEqual(values);
    expect(harness.read(number, rows.rows)).toEqual(values.map((value) => value.length));
    expect(harness.read(attributes, rows.rows)).toEqual(
      values.map((value) =>
        value === ""
          ? []
          : [
              ["a", "1"],
              ["b", value],
            ],
      ),
    );
  });
});

describe("a map", () => {
  test("has each key once, the last value counting, sorted by bytes", () => {
    const harness = new ColumnHarness();
    const column = new MapColumn(harness.values, SEED);
    for (let i = 0; i < 3; i++) {
      const items = [
        ["b", "1"],
        ["a", "2"],
        ["b", "3"],
        ["B", "4"],
        ["a", `${i}`],
      ] as const;
      column.append(harness.attributes(items), undefined);
    }
    expect(harness.read(column, 3)).toEqual(
      [0, 1, 2].map((i) => [
        ["B", "4"],
        ["a", `${i}`],
        ["b", "3"],
      ]),
    );
  });

  test("keeps an attribute of ours that was sent, instead of adding a second one", () => {
    const harness = new ColumnHarness();
    const column = new MapColumn(harness.values, SEED);
    const notes = { extras: [{ key: "throughline.x", value: "new" }], cut: ["body"] };
    column.append(harness.attributes({ "throughline.x": "old" }), notes);
    expect(harness.read(column, 1)).toEqual([
      [
        ["throughline.x", "old"],
        ["throughline.truncated", "body"],
      ],
    ]);
  });

  test("with more shapes than are remembered is still right", () => {
    const harness = new ColumnHarness();
    const column = new MapColumn(harness.values, SEED);
    const rows = Array.from({ length: 5000 }, (_, i) => ({
      [`k${i}`]: "v",
      a: `${i}`,
      [`z${i % 7}`]: "w",
    }));
    for (const row of rows) column.append(harness.attributes(row), undefined);
    expect(harness.read(column, rows.length)).toEqual(rows.map(sorted));
  });
});

describe("words and any-values", () => {
  test("only the words that occur are in the dictionary, and an unknown number is the first word", () => {
    const harness = new ColumnHarness();
    const column = new WordColumn(harness.text, SEED, ["Unset", "Ok", "Error"]);
    for (const index of [2, 2, 7, -1]) column.appendWord(index);
    expect(harness.read(column, 4)).toEqual(["Error", "Error", "Unset", "Unset"]);
    expect(column.dataBytes()).toBe(24 + "Error".length + "Unset".length + 2 + 4);
  });

  test.each([
    ["nothing", [], ""],
    ["an empty string", [0x0a, 0], ""],
    ["a string, then a bool: the last counts", [0x0a, 1, 0x61, 0x10, 1], "true"],
    ["-1", [0x18, ...Array.from({ length: 9 }, () => 0xff), 0x01], "-1"],
    ["0", [0x18, 0], "0"],
    ["2^53 + 1", [0x18, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10], "9007199254740993"],
    ["-2^63", [0x18, ...Array.from({ length: 9 }, () => 0x80), 0x01], "-9223372036854775808"],
    ["bytes", [0x3a, 2, 0xfb, 0xff], "+/8="],
    ["an empty array", [0x2a, 0], "[]"],
    ["an empty list of pairs", [0x32, 0], "{}"],
    ["an array in two pieces", [0x2a, 4, 0x0a, 2, 0x18, 1, 0x2a, 4, 0x0a, 2, 0x18, 2], "[1,2]"],
  ])("%s", (_, bytes, text) => {
    const harness = new ColumnHarness();
    const column = new AnyValueColumn(harness.values);
    const [start, end] = harness.put(Uint8Array.from(bytes));
    harness.merger.begin(start, end);
    column.append(start, end);
    expect(harness.read(column, 1)).toEqual([text]);
  });

  test("a double has the digits JSON would give it", () => {
    const values = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());
    fc.assert(
      fc.property(values, (value) => {
        const harness = new ColumnHarness();
        const column = new AnyValueColumn(harness.values);
        const bytes = [0x21, ...new Uint8Array(Float64Array.of(value).buffer)];
        column.append(...harness.put(Uint8Array.from(bytes)));
        const [text] = harness.read(column, 1);
        expect(text).toBe(Object.is(value, -0) ? "-0" : JSON.stringify(value));
        expect(Object.is(Number(text), value)).toBe(true);
      }),
    );
  });
});
