/** Goal: a click on a difference asks for exactly the spans that have it. */
import { parseFilter, printFilter, resolveFilter } from "@throughline/query/filter";
import { expect, test } from "vitest";
import { differenceCondition, differenceName } from "./difference.ts";

test.each([
  ["service.name", "pay", "service:pay"],
  ["name", "GET /cart/*", 'name:"GET /cart/*"'],
  ["status", "Error", "status:error"],
  ["status", "STATUS_CODE_ERROR", "status:error"],
  ["kind", "SPAN_KIND_SERVER", "kind:server"],
  ["attribute.http.route", "/pay", 'attr.http.route:"/pay"'],
  ["attribute.odd key", "1", 'attr."odd key":1'],
  ["resource.host.name", "a b", 'resource.host.name:"a b"'],
  ["attribute.a", "x".repeat(196), `attr.a:${"x".repeat(196)}`],
  ["attribute.a", `${"x".repeat(196)}*é`, `attr.a:${"x".repeat(196)}\\*é*`],
  ["attribute.a", `${"é".repeat(99)}\uFFFD`, `attr.a:${"é".repeat(99)}*`],
])("%s %s is %s", (key, value, expected) => {
  const text = printFilter(differenceCondition({ key, value }));
  expect(text).toBe(expected);
  const parsed = parseFilter(text);
  expect(parsed.kind === "filter" && resolveFilter(parsed.filter, "traces").kind).not.toBe("error");
});

test("an attribute is called by its key, one of the resource says so", () => {
  expect(differenceName("attribute.http.route")).toBe("http.route");
  expect(differenceName("resource.host.name")).toBe("resource.host.name");
});
