/** Goal: a click in a facet does what its button says, and a second one takes it back. */
import { expect, test } from "vitest";
import { choose, chosenIn } from "./choose.ts";

const pay = { value: "pay", records: 3, filter: "service:pay" };
const route = { value: "/a b", records: 1, filter: '"odd key":"/a b"' };

test.each([
  ["", "only", "service:pay"],
  ["x service:pay", "only", "x"],
  ["service:shop", "only", "service:pay"],
  ["", "except", "NOT service:pay"],
  ["service:pay", "except", "NOT service:pay"],
  ["x NOT service:pay", "except", "x"],
  ["x -service:pay", "only", "x service:pay"],
] as const)("%j, %s: %j", (q, choice, expected) => {
  expect(choose(q, pay, choice)).toBe(expected);
});

test("a value knows whether it is chosen", () => {
  expect(chosenIn("x service:pay", pay)).toBe("only");
  expect(chosenIn("-service:pay", pay)).toBe("except");
  expect(chosenIn("service:pay OR y", pay)).toBeUndefined();
  expect(chosenIn(choose("", route, "only"), route)).toBe("only");
});

test("a value that was cut cannot be asked for", () => {
  const cut = { value: "long", records: 1 };
  expect(choose("x", cut, "only")).toBe("x");
  expect(chosenIn("x", cut)).toBeUndefined();
});
