/** Goal: a group of traces opens as the filter that it stands for, and links with groups are read again. */
import { describe, expect, test } from "vitest";
import { filterByGroup, groupField, readGroups, readGroupSort, readTraceSort } from "./grouping.ts";

describe("a group", () => {
  test.each([
    ["", "service", "pay", "service:pay"],
    ["status:error", "http.route", "/a b", 'status:error http.route:"/a b"'],
    ["a OR b", 'attr."odd key"', "x", '(a OR b) attr."odd key":x'],
    ["", "http.route", null, "NOT http.route:*"],
    ["service:pay", "service", "pay", "service:pay"],
  ])("of %j by %s = %j is %s", (q, field, value, expected) => {
    expect(filterByGroup(q, [field], [value])).toBe(expected);
  });

  test("of two fields asks for both", () => {
    expect(filterByGroup("status:error", ["service", "http.route"], ["pay", null])).toBe(
      "status:error service:pay NOT http.route:*",
    );
    expect(filterByGroup("", ["service", "a b"], ["pay", "x"])).toBeUndefined();
  });

  test.each(["", "a b", "service:pay", "(a", "-x"])("%j names no field", (text) => {
    expect(groupField(text)).toBeUndefined();
  });
});

test("the URL has the field and the order", () => {
  expect(readGroups("?group=http.route&sort=p95")).toEqual(["http.route"]);
  expect(readGroups("?group=service&group2=name")).toEqual(["service", "name"]);
  expect(readGroups("?group=service&group2=service")).toEqual(["service"]);
  expect(readGroups("?group2=name")).toEqual([]);
  expect(readGroupSort("?group=x&sort=p95")).toBe("p95");
  expect(readGroupSort("?group=x&sort=longest")).toBe("traces");
  expect(readTraceSort("?sort=longest")).toBe("longest");
  expect(readTraceSort("?sort=odd")).toBe("newest");
});
