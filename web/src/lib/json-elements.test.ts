/**
 * Goal: an object read piece by piece is the object read whole. Method: any JSON, with keys and texts that look like
 * structure, cut anywhere, also inside characters and escapes.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createElementReader } from "./json-elements.ts";

function readIn(text: string, chunkBytes: number, pieceBytes: number) {
  const bytes = new TextEncoder().encode(text);
  const reader = createElementReader("spans", pieceBytes);
  const pieces: (readonly unknown[])[] = [];
  for (let from = 0; from < bytes.length; from += chunkBytes)
    pieces.push(...reader.push(bytes.subarray(from, from + chunkBytes)));
  return { pieces, rest: reader.end() };
}

const trickyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.constantFrom("spans", '"spans":[', "]}", "\\", '\\"', "עברית 👩‍👩‍👧", ","),
);
const anything = fc.jsonValue({ depthSize: "small", stringUnit: "grapheme" });
const member = fc.oneof(anything, trickyText, fc.array(trickyText, { maxLength: 3 }));

test("elements and rest are what parsing the whole gives, wherever it is cut", () => {
  fc.assert(
    fc.property(
      fc.dictionary(trickyText, member, { maxKeys: 3 }),
      fc.array(member, { maxLength: 6 }),
      fc.dictionary(trickyText, member, { maxKeys: 3 }),
      fc.record({ chunk: fc.integer({ min: 1, max: 40 }), piece: fc.integer({ min: 0, max: 30 }) }),
      (before, spans, after, { chunk, piece }) => {
        const { spans: _, ...first } = before;
        const { spans: __, ...last } = after;
        const whole = { ...first, spans, ...last };
        const text = JSON.stringify(whole);
        const read = readIn(text, chunk, piece);
        const expected = JSON.parse(text);
        expect(read.pieces.flat()).toEqual(expected.spans);
        expect(read.rest).toEqual({ ...expected, spans: [] });
      },
    ),
  );
});

test("spaces and lines between the tokens change nothing", () => {
  const value = { traceId: "t", spans: [{ a: [1, { b: "]" }] }, { c: 2 }], logs: [] };
  for (let chunk = 1; chunk < 20; chunk++) {
    const read = readIn(JSON.stringify(value, undefined, 2), chunk, 0);
    expect(read.pieces.flat()).toEqual(value.spans);
    expect(read.rest).toEqual({ ...value, spans: [] });
  }
});

test("elements come out while the rest is still on its way", () => {
  const { pieces } = readIn(JSON.stringify({ spans: Array.from({ length: 50 }, String) }), 7, 20);
  expect(pieces.length).toBeGreaterThan(5);
});

test("an object without the array is the rest", () => {
  expect(readIn('{"a":{"spans":[1]}}', 3, 0)).toEqual({ pieces: [], rest: { a: { spans: [1] } } });
});

test("damaged JSON is refused", () => {
  expect(() => readIn('{"spans":[1,2', 4, 0)).toThrow(SyntaxError);
});
