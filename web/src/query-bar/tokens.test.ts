/** Goal: what is typed is coloured as it will be read, and no character is lost, whatever it is. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { tokenize } from "./tokens.ts";

const kinds = (text: string) =>
  tokenize(text)
    .filter(({ kind }) => kind !== "space")
    .map(({ kind, text: piece }) => `${kind} ${piece}`);

test.each([
  ["service:shop", ["field service", "operator :", "text shop"]],
  ["duration>100ms", ["field duration", "operator >", "number 100ms"]],
  ["-status=error", ["field -status", "operator =", "text error"]],
  ['"out of memory" OR timeout', ['string "out of memory"', "keyword OR", "text timeout"]],
  [
    "http.status_code:[500 TO 599]",
    [
      "field http.status_code",
      "operator :",
      "punctuation [",
      "number 500",
      "keyword TO",
      "number 599",
      "punctuation ]",
    ],
  ],
  ["body:/time(d )?out/", ["field body", "operator :", "regex /time(d )?out/"]],
  ["http.route:/orders", ["field http.route", "operator :", "text /orders"]],
  ["NOT (a b)", ["keyword NOT", "punctuation (", "text a", "text b", "punctuation )"]],
  ["ORDER", ["text ORDER"]],
  ['"unclosed', ['string "unclosed']],
] as const)("%s", (text, expected) => {
  expect(kinds(text)).toEqual(expected);
});

test("the pieces are the text, whatever it is", () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom(...'ab :=<>!()[]{}"\\/.-*?0 ORNT\t'.split("")) }),
  );
  fc.assert(
    fc.property(text, (typed) => {
      expect(
        tokenize(typed)
          .map((token) => token.text)
          .join(""),
      ).toBe(typed);
    }),
  );
});
