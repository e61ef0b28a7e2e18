/** Goal: nothing that telemetry contains is obeyed by a terminal, and nothing that is only text is changed. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { inert, inertJson, inertLines } from "./inert-text.ts";

test.each([
  ["\u001b[2Jgone", "\\x1b[2Jgone"],
  ["\u009b31m", "\\x9b31m"],
  ["\u001b]52;c;cm0gLXJm\u0007", "\\x1b]52;c;cm0gLXJm\\x07"],
  ["over\rwritten", "over\\rwritten"],
  ["two\nlines", "two\\nlines"],
  ["a\tb", "a b"],
  ["user\u202Egpj.exe", "user\\u202egpj.exe"],
  ["\u2066isolated\u2069", "\\u2066isolated\\u2069"],
  ["pay\u200Bpal", "pay\\u200bpal"],
  ["half \uD83D of a pair", "half \\ud83d of a pair"],
  ["tag\u{E0041}", "tag\\u{e0041}"],
])("%j becomes %j", (text, shown) => {
  expect(inert(text)).toBe(shown);
});

test.each(["Grüße", "数据库超时", "👩‍👩‍👧 family", "می‌خواهم", "e\u0301", '{"a": [1, 2]}'])(
  "%s stays as it is",
  (text) => {
    expect(inert(text)).toBe(text);
  },
);

test("whatever the text, no control, separator or direction mark is left", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(inert(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]/u);
    }),
  );
});

test("the lines of a body are inert one by one, without the empty ones at its end", () => {
  expect(inertLines("first\r\n  at x\u001b[0m\n\n")).toEqual(["first", "  at x\\x1b[0m"]);
});

test("JSON is the same object, with what a terminal obeys as escapes", () => {
  expect(inertJson({ a: "\u001b[2J\u009b\u202E\u{E0041}" })).toBe(
    '{"a":"\\u001b[2J\\u009b\\u202e\\udb40\\udc41"}',
  );
  expect(inertJson({ a: "x" }, 2)).toBe('{\n  "a": "x"\n}');
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const json = inertJson({ [text]: text });
      expect(json).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]/u);
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify({ [text]: text })));
    }),
  );
});
