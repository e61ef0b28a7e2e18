import { expect, test } from "vitest";
import type { FilterSignal } from "./fields.ts";
import { parseFilter } from "./parse.ts";
import { resolveFilter } from "./resolve.ts";
import { usesIndex } from "./uses-index.ts";

function isIndexed(q: string, signal: FilterSignal): boolean {
  const parsed = parseFilter(q);
  if (parsed.kind !== "filter") throw new Error(q);
  const resolved = resolveFilter(parsed.filter, signal);
  if (resolved.kind !== "condition") throw new Error(JSON.stringify(resolved));
  return usesIndex(resolved.condition);
}

test.each([
  "declined",
  '"card declined"',
  "user.id:42",
  "resource.host.name=h1",
  "declined severity>=error",
  "service:pay user.id:42",
  "declined OR user.id:42",
])("an index finds what passes: %s", (q) => {
  expect(isIndexed(q, "logs")).toBe(true);
});

test.each([
  "service:pay",
  "-declined",
  "severity>=error",
  "declin*",
  "body:/card/",
  "user.id>41",
  "exists(user.id)",
  "user.id:4*",
  "declined OR severity:error",
  "scope.x:y",
])("rows are read to find what passes: %s", (q) => {
  expect(isIndexed(q, "logs")).toBe(false);
});

test("words of a span have no index, its attributes have", () => {
  expect(isIndexed("declined", "traces")).toBe(false);
  expect(isIndexed("user.id:42", "traces")).toBe(true);
});
