/** Goal: nobody is told that there is nothing before everything was searched. */
import { expect, test } from "vitest";
import { searchedOf } from "./searched.ts";

const page = (found: number, complete: boolean) => ({ found, meta: { complete } });

test("what was found on any page was found", () => {
  expect(searchedOf([page(3, true)])).toBe("found");
  expect(searchedOf([page(3, false)])).toBe("found");
  expect(searchedOf([page(0, false), page(2, true)])).toBe("found");
});

test("without anything found, the search is over when the last page says so", () => {
  expect(searchedOf([page(0, true)])).toBe("nothing");
  expect(searchedOf([page(0, false)])).toBe("unfinished");
  expect(searchedOf([page(0, false), page(0, false)])).toBe("unfinished");
  expect(searchedOf([page(0, false), page(0, true)])).toBe("nothing");
});
