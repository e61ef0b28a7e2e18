/** Goal: a group of traces opens as the filter that it stands for, and links with groups are read again. */
import { describe, expect, test } from "vitest";
import { filterByGroup, groupField, readGroup, readGroupSort, readTraceSort } from "./grouping.ts";

const filterBy = (q: string, field: string, value: string | null) => {
  const name = groupField(field);
  if (name === undefined) throw new Error(field);
  return filterByGroup(q, name, value);
};

describe("a group", () => {
  test.each([
    ["", "service", "pay", "service:pay"],
    ["status:error", "http.route", "/a b", 'status:error http.route:"/a b"'],
    ["a OR b", 'attr."odd key"', "x", '(a OR b) attr."odd key":x'],
    ["", "http.route", null, "NOT http.route:*"],
    ["service:pay", "service", "pay", "service:pay"],
  ])("of %j by %s = %j is %s", (q, field, value, expected) => {
    expect(filterBy(q, field, value)).toBe(expected);
  });

  test.each(["", "a b", "service:pay", "(a", "-x"])("%j names no field", (text) => {
    expect(groupField(text)).toBeUndefined();
  });
});

test("the URL has the field and the order", () => {
  expect(readGroup("?group=http.route&sort=p95")).toBe("http.route");
  expect(readGroupSort("?group=x&sort=p95")).toBe("p95");
  expect(readGroupSort("?group=x&sort=longest")).toBe("traces");
  expect(readTraceSort("?sort=longest")).toBe("longest");
  expect(readTraceSort("?sort=odd")).toBe("newest");
});
