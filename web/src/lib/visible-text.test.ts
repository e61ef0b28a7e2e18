/** Goal: nothing a stranger writes acts on the page, and nothing visible is lost. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { toOneLine, toVisibleLine, toVisibleParts } from "./visible-text.ts";

const shown = (text: string) =>
  toVisibleParts(text)
    .map((part) => (part.mark ? `⟨${part.text}⟩` : part.text))
    .join("");

test("terminal escapes are named instead of obeyed", () => {
  expect(shown("\u001b[31mred\u0007\u0000\u007f")).toBe("⟨ESC[31m⟩red⟨BEL⟩⟨NUL⟩⟨DEL⟩");
  expect(shown("\u001b]0;title\u001b")).toBe("⟨ESC⟩]0;title⟨ESC⟩");
});

test("a text of hidden characters only is a bounded number of parts, and all of it is there", () => {
  const parts = toVisibleParts("\u0007".repeat(100_000));
  expect(parts.length).toBeLessThan(3_000);
  expect(parts.map(({ text }) => text).join("")).toBe("BEL".repeat(100_000));
});

test("where no mark can stand out, what cannot be seen is named in the line", () => {
  expect(toVisibleLine("user \u202eadmin\n\u001b[31mred")).toBe("user U+202Eadmin ↵ ESC[31mred");
  expect(toVisibleLine("\u202e".repeat(400), 20)).toBe(`${"U+202E".repeat(3)}U+…`);
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

/** The model: code points that show nothing or change how others show, first and last of each run. */
const HIDDEN_RUNS: readonly (readonly [number, number])[] = [
  [0, 8],
  [11, 31],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x200b, 0x200b],
  [0x200e, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x2069],
  [0xfeff, 0xfeff],
  [0xfff9, 0xfffb],
];

test("every visible character survives, in order", () => {
  const isHidden = (character: string) => {
    const code = character.codePointAt(0)!;
    return HIDDEN_RUNS.some(([first, last]) => first <= code && code <= last);
  };
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      // A terminal's sequence is a mark as a whole; its brackets and digits survive within.
      const plain = toVisibleParts(text)
        .map((part) =>
          part.mark ? part.text.replace(/^(?:U\+[0-9A-F]{4}|[A-Z0-9]{2,3})/, "") : part.text,
        )
        .join("");
      expect(plain).toBe(
        Array.from(text)
          .filter((character) => !isHidden(character))
          .join(""),
      );
    }),
  );
});

test("one line of a long text is cut, and line breaks show as signs", () => {
  expect(toOneLine("a\r\nb\nc\td")).toBe("a ↵ b ↵ c d");
  expect(toOneLine("x".repeat(1_000_000)).length).toBe(401);
});
