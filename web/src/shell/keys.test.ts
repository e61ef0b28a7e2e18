/** Goal: the dialog of keys says what the pages do. Method: the keys that listen are read out of the sources and compared with its lines. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { KEY_SECTIONS, keyNames, sectionsFor } from "./keys.ts";

const root = join(import.meta.dirname, "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

/** Where the keys of a section are listened to. */
const LISTENS: Readonly<Record<string, readonly string[]>> = {
  Everywhere: ["shell/shell.tsx"],
  "Time range": ["shell/time-range-control.tsx"],
  Trace: [
    "trace/waterfall.tsx",
    "trace/trace-keys.ts",
    "trace/trace-toolbar.tsx",
    "trace/share-buttons.tsx",
    "trace/flame-view.tsx",
  ],
  "Search line": ["query-bar/query-bar.tsx", "query-bar/bar-keys.ts"],
  Traces: ["traces/traces-page.tsx"],
  Logs: ["logs/use-list-keys.ts", "logs/logs-page.tsx", "logs/patterns/patterns-view.tsx"],
  Map: ["map/map-page.tsx", "map/view-box.ts"],
  SQL: ["sql/editor.ts"],
};

/** What is held down while a key is pressed is not read by `useKeys`; each has the line of source that listens. */
const HELD: Readonly<Record<string, readonly [file: string, code: string]>> = {
  "Ctrl+K": ["shell/omnibox/omnibox.tsx", 'event.key.toLowerCase() === "k"'],
  F6: ["shell/use-regions.ts", 'event.key !== "F6"'],
  "Shift+F6": ["shell/use-regions.ts", "event.shiftKey ? -1 : 1"],
  "Ctrl+F": ["trace/trace-toolbar.tsx", 'event.key.toLowerCase() !== "f"'],
  "Ctrl+Enter": ["sql/editor.ts", 'key: "Mod-Enter"'],
};

/** The same key on another keyboard layout. */
const SAME: Readonly<Record<string, string>> = { "+": "=" };
const same = (key: string) => SAME[key] ?? key;

/** @returns the text from an opening bracket to the one that closes it, of code whose strings hold no lone bracket of this kind */
function balanced(code: string, at: number, open: string, close: string): string {
  let depth = 0;
  for (let i = at; i < code.length; i++) {
    // "[" and "]" are keys: what stands in quotes is no bracket.
    if (code[i] === '"') i = code.indexOf('"', i + 1);
    else if (code[i] === open) depth++;
    else if (code[i] === close && --depth === 0) return code.slice(at, i + 1);
  }
  return code.slice(at);
}

/** The names of an object literal's properties, not of what stands inside of them. */
function propertiesOf(literal: string): readonly string[] {
  let depth = 0;
  let flat = "";
  for (let i = 0; i < literal.length; i++) {
    const char = literal[i] ?? "";
    if (char === '"') {
      const end = literal.indexOf('"', i + 1);
      if (depth === 1) flat += literal.slice(i, end + 1);
      i = end;
      continue;
    }
    if ("{([".includes(char)) depth++;
    if (depth === 1) flat += char;
    if ("})]".includes(char)) depth--;
  }
  return [...flat.matchAll(/[{,]\s*(?:"([^"]+)"|(\w+))\s*:/gu)].map(
    ([, quoted, bare]) => quoted ?? bare ?? "",
  );
}

function listenedIn(file: string): readonly string[] {
  const code = read(file);
  const calls = [...code.matchAll(/\buseKeys\(/gu)].map(({ index }) =>
    balanced(code, index + "useKeys".length, "(", ")"),
  );
  const returned = /export function traceKeys\(/u.test(code)
    ? [balanced(code, code.indexOf("return {", code.indexOf("traceKeys(")) + 7, "{", "}")]
    : [];
  // An argument that is no literal itself chooses between two.
  const literals = [...calls, ...returned].flatMap((text) =>
    [...text.matchAll(/\{/gu)]
      .slice(0, /^\(?\{/u.test(text) ? 1 : 2)
      .map(({ index }) => balanced(text, index, "{", "}")),
  );
  const cases = [...code.matchAll(/\bcase "([^"]+)":/gu)].map(([, key]) => key ?? "");
  const isSwitch = file.endsWith("bar-keys.ts") || file.endsWith("view-box.ts");
  return [...literals.flatMap(propertiesOf), ...(isSwitch ? cases : [])];
}

const sorted = (keys: Iterable<string>) => [...new Set(keys)].toSorted();

describe("the dialog of keys", () => {
  test.each(KEY_SECTIONS)("says of $title exactly what listens", ({ title, lines }) => {
    const said = lines.flatMap(([keys]) => keyNames(keys));
    const plain = said.filter((key) => !(key in HELD)).map(same);
    const listened = (LISTENS[title] ?? []).flatMap(listenedIn).map(same);
    expect(sorted(plain)).toEqual(sorted(listened));
  });

  test("says what is held down with a key, where something listens for it", () => {
    const said = KEY_SECTIONS.flatMap(({ lines }) => lines.flatMap(([keys]) => keyNames(keys)));
    expect(sorted(said.filter((key) => /\+.|^F\d/u.test(key)))).toEqual(sorted(Object.keys(HELD)));
    for (const [file, code] of Object.values(HELD)) expect(read(file), file).toContain(code);
  });

  test("knows every file that listens to keys of a page", () => {
    const listening = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
      (file) =>
        /\.tsx?$/u.test(file) &&
        !/\.test\.|use-keys\.ts$/u.test(file) &&
        /\buseKeys\(/u.test(read(file)),
    );
    const known = Object.values(LISTENS).flat();
    expect(listening.filter((file) => !known.includes(file))).toEqual([]);
  });

  test("reads keys out of sources, brackets and quotes among them", () => {
    expect(listenedIn("shell/time-range-control.tsx")).toEqual(["[", "]", "-", "=", "0"]);
    expect(listenedIn("map/map-page.tsx")).toEqual(["Escape"]);
    expect(listenedIn("logs/use-list-keys.ts")).toContain("PageDown");
  });

  test("has the keys of the page on top", () => {
    expect(sectionsFor("/map")[0]?.title).toBe("Time range");
    expect(sectionsFor("/trace/abc")[0]?.title).toBe("Trace");
    expect(sectionsFor("/setup")[0]?.title).toBe("Everywhere");
    expect(sectionsFor("/logs")).toHaveLength(KEY_SECTIONS.length);
  });
});
