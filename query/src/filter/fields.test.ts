/** Goal: docs/search.md has exactly the fields that there are, and its examples are read. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FIELDS } from "./fields.ts";
import { FILTER_LIMITS } from "./limits.ts";
import { parseFilter } from "./parse.ts";
import { resolveFilter } from "./resolve.ts";

const guide = readFileSync(new URL("../../../docs/search.md", import.meta.url), "utf8");

test("the guide's table is the table of fields", () => {
  const rows = guide.split("\n").filter((line) => /^\| `.*\| (?:both|logs|traces) \|/.test(line));
  expect(rows).toEqual(
    FIELDS.map(({ name, aliases, signals, doc }) => {
      const names = [name, ...aliases].map((each) => `\`${each}\``).join(", ");
      const of = signals.length === 2 ? "both" : (signals[0] ?? "");
      return `| ${names} | ${of} | ${doc} |`;
    }),
  );
});

test("the guide's examples mean something", () => {
  const examples = (/```\n([^`]+)```/.exec(guide)?.[1] ?? "").trim().split("\n");
  expect(examples.length).toBeGreaterThan(5);
  for (const example of examples) {
    const text = example.split(/ {3,}/)[0] ?? "";
    const parsed = parseFilter(text);
    if (parsed.kind !== "filter") throw new Error(`${text}: ${JSON.stringify(parsed)}`);
    const meant = (["logs", "traces"] as const).map(
      (signal) => resolveFilter(parsed.filter, signal).kind,
    );
    expect(meant, text).toContain("condition");
  }
});

test("the guide has the limits", () => {
  for (const limit of Object.values(FILTER_LIMITS))
    expect(guide).toMatch(new RegExp(`\\b${limit} `));
});

test("no two fields of a signal have the same name", () => {
  for (const signal of ["logs", "traces"] as const) {
    const names = FIELDS.filter((field) => field.signals.includes(signal)).flatMap((field) => [
      field.name,
      ...field.aliases,
    ]);
    expect(new Set(names).size).toBe(names.length);
  }
});
