/** Goal: columns are read as ClickHouse writes them, and a cut-off answer is told. Method: blocks written by hand. */
import { describe, expect, test } from "vitest";
import { texts } from "./columns-of.ts";
import { decodeNative } from "./native-columns.ts";

const u64 = (n: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(n));
  return bytes;
};
const text = (value: string): Buffer =>
  Buffer.concat([varint(Buffer.byteLength(value)), Buffer.from(value)]);

function varint(n: number): Buffer {
  const bytes: number[] = [];
  for (let rest = n; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}

function block(rows: number, columns: readonly (readonly [string, string, Buffer])[]): Buffer {
  return Buffer.concat([
    varint(columns.length),
    varint(rows),
    ...columns.map(([name, type, data]) => Buffer.concat([text(name), text(type), data])),
  ]);
}

/** Numbers of the given width: 0 one byte, 1 two. */
function words(keys: readonly string[], codes: readonly number[], width: 0 | 1): Buffer {
  const numbers = codes.map((code) => Buffer.from(width === 0 ? [code] : [code, 0]));
  return Buffer.concat([
    u64(1),
    u64(0x600 + width),
    u64(keys.length),
    ...keys.map(text),
    u64(codes.length),
    ...numbers,
  ]);
}

const LONG = "x".repeat(300);
const TWO_BLOCKS = Buffer.concat([
  block(2, [
    ["t", "String", Buffer.concat([text("é"), text(LONG)])],
    ["n", "UInt32", Buffer.from([1, 0, 0, 0, 2, 0, 0, 0])],
    ["l", "UInt64", Buffer.concat([u64(7), u64(2 ** 53)])],
    ["w", "LowCardinality(String)", words(["", "a", "b"], [2, 1], 0)],
  ]),
  block(1, [
    ["t", "String", text("")],
    ["n", "UInt32", Buffer.from([3, 0, 0, 0])],
    ["l", "UInt64", u64(0)],
    ["w", "LowCardinality(String)", words(["", "c", "a"], [2], 1)],
  ]),
]);

describe("blocks", () => {
  test("are joined, each with a dictionary of its own", () => {
    const { rowCount, columns } = decodeNative(TWO_BLOCKS);
    expect(rowCount).toBe(3);
    expect(texts({ rowCount, columns }, "t")).toEqual(["é", LONG, ""]);
    expect(columns.get("n")).toEqual({ kind: "numbers", numbers: Uint32Array.from([1, 2, 3]) });
    expect(columns.get("l")).toEqual({
      kind: "longs",
      longs: BigInt64Array.from([7n, 2n ** 53n, 0n]),
    });
    const word = columns.get("w");
    if (word?.kind !== "words") throw new Error("not words");
    expect(Array.from(word.codes, (code) => word.words[code])).toEqual(["b", "a", "a"]);
  });

  test("without rows have their columns; nothing at all has none", () => {
    const empty = decodeNative(block(0, [["t", "String", Buffer.alloc(0)]]));
    expect([empty.rowCount, texts(empty, "t")]).toEqual([0, []]);
    expect(decodeNative(Buffer.alloc(0)).columns.size).toBe(0);
  });

  test("that end too early are told, wherever they end", () => {
    const first = block(2, []).length;
    for (let length = 1; length < TWO_BLOCKS.length; length++) {
      let rows = 0;
      try {
        rows = decodeNative(TWO_BLOCKS.subarray(0, length)).rowCount;
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        continue;
      }
      // Only between two blocks it cannot be told.
      expect([rows, length > first]).toEqual([2, true]);
    }
  });

  test("of an unknown type are refused by its name", () => {
    expect(() => decodeNative(block(1, [["a", "Float64", u64(0)]]))).toThrow("Float64");
  });
});
