/** Goal: pins survive whatever storage holds, and show what a span says of them and nothing else. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { pinnedOf, readPins, togglePin } from "./pins.ts";

test("pinning twice is not pinning", () => {
  expect(togglePin(togglePin(["a"], "b"), "b")).toEqual(["a"]);
});

test("the oldest gives way when there are too many", () => {
  const many = Array.from({ length: 30 }, (_, i) => `k${i}`).reduce(
    togglePin,
    [] as readonly string[],
  );
  expect(many).toHaveLength(20);
  expect(many.at(-1)).toBe("k29");
  expect(many).not.toContain("k0");
});

test("whatever is stored is a list of different names, or none", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (stored) => {
      const pins = readPins(stored);
      expect(new Set(pins).size).toBe(pins.length);
      expect(readPins(JSON.stringify(pins))).toEqual(pins);
    }),
  );
});

test("a span shows its own value before that of its resource, and only what it has", () => {
  const said = { attributes: { a: "1", both: "own" }, resource: { both: "host", r: "2" } };
  expect(pinnedOf(["r", "none", "both", "a", "toString"], said)).toEqual([
    { kind: "resource", name: "r", value: "2" },
    { kind: "attribute", name: "both", value: "own" },
    { kind: "attribute", name: "a", value: "1" },
  ]);
});
