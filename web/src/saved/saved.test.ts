import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  readSaved,
  SAVED_LIMITS,
  SAVED_PAGES,
  savedHref,
  type SavedSearch,
  searchToSave,
  withImported,
  withoutSaved,
  withRenamed,
  withSaved,
  writeSaved,
} from "./saved.ts";

const errors: SavedSearch = { name: "errors", page: "/traces", search: "q=status%3Aerror&v=1" };
const slow: SavedSearch = { name: "slow", page: "/traces", search: "q=duration%3E1s&v=1" };

const names = fc
  .string({ minLength: 1, maxLength: SAVED_LIMITS.nameChars })
  .map((name) => name.trim())
  .filter((name) => name !== "");
const lists = fc.uniqueArray(
  fc.record<SavedSearch>({
    name: names,
    page: fc.constantFrom(...SAVED_PAGES),
    search: fc.string().map((q) => new URLSearchParams({ q }).toString()),
  }),
  { selector: ({ name, page }) => `${page} ${name}`, maxLength: 10 },
);

describe("saving", () => {
  test("keeps filter, range, environment and view, and leaves out what was selected", () => {
    expect(
      searchToSave("?q=a&v=1&from=now-3h&environment=x&view=table&log=1-a&sel=1-2_3-4&differs=on"),
    ).toBe("q=a&v=1&from=now-3h&environment=x&view=table");
  });

  test("puts the newest first, and one of the same name and page in its place", () => {
    expect(withSaved([slow], errors)).toEqual({ kind: "changed", searches: [errors, slow] });
    const again = { ...errors, search: "q=other" };
    expect(withSaved([slow, errors], again)).toEqual({ kind: "changed", searches: [again, slow] });
    const elsewhere = { ...errors, page: "/logs" as const };
    expect(withSaved([errors], elsewhere)).toMatchObject({ searches: [elsewhere, errors] });
  });

  test.each([
    ["a name of nothing", { ...errors, name: "  " }],
    ["a name that is too long", { ...errors, name: "x".repeat(SAVED_LIMITS.nameChars + 1) }],
    ["a view that is too long", { ...errors, search: "x".repeat(SAVED_LIMITS.searchChars + 1) }],
  ])("refuses %s", (_, search) => {
    expect(withSaved([], search).kind).toBe("refused");
  });

  test("says when there is no room, but still changes what is there", () => {
    const full = Array.from({ length: SAVED_LIMITS.searches }, (_, i) => ({
      ...slow,
      name: `${i}`,
    }));
    expect(withSaved(full, errors)).toMatchObject({
      kind: "refused",
      why: expect.stringContaining(`${SAVED_LIMITS.searches} searches`),
    });
    expect(withSaved(full, { ...slow, name: "7", search: "q=new" }).kind).toBe("changed");
  });
});

describe("changing", () => {
  test("renames, and never onto another", () => {
    expect(withRenamed([errors, slow], errors, " failed ")).toEqual({
      kind: "changed",
      searches: [{ ...errors, name: "failed" }, slow],
    });
    expect(withRenamed([errors, slow], errors, "slow").kind).toBe("refused");
    expect(withRenamed([errors, slow], errors, "errors").kind).toBe("changed");
    expect(withRenamed([errors], errors, "").kind).toBe("refused");
  });

  test("deletes the one of the page", () => {
    const elsewhere = { ...errors, page: "/logs" as const };
    expect(withoutSaved([errors, elsewhere, slow], errors)).toEqual([elsewhere, slow]);
  });

  test("opens as a link into its page", () => {
    expect(savedHref(errors)).toBe("/traces?q=status%3Aerror&v=1");
    expect(savedHref({ ...errors, search: "" })).toBe("/traces");
  });
});

describe("as a file", () => {
  test("comes back as it was", () => {
    fc.assert(
      fc.property(lists, (searches) => {
        expect(readSaved(writeSaved(searches))).toEqual({ kind: "read", searches, skipped: 0 });
      }),
    );
  });

  test("imported twice is there once", () => {
    fc.assert(
      fc.property(lists, lists, (mine, theirs) => {
        const once = withImported(mine, theirs);
        expect(once.searches.slice(0, mine.length)).toEqual(mine);
        expect(withImported(once.searches, once.searches)).toMatchObject({ added: 0, left: 0 });
        const keys = once.searches.map(({ name, page }) => `${page} ${name}`);
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });

  test("another search of the same name gets a number", () => {
    const other = { ...errors, search: "q=other" };
    expect(withImported([errors], [other, slow])).toEqual({
      searches: [errors, { ...other, name: "errors (2)" }, slow],
      added: 2,
      left: 0,
    });
  });

  test("what has no room is counted", () => {
    const full = Array.from({ length: SAVED_LIMITS.searches }, (_, i) => ({
      ...slow,
      name: `${i}`,
    }));
    expect(withImported(full.slice(1), [errors, slow])).toMatchObject({ added: 1, left: 1 });
  });

  test.each(["", "{", "[]", "null", '{"kind":"other","searches":[]}'])("%s is none", (text) => {
    expect(readSaved(text).kind).toBe("unreadable");
  });

  test("of a later version is not guessed at", () => {
    const text = writeSaved([errors]).replace('"version": 1', '"version": 2');
    expect(readSaved(text)).toMatchObject({
      kind: "unreadable",
      why: expect.stringContaining("newer version"),
    });
  });

  test("what is no search in it is left out, and counted", () => {
    const bad = [
      errors,
      { ...errors, page: "https://evil.example" },
      { ...errors, page: "javascript:alert(1)" },
      { name: "x", page: "/logs" },
      null,
      7,
    ];
    expect(readSaved(writeSaved([]).replace("[]", JSON.stringify(bad)))).toEqual({
      kind: "read",
      searches: [errors],
      skipped: 5,
    });
  });
});
