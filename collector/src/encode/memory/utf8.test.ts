/** Goal: our repair of UTF-8 is the web's. Method: random and nearly valid bytes against TextDecoder. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { sanitizedCopy, utf8CutLength } from "./utf8.ts";

const nearlyText = fc
  .tuple(
    fc.string({ unit: "binary", maxLength: 20 }),
    fc.uint8Array({ maxLength: 4 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  )
  .map(([text, noise, where]) => {
    const bytes = [...new TextEncoder().encode(text)];
    bytes.splice(Math.floor(where * bytes.length), noise.length, ...noise);
    return Uint8Array.from(bytes);
  });
const leads = fc.array(
  fc.constantFrom(
    0x41,
    0x80,
    0xbf,
    0xc2,
    0xe0,
    0xa0,
    0xed,
    0x9f,
    0xf0,
    0x90,
    0xf4,
    0x8f,
    0xf5,
    0xff,
  ),
  { maxLength: 12 },
);

test("what is not UTF-8 is replaced exactly as TextDecoder does", () => {
  const bytes = fc.oneof(
    nearlyText,
    fc.uint8Array({ maxLength: 12 }),
    leads.map((list) => Uint8Array.from(list)),
  );
  fc.assert(
    fc.property(bytes, (source) => {
      const memory = new Uint8Array(source.length * 4 + 16);
      memory.set(source);
      const start = source.length;
      const end = sanitizedCopy(memory, { start: 0, end: source.length }, start);
      const expected = new TextEncoder().encode(
        new TextDecoder("utf-8", { ignoreBOM: true }).decode(source),
      );
      expect(memory.slice(start, end)).toEqual(expected);
    }),
    { numRuns: 2000 },
  );
});

test("a text is cut between characters, at most three bytes early", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1 }), fc.nat(), (text, at) => {
      const bytes = new TextEncoder().encode(text);
      const limit = at % bytes.length;
      const length = utf8CutLength(bytes, 0, limit);
      expect(length).toBeGreaterThan(limit - 4);
      const cut = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
        bytes.subarray(0, length),
      );
      expect(text.startsWith(cut)).toBe(true);
    }),
  );
});
