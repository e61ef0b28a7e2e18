/** Goal: only a semicolon that ends a statement ends one. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { splitStatements } from "./split-statements.ts";

test("statements end at semicolons, the last one may go without", () => {
  expect(splitStatements("SELECT 1;\n\nSELECT 2 ;SELECT 3\n")).toEqual([
    "SELECT 1",
    "SELECT 2",
    "SELECT 3",
  ]);
});

test("a file of comments holds no statement", () => {
  expect(splitStatements("-- nothing; here\n/* nor; here */\n;;\n")).toEqual([]);
});

test.each([
  "SELECT ';'",
  "SELECT 'it\\'s; one'",
  "SELECT `a;b` FROM t",
  'SELECT "a;b" FROM t',
  "SELECT '--not a comment; really'",
  "SELECT '/* nor; this */'",
])("%s is one statement", (sql) => {
  expect(splitStatements(`${sql};`)).toEqual([sql]);
});

test("comments are left out, the line they end stays", () => {
  expect(splitStatements("SELECT 1, -- one; of them\n  2 /* two; */, 3;")).toEqual([
    "SELECT 1,\n  2 , 3",
  ]);
});

test("whatever is in the strings and names, joining statements and splitting them gives them back", () => {
  const quoted = (quote: string) =>
    fc
      .string()
      .map((text) => text.replaceAll("\\", "\\\\").replaceAll(quote, `\\${quote}`))
      .map((text) => `${quote}${text.replaceAll(/\s*\n\s*/g, " ").trimEnd()}${quote}`);
  const piece = fc.oneof(
    quoted("'"),
    quoted("`"),
    quoted('"'),
    fc.constantFrom("SELECT", "+", "1"),
  );
  const statement = fc
    .array(piece, { minLength: 1, maxLength: 8 })
    .map((pieces) => pieces.join(" "));
  fc.assert(
    fc.property(fc.array(statement, { minLength: 1 }), (statements) => {
      expect(splitStatements(statements.join(";\n"))).toEqual(statements);
    }),
  );
});
