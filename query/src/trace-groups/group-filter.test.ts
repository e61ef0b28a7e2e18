import { describe, expect, test } from "vitest";
import { readFacetField } from "../facets/facet-field.ts";
import { parseFilter } from "../filter/parse.ts";
import { groupFilter } from "./group-filter.ts";

const service = readFacetField("service", "traces");
const route = readFacetField("http.route", "traces");

describe("the filter of a group", () => {
  test("is its value", () => {
    expect(groupFilter(undefined, [service], ["shop"])).toBe("service:shop");
    expect(groupFilter("", [service], ["GET /a"])).toBe('service:"GET /a"');
  });

  test("has what was asked, in parentheses where it needs them", () => {
    expect(groupFilter("a OR b", [service], ["shop"])).toBe("(a OR b) service:shop");
    expect(groupFilter("duration>1s a", [service, route], ["shop", "/r"])).toBe(
      'duration>1s a service:shop http.route:"/r"',
    );
  });

  test("of no value is that there is none", () => {
    expect(groupFilter(undefined, [route], [null])).toBe("NOT http.route:*");
  });

  test("is none where a value was cut or the text is too long", () => {
    expect(groupFilter(undefined, [service], ["é".repeat(1_000)])).toBeUndefined();
    const long = `"${"a ".repeat(1_990)}"`;
    expect(groupFilter(long, [service], ["a".repeat(100)])).toBeUndefined();
  });

  test("is none where there would be more conditions than a filter may have", () => {
    const asked = Array.from({ length: 199 }, (_, n) => `a${n}`).join(" ");
    expect(parseFilter(asked).kind).toBe("filter");
    expect(groupFilter(asked, [service, route], ["a", "b"])).toBeUndefined();
  });
});
