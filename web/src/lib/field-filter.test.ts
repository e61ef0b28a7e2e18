/** Goal: a value chosen in the details of a record becomes a condition that the record meets, whatever the value holds. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseFilter, resolveFilter } from "@throughline/query/filter";
import { fieldText, filterByField, type RecordField } from "./field-filter.ts";

const ROUTE: RecordField = { kind: "attribute", name: "http.route", value: "/a b" };
const HOST: RecordField = { kind: "resource", name: "host.name", value: "n-1" };

test.each([
  [ROUTE, "only", "x", 'x http.route:"/a b"'],
  [ROUTE, "only", "http.route:/b", 'http.route:"/a b"'],
  [ROUTE, "except", "", 'NOT http.route:"/a b"'],
  [ROUTE, "exists", "x", "x http.route:*"],
  [HOST, "only", "", "resource.host.name:n-1"],
  [{ kind: "field", name: "trace", value: "ab" }, "only", "", "trace:ab"],
] as const)("%j %s in %j", (field, choice, q, expected) => {
  expect(filterByField(q, field, choice, "logs")).toBe(expected);
});

test("an attribute is not the field of the same name", () => {
  const q = filterByField("", { kind: "attribute", name: "service", value: "a" }, "only", "logs");
  const parsed = parseFilter(q);
  expect(parsed.kind === "filter" && resolveFilter(parsed.filter, "logs")).toMatchObject({
    kind: "condition",
    condition: { kind: "or" },
  });
});

test("a column is named as a filter names it", () => {
  expect(fieldText(ROUTE, "logs")).toBe("http.route");
  expect(fieldText(HOST, "logs")).toBe("resource.host.name");
  expect(parseFilter(`${fieldText({ ...ROUTE, name: 'odd: "key"' }, "logs")}:*`).kind).toBe(
    "filter",
  );
});

test("every value makes a filter, and a long one leaves room for others", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", minLength: 1 }),
      fc.string({ unit: "grapheme", maxLength: 2000 }),
      fc.constantFrom("only", "except", "exists"),
      (name, value, choice) => {
        const q = filterByField("", { kind: "attribute", name, value }, choice, "logs");
        const parsed = parseFilter(q);
        expect(parsed.kind, q).toBe("filter");
        expect(q.length).toBeLessThan(name.length * 6 + 3000);
      },
    ),
  );
});
