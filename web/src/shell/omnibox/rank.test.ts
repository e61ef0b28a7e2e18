import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rank, scoreOf } from "./rank.ts";

const PAGES = [
  "Services",
  "Service map",
  "Traces",
  "Logs",
  "SQL",
  "Compare two traces",
  "Set up",
].map((label) => ({ label }));

function labels(typed: string, items: Parameters<typeof rank>[0] = PAGES): readonly string[] {
  return rank(items, typed).map(({ label }) => label);
}

describe("the order of what is found", () => {
  test("a whole name is before its beginning, which is before a word inside", () => {
    expect(labels("traces")).toEqual(["Traces", "Compare two traces"]);
    expect(labels("serv")).toEqual(["Services", "Service map"]);
    expect(labels("map")).toEqual(["Service map"]);
  });

  test("letters of a name in their order find it", () => {
    expect(labels("svmp")).toEqual(["Service map"]);
    expect(labels("pam")).toEqual([]);
  });

  test("a single letter finds only where it stands", () => {
    expect(labels("q")).toEqual(["SQL"]);
  });

  test("every typed word must be found, in any order", () => {
    expect(labels("two compare")).toEqual(["Compare two traces"]);
    expect(labels("compare logs")).toEqual([]);
  });

  test("other words find it too, after what has the word in its name", () => {
    const items = [
      { label: "Set up", words: "install send logs" },
      { label: "Logs", words: "lines" },
    ];
    expect(labels("logs", items)).toEqual(["Logs", "Set up"]);
    expect(labels("send", items)).toEqual(["Set up"]);
  });

  test("nothing typed keeps everything as it was", () => {
    expect(labels(" ")).toEqual(PAGES.map(({ label }) => label));
  });

  test("letters that regular expressions know have no meaning", () => {
    expect(labels(".*")).toEqual([]);
    expect(labels("(")).toEqual([]);
  });
});

describe("for any names", () => {
  const names = fc.uniqueArray(
    fc.string({ minLength: 1 }).filter((name) => name.trim() !== ""),
    {
      selector: (name) => name.trim().toLowerCase().split(/\s+/u).join(" "),
      minLength: 1,
      maxLength: 12,
    },
  );

  test("what is typed in full comes first, in whatever case", () => {
    fc.assert(
      fc.property(names, fc.nat(), (all, pick) => {
        const items = all.map((label) => ({ label: label.trim().split(/\s+/u).join(" ") }));
        const wanted = items[pick % items.length];
        const [first] = rank(items, wanted?.label ?? "");
        expect(first?.label.toLowerCase()).toBe(wanted?.label.toLowerCase());
      }),
    );
  });

  test("what is typed on never finds more", () => {
    fc.assert(
      fc.property(
        names,
        fc.string({ maxLength: 4 }),
        fc.string({ maxLength: 2 }),
        (all, typed, more) => {
          fc.pre(!/\s/u.test(typed + more) && typed.length > 1);
          const found = (text: string) =>
            all.filter((label) => scoreOf({ label }, text) !== undefined);
          const before = new Set(found(typed));
          expect(found(typed + more).filter((label) => !before.has(label))).toEqual([]);
        },
      ),
    );
  });
});
