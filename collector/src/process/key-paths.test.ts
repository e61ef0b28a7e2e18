/** Goal: equal lists of keys have equal numbers, others do not. Method: lists of few keys, against a map of their texts. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { KeyPaths } from "./key-paths.ts";

test("equal lists have one number, others another", () => {
  const list = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 6 });
  fc.assert(
    fc.property(fc.array(list, { maxLength: 50 }), (lists) => {
      const paths = new KeyPaths();
      const numbers = new Map<string, number>();
      for (const keys of lists) {
        const path = keys.reduce((from, key) => paths.next(from, key), 0);
        expect(numbers.get(keys.join()) ?? path).toBe(path);
        numbers.set(keys.join(), path);
      }
      expect(new Set(numbers.values()).size).toBe(numbers.size);
    }),
  );
});

test("what followed last is the guess", () => {
  const paths = new KeyPaths();
  const [first, second] = [paths.next(0, 7), paths.next(0, 8)];
  expect(paths.guesses[0]).toBe(second);
  expect(paths.next(0, 7)).toBe(first);
  expect(paths.guesses[0]).toBe(first);
  expect(paths.keys[first]).toBe(7);
});

test("full, it says so, and begins anew", () => {
  const paths = new KeyPaths();
  let path = 0;
  let length = 0;
  for (let next = paths.next(0, 1); next !== 0; next = paths.next(path, 1)) {
    path = next;
    length++;
  }
  expect(length).toBe(16_383);
  expect(paths.next(0, 1)).toBe(1);
  expect(paths.next(0, 2)).toBe(0);
  paths.clear();
  expect(paths.guesses[0]).toBe(0);
  expect(paths.next(0, 2)).toBe(1);
});
