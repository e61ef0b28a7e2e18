/** Goal: a person sees the first rows of a refused block, and whatever bytes it holds, the preview does not throw. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { previewBlocks } from "./native-preview.ts";

const text = (value: string) => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
const uint64 = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};

/** Two rows: a time, a body, a service and a map. */
const BLOCK = Buffer.concat(
  [
    Buffer.from([4, 2]),
    [text("Timestamp"), text("DateTime64(9)"), uint64(1_600_000_000_000_000_000), uint64(0)],
    [text("Body"), text("String"), text("hello"), text("a\u001b[31mb")],
    text("ServiceName"),
    text("LowCardinality(String)"),
    [uint64(1), uint64(0x600), uint64(2), text(""), text("shop"), uint64(2), Buffer.from([1, 1])],
    text("LogAttributes"),
    text("Map(LowCardinality(String), String)"),
    [uint64(1), uint64(1), uint64(2)],
    [uint64(0x600), uint64(2), text("k"), text("m"), uint64(2), Buffer.from([0, 1])],
    [text("v"), text("w")],
  ].flat(),
);

test("rows are shown as text, control characters harmless, empty values left out", () => {
  const { rows, problem, columns } = previewBlocks(BLOCK, 5);
  expect(problem).toBe("");
  expect(columns).toHaveLength(4);
  expect(rows.map((row) => Object.fromEntries(row))).toEqual([
    {
      Timestamp: "2020-09-13T12:26:40.000Z",
      Body: "hello",
      ServiceName: "shop",
      LogAttributes: "k=v",
    },
    {
      Timestamp: "1970-01-01T00:00:00.000Z",
      Body: "a\\u001b[31mb",
      ServiceName: "shop",
      LogAttributes: "m=w",
    },
  ]);
});

test("only as many rows as asked for", () => {
  expect(previewBlocks(BLOCK, 1).rows).toHaveLength(1);
});

test("a block that ends too early shows what comes before, and says where it ends", () => {
  const { rows, problem } = previewBlocks(BLOCK.subarray(0, 75), 5);
  expect(rows[0]?.get("Timestamp")).toBe("2020-09-13T12:26:40.000Z");
  expect(problem).toContain("ends at byte 75");
});

test("no bytes make it throw or hang", () => {
  fc.assert(
    fc.property(fc.nat(BLOCK.length - 1), fc.nat(255), fc.nat(BLOCK.length), (at, byte, end) => {
      const bytes = Buffer.from(BLOCK.subarray(0, end));
      if (at < bytes.length) bytes[at] = byte;
      const { rows } = previewBlocks(bytes, 5);
      expect(rows.length).toBeLessThanOrEqual(5);
    }),
    { numRuns: 2000 },
  );
});
