/** Goal: ids as bytes are told apart as their texts are. Method: both ways of numbering over the same random ids. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { TextColumn } from "../clickhouse/native-columns.ts";
import { growForest } from "./forest.ts";
import { ByteIds, numberTexts } from "./numbered-ids.ts";

/** As the statements of columns write ids. */
function written(ids: readonly string[]): TextColumn {
  const values = ids.map((id) => {
    if (/^[0-9a-f]{16}$/.test(id)) return Buffer.from(id, "hex");
    return Buffer.from(id === "" ? "" : `odd id: ${id}`);
  });
  const lengths = Uint32Array.from(values, (value) => value.length);
  const starts = lengths.map((_, row) => lengths.subarray(0, row).reduce((a, b) => a + b, 0));
  return { kind: "texts", bytes: Buffer.concat(values), starts, lengths };
}

/** Few different ones, so that they meet. */
const anyId = fc.oneof(
  fc.constantFrom("", "0".repeat(16), "00000000000000ff", "ff00000000000000", "0000000100000000"),
  fc.constantFrom("A".repeat(16), "ab", "odd", "0".repeat(15), "12345678", "é"),
  fc.stringMatching(/^0{12}[0-9a-f]{4}$/),
);
const anyRows = fc.array(fc.record({ span: anyId, parent: anyId }), { maxLength: 40 });

test("a trace has the same shape, whichever way its ids are numbered", () => {
  fc.assert(
    fc.property(anyRows, (rows) => {
      const spans = rows.map(({ span }) => span);
      const parents = rows.map(({ parent }) => parent);
      const ids = new ByteIds(written(spans), written(parents));
      expect(growForest(ids)).toEqual(growForest(numberTexts(spans, parents)));
      expect(Array.from(ids.spans, ids.textOf)).toEqual(spans);
      expect(Array.from(ids.parents, ids.textOf)).toEqual(parents);
    }),
  );
});

test("ids are compared as their texts are, and written as their bytes", () => {
  fc.assert(
    fc.property(anyId, anyId, (a, b) => {
      const ids = new ByteIds(written([a, b]), written(["", ""]));
      const [first = -1, second = -1] = ids.spans;
      const expected = a === b ? 0 : a < b ? -1 : 1;
      expect(Math.sign(ids.compare(first, second))).toBe(expected);
      expect(ids.isStandard(first)).toBe(/^[0-9a-f]{16}$/.test(a));
      if (!ids.isStandard(first)) return;
      const bytes = Buffer.alloc(8);
      ids.write(first, new DataView(bytes.buffer, bytes.byteOffset, 8), 0);
      expect(bytes.toString("hex")).toBe(a);
    }),
  );
});

test("ids of other rows are found, and those that none of these has are not", () => {
  fc.assert(
    fc.property(anyRows, fc.array(anyId, { maxLength: 20 }), (rows, others) => {
      const spans = rows.map(({ span }) => span);
      const ids = new ByteIds(written(spans), written(spans));
      const found = Array.from(ids.find(written(others)), (id) =>
        id < 0 ? -1 : ids.spans.indexOf(id),
      );
      // An empty id is nobody's.
      expect(found).toEqual(others.map((id) => (id === "" ? -1 : spans.indexOf(id))));
    }),
  );
});
