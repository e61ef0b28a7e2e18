/** Goal: the bar offers what fits where the caret is, and a choice takes the place of what was typed. */
import { expect, test } from "vitest";
import { applyChoice, completionAt } from "./completion.ts";

/** `|` is the caret. */
function at(marked: string) {
  const caret = marked.indexOf("|");
  return completionAt(marked.replace("|", ""), caret);
}

test.each([
  ["|", { kind: "field", prefix: "", from: 0, to: 0 }],
  ["ser|", { kind: "field", prefix: "ser", from: 0, to: 3 }],
  ["-ser|", { kind: "field", prefix: "ser", from: 1, to: 4 }],
  ["a OR st|atus", { kind: "field", prefix: "st", from: 5, to: 11 }],
  ["service:|", { kind: "value", field: "service", prefix: "", from: 8, to: 8 }],
  ["service:sh|", { kind: "value", field: "service", prefix: "sh", from: 8, to: 10 }],
  ['service:"my sh|"', { kind: "value", field: "service", prefix: "my sh", from: 8, to: 15 }],
  ["-service!=sh|", { kind: "value", field: "service", prefix: "sh", from: 10, to: 12 }],
  ["service:(shop OR |", { kind: "value", field: "service", prefix: "", from: 17, to: 17 }],
  ["service:(shop OR ca|", { kind: "value", field: "service", prefix: "ca", from: 17, to: 19 }],
  ["service:shop |", { kind: "field", prefix: "", from: 13, to: 13 }],
  ["(a OR b) |", { kind: "field", prefix: "", from: 9, to: 9 }],
  ["a AND|", { kind: "none" }],
] as const)("%s", (marked, expected) => {
  expect(at(marked)).toEqual(expected);
});

test.each([
  ["ser|", "service", "service:|"],
  ["ser|:shop", "service", "service:|shop"],
  ["service:sh|", "shop", "service:shop |"],
  ["service:sh| error", "shop", "service:shop |error"],
  ["service:(sh|)", "shop", "service:(shop|)"],
] as const)("%s, choosing %s, is %s", (marked, choice, expected) => {
  const completion = at(marked);
  if (completion.kind === "none") throw new Error("nothing to complete");
  const { text, caret } = applyChoice(marked.replace("|", ""), completion, choice);
  expect(`${text.slice(0, caret)}|${text.slice(caret)}`).toBe(expected);
});
