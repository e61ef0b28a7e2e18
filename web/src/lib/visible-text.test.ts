/** Goal: nothing a stranger writes acts on the page, and nothing visible is lost. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { toOneLine, toVisibleParts } from "./visible-text.ts";

const shown = (text: string) =>
  toVisibleParts(text)
    .map((part) => (part.mark ? `⟨${part.text}⟩` : part.text))
    .join("");

test("terminal escapes are named instead of obeyed", () => {
  expect(shown("\u001b[31mred\u0007\u0000\u007f")).toBe("⟨ESC⟩[31mred⟨BEL⟩⟨NUL⟩⟨DEL⟩");
});

test("characters that reverse the reading order are shown as what they are", () => {
  expect(shown("user \u202eadmin\u202c")).toBe("user ⟨U+202E⟩admin⟨U+202C⟩");
});

test("invisible spaces and the byte order mark become visible", () => {
  expect(shown("a\u200bb\ufeff")).toBe("a⟨U+200B⟩b⟨U+FEFF⟩");
});

test("joined emoji, tabs and newlines stay as they are", () => {
  const text = "👩‍👩‍👧\tline\nline";
  expect(toVisibleParts(text)).toEqual([{ text, mark: false }]);
});

test("every visible character survives, in order", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const plain = toVisibleParts(text)
        .filter((part) => !part.mark)
        .map((part) => part.text)
        .join("");
      // oxlint-disable-next-line no-control-regex -- the model of what counts as invisible
      const hidden =
        /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;
      expect(plain).toBe(text.replaceAll(hidden, ""));
    }),
  );
});

test("one line of a long text is cut, and line breaks show as signs", () => {
  expect(toOneLine("a\r\nb\nc\td")).toBe("a ↵ b ↵ c d");
  expect(toOneLine("x".repeat(1_000_000)).length).toBe(401);
});
