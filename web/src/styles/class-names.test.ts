/** Goal: a class that a component names exists in its style sheet, and none is left over. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const files = readdirSync(root, { recursive: true, encoding: "utf8" }).map((name) =>
  join(root, name),
);
const SEVERITY_CLASSES = ["UNSET", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

function classesOf(sheet: string): Set<string> {
  const css = readFileSync(sheet, "utf8").replaceAll(/\/\*[\s\S]*?\*\//g, "");
  return new Set([...css.matchAll(/\.([a-zA-Z][\w-]*)/g)].map((match) => match[1]!));
}

/** Which sheet classes each component uses. */
function usesOf(component: string): { readonly sheet: string; readonly name: string }[] {
  const source = readFileSync(component, "utf8");
  return [...source.matchAll(/import (\w+) from "([^"]+\.module\.css)"/g)].flatMap(
    ([, variable, path]) =>
      [...source.matchAll(new RegExp(`(?<![\\w./-])${variable}\\.(\\w+)`, "g"))].map((match) => ({
        sheet: join(dirname(component), path!),
        name: match[1]!,
      })),
  );
}

const uses = files.filter((name) => name.endsWith(".tsx")).flatMap(usesOf);

test.each(
  files
    .filter((name) => name.endsWith(".module.css"))
    .map((sheet) => [sheet.slice(root.length + 1), sheet]),
)("%s has the classes its components use, and no others", (_, sheet) => {
  const used = new Set(uses.filter((use) => use.sheet === sheet).map(({ name }) => name));
  const existing = classesOf(sheet);
  expect([...used].filter((name) => !existing.has(name))).toEqual([]);
  expect(
    [...existing].filter((name) => !used.has(name) && !SEVERITY_CLASSES.includes(name)),
  ).toEqual([]);
});
