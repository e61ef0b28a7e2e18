/** Goal: the suggestion of a mistake, put in its place, is a filter. Method: mistakes that the parser finds. */
import type { FilterSignal } from "@throughline/query/filter";
import { expect, test } from "vitest";
import { mend } from "./mend.ts";
import { filterMistake } from "./use-bar-state.ts";

test.each([
  ["traces", "service:payments status:eror x", "service:payments status:error x"],
  ["traces", "-kind:sever", "-kind:server"],
] as const)("%s: %s becomes %s", (signal: FilterSignal, text, expected) => {
  const found = filterMistake(text, signal);
  if (found?.suggestion === undefined) throw new Error(`no suggestion: ${found?.message}`);
  const mended = mend(text, found, found.suggestion);
  expect(mended.text).toBe(expected);
  expect(filterMistake(mended.text, signal)).toBeUndefined();
});

test("a suggestion that names its field takes the place of all", () => {
  expect(mend("a x:1 b", { offset: 2, length: 3 }, "y>1")).toEqual({ text: "a y>1 b", caret: 5 });
});
