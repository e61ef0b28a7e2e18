/** Goal: what is printed is read back the same, and no text throws, hangs or is read without bound. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { resolveFilter } from "./resolve.ts";
import { filters, withoutPlaces } from "../testing/filters.ts";
import { FILTER_LIMITS } from "./limits.ts";
import { parseFilter } from "./parse.ts";
import { printFilter } from "./print.ts";

test("a printed filter is read as the same filter", () => {
  fc.assert(
    fc.property(filters, (filter) => {
      const text = printFilter(filter);
      const parsed = parseFilter(text);
      expect(parsed.kind, `${text} ${JSON.stringify(parsed)}`).toBe("filter");
      if (parsed.kind === "filter") expect(withoutPlaces(parsed.filter), text).toEqual(filter);
    }),
    { numRuns: 3_000 },
  );
});

/** Texts that look like filters, mistakes included. */
const nearFilters = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...'( ) [ ] { } " / \\ : = != > >= < <= .. * ? - AND OR NOT TO exists( attr. resource." http:// \u0000 \' ; -- é 😀'.split(
          " ",
        ),
        " ",
        " ",
      ),
      fc.string({ unit: "binary", maxLength: 4 }),
      fc.constantFrom(
        "service",
        "duration",
        "severity",
        "trace",
        "status",
        "100ms",
        "warn",
        "/a+/",
      ),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(""));

test("no text throws; an error lies within the text and says what is expected", () => {
  fc.assert(
    fc.property(nearFilters, (text) => {
      const parsed = parseFilter(text);
      const error = parsed.kind === "error" ? parsed.error : undefined;
      if (error !== undefined) {
        expect(error.offset).toBeGreaterThanOrEqual(0);
        expect(error.offset + error.length).toBeLessThanOrEqual(text.length);
        expect(error.expected).not.toBe("");
      }
      if (parsed.kind !== "filter") return;
      expect(withoutPlaces(parseAgain(printFilter(parsed.filter)))).toEqual(
        withoutPlaces(parsed.filter),
      );
      for (const signal of ["logs", "traces"] as const) resolveFilter(parsed.filter, signal);
    }),
    { numRuns: 20_000 },
  );
});

function parseAgain(text: string) {
  const parsed = parseFilter(text);
  if (parsed.kind !== "filter") throw new Error(`${text}: ${JSON.stringify(parsed)}`);
  return parsed.filter;
}

test.each([
  ["parentheses", "(".repeat(FILTER_LIMITS.textLengthMax)],
  ["minuses", "-".repeat(FILTER_LIMITS.textLengthMax)],
  ["NOTs", "NOT ".repeat(FILTER_LIMITS.textLengthMax / 4)],
  ["parentheses in a list", `a:${"(".repeat(FILTER_LIMITS.textLengthMax - 2)}`],
  ["values of a list", `a:(${"b ".repeat(FILTER_LIMITS.listMax + 1)})`],
  ["words", "a ".repeat(FILTER_LIMITS.textLengthMax / 2)],
  ["slashes", "/a ".repeat(FILTER_LIMITS.textLengthMax / 3)],
  ["a longer text than may be", "a".repeat(FILTER_LIMITS.textLengthMax + 1)],
])("%s without end are refused by a limit that is named", (_, text) => {
  const parsed = parseFilter(text);
  expect(parsed.kind === "error" ? parsed.error.expected : parsed.kind).toMatch(
    /\((?:depthMax|nodesMax|textLengthMax|listMax)\)/,
  );
});
