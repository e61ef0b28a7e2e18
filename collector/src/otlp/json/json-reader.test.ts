/**
 * Goal: a string means what JSON.parse makes of it, and reading one takes memory in proportion to its bytes, whatever is in it.
 * Method: texts of generated pieces, held against JSON.parse; strings of nothing but escapes, by what the heap grows.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidJson } from "./invalid-json.ts";
import { JsonReader } from "./json-reader.ts";

const MIB = 1024 * 1024;

function read(json: string | Uint8Array): Uint8Array {
  return new JsonReader(Buffer.from(json)).string();
}

function failureOf(json: string): unknown {
  try {
    return read(json);
  } catch (error) {
    return error;
  }
}

describe("a string with escapes", () => {
  const hex = fc.integer({ min: 0, max: 0xffff }).chain((unit) => {
    const digits = unit.toString(16).padStart(4, "0");
    return fc.constantFrom(`\\u${digits}`, `\\u${digits.toUpperCase()}`);
  });
  const surrogate = fc
    .integer({ min: 0xd800, max: 0xdfff })
    .map((unit) => `\\u${unit.toString(16)}`);
  const letter = fc.constantFrom('\\"', "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t");
  const plain = fc.string({ unit: "binary" }).map((text) => JSON.stringify(text).slice(1, -1));
  const text = fc.array(fc.oneof(hex, surrogate, letter, plain)).map((pieces) => pieces.join(""));

  test("is what JSON.parse makes of it, with U+FFFD for half a surrogate pair", () => {
    fc.assert(
      fc.property(text, (escaped) => {
        const json = `"${escaped}"`;
        const parsed = String(JSON.parse(json));
        expect(Buffer.from(read(json)).toString()).toBe(parsed.toWellFormed());
      }),
      { numRuns: 2000 },
    );
  });

  test("is told apart from its neighbours: half a pair keeps what follows", () => {
    expect(Buffer.from(read('"\\ud83d\\ud83d\\ude00\\n\\ude00\\ud83dx"')).toString()).toBe(
      "\ufffd\u{1f600}\n\ufffd\ufffdx",
    );
  });

  test.each([
    ['"a\\qb"', "not JSON: \\q is no escape"],
    ['"\\é"', "not JSON: \\é is no escape"],
    ['"\\😀"', "not JSON: \\😀 is no escape"],
    ['"\\u12g4"', "not JSON: \\u is no escape"],
    ['"\\u123"', "not JSON: \\u is no escape"],
    ['"\\u"', "not JSON: \\u is no escape"],
    ['"\\', "not JSON: a string does not end"],
  ])("%s is refused", (json, message) => {
    const failure = failureOf(json);
    expect(failure).toBeInstanceOf(InvalidJson);
    expect(failure).toMatchObject({ message });
  });

  test.each(["\\n", "\\u00e9", "\\ud83d\\ude00", '\\"x'])(
    "takes no objects: some MiB of %s",
    (piece) => {
      const escaped = piece.repeat((8 * MIB) / piece.length);
      const json = Buffer.from(`"${escaped}"`);
      const before = process.memoryUsage().heapUsed;
      const unescaped = read(json);
      expect(process.memoryUsage().heapUsed - before).toBeLessThan(32 * MIB);
      const one = Buffer.from(String(JSON.parse(`"${piece}"`)));
      expect(unescaped).toHaveLength((one.length * escaped.length) / piece.length);
      expect(Buffer.from(unescaped).subarray(-one.length)).toEqual(one);
    },
  );
});
