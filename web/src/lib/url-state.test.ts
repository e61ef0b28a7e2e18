/** Goal: a link shows what the page showed. Method: write filters into a query string and read them back. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  activeFilters,
  formatFolding,
  logFiltersPatch,
  logsHref,
  pageHref,
  parseTraceId,
  patchSearch,
  readFolding,
  readLogFilters,
  readRange,
  readTraceFilters,
  toggleFolding,
  traceFiltersPatch,
  traceHref,
} from "./url-state.ts";

const text = fc.string({ unit: "grapheme", maxLength: 20 });
const attributes = fc.array(
  text.filter((one) => one !== ""),
  { maxLength: 4 },
);

test("trace filters survive the URL, whatever they hold", () => {
  const filters = fc.record({
    service: text,
    operation: text,
    minDuration: text,
    maxDuration: text,
    errorsOnly: fc.boolean(),
    attributes,
  });
  fc.assert(
    fc.property(filters, (value) => {
      expect(readTraceFilters(patchSearch("", traceFiltersPatch(value)))).toEqual(value);
    }),
  );
});

test("log filters survive the URL, whatever they hold", () => {
  const filters = fc.record({
    service: text,
    severity: text,
    text,
    traceId: text,
    spanId: text,
    attributes,
  });
  fc.assert(
    fc.property(filters, (value) => {
      expect(readLogFilters(`?${patchSearch("", logFiltersPatch(value))}`)).toEqual(value);
    }),
  );
});

test("a change keeps the other parameters and removes what is empty", () => {
  expect(patchSearch("?a=1&b=2&a=3", { a: undefined, c: ["x", "y"], d: "" })).toBe("b=2&c=x&c=y");
});

test("links keep the time range and leave the rest behind", () => {
  const search = "?from=now-6h&service=a&log=1";
  expect(pageHref("/logs", search)).toBe("/logs?from=now-6h");
  expect(traceHref(search, { traceId: "ab", span: "cd" })).toBe("/trace/ab?from=now-6h&span=cd");
  expect(logsHref(readRange(search), { traceId: "ab" })).toBe("/logs?from=now-6h&traceId=ab");
  expect(pageHref("/logs", "?service=a")).toBe("/logs");
});

test("without a range the last hour is meant", () => {
  expect(readRange("")).toEqual({ from: "now-1h", to: "now" });
});

test("what is filtered on is said in words", () => {
  const filters = readTraceFilters("?service=pay&status=error&attribute=a%3Db");
  expect(activeFilters(filters)).toEqual(["service pay", "errors only", "a=b"]);
});

describe("folding", () => {
  test("survives the URL", () => {
    const folding = { except: ["00f067aa0ba902b7", "missing-aa"] };
    for (const mode of ["start", "all", "none"] as const)
      expect(readFolding(`?fold=${formatFolding({ ...folding, mode })}`)).toEqual({
        ...folding,
        mode,
      });
    expect(readFolding("")).toEqual({ mode: "start", except: [] });
  });

  test("toggling twice changes nothing", () => {
    const once = toggleFolding({ mode: "start", except: [] }, "a");
    expect(once).toEqual({ mode: "start", except: ["a"] });
    expect(toggleFolding(once, "a")).toEqual({ mode: "start", except: [] });
  });

  test("a URL never grows beyond its limit", () => {
    const except = Array.from({ length: 5000 }, (_, i) => `${i}`.padStart(16, "0"));
    expect(formatFolding({ mode: "start", except }).length).toBeLessThan(2100);
  });
});

describe("a pasted trace id", () => {
  const id = "4bf92f3577b34da6a3ce929d0e0e4736";
  test.each([
    [id],
    [` ${id.toUpperCase()}\n`],
    [`00-${id}-00f067aa0ba902b7-01`],
    ["4bf92f35-77b3-4da6-a3ce-929d0e0e4736"],
  ])("%j is understood", (pasted) => {
    expect(parseTraceId(pasted)).toBe(id);
  });

  test.each([["4bf92f35"], ["0".repeat(32)], ["g".repeat(32)], [""]])("%j is not one", (pasted) => {
    expect(parseTraceId(pasted)).toBeUndefined();
  });
});
