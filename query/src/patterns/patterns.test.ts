/** Goal: lines that one statement of a program wrote are one pattern, and every pattern finds its own lines. */
import fc from "fast-check";
import { RE2JS } from "re2js";
import { describe, expect, test } from "vitest";
import { parseFilter } from "../filter/parse.ts";
import { printFilter } from "../filter/print.ts";
import { resolveFilter } from "../filter/resolve.ts";
import { LineGroups, parseTemplate, templateFilter } from "./index.ts";
import { PATTERN_LIMITS } from "./limits.ts";
import { type Masked, mask } from "./mask.ts";
import { printTemplate, templateRegex } from "./template.ts";

function group(lines: readonly string[]): readonly string[] {
  const groups = new LineGroups();
  const numbers = lines.map((line) => groups.add(line));
  const patterns = groups.patterns();
  return numbers.map((number) => patterns[number]!);
}

const template = (line: string): string => printTemplate(mask(line));

/** By RE2, as ClickHouse does: a line of hundreds of values takes JavaScript's own regular expressions for ever. */
const finds = (template: Masked, line: string): boolean =>
  RE2JS.compile(templateRegex(template), RE2JS.DOTALL).matcher(line).find();

describe("a value is masked by its kind", () => {
  test.each([
    ["took 20ms, 1.5s and 30 %", "took <num>, <num> and <num> %"],
    ["user 6f1c2a34-0b7d-4c51-9a55-d8f1a0e3b7c2 left", "user <uuid> left"],
    ["from 10.0.0.7:5432 to fe80::1", "from <ip> to <ip>"],
    ["trace 4bf92f3577b34da6a3ce929d0e0e4736 at 0xdeadBEEF", "trace <hex> at <hex>"],
    ['said "hello, you there" twice', "said <str> twice"],
    ['{"level":"info","n":5}', '{"level":<str>,"n":<num>}'],
    ["2026-11-20T14:05:00.123Z start", "<time> start"],
    ["2026-11-20 14:05:00,123 start", "<time> <time> start"],
    ["mail to a.b+c@example.co.uk.", "mail to <email>."],
    ["order-123 of user123 v1.2.3", "order-<num> of user123 v1.2.3"],
    ["read 64KiB of 3GB at 5kB", "read <num> of <num> at <num>"],
    ["12345678 is no hex", "<num> is no hex"],
    ["acceded effaced", "acceded effaced"],
    ["literal <num> and <*> here", "literal <*> and <*> here"],
    ["  spaces\tand\nlines  ", "spaces and lines"],
    ["", ""],
  ])("%s", (line, expected) => {
    expect(template(line)).toBe(expected);
  });

  test("a long line is a template of its beginning", () => {
    const line = Array.from({ length: 300 }, (_, n) => `word${"x".repeat(n % 7)}`).join(" ");
    expect(template(line)).toMatch(/ <\.\.\.>$/);
    expect(finds(parseTemplate(template(line)), line)).toBe(true);
  });
});

describe("lines are grouped", () => {
  test("by what they have in common, where their words differ", () => {
    const lines = ["alice", "bob", "carol"].flatMap((user) => [
      `login of ${user} failed`,
      `cache miss for key ${user} in 3ms`,
    ]);
    expect(new Set(group(lines))).toEqual(
      new Set(["login of <*> failed", "cache miss for key <*> in <num>"]),
    );
  });

  test("and different statements stay apart", () => {
    const lines = [
      "connection closed by peer",
      "payment declined by bank",
      "GET /cart 200",
      "GET /pay 500 slow",
    ];
    expect(new Set(group(lines)).size).toBe(4);
  });

  test("and what is masked alike does not make different statements alike", () => {
    const lines = [
      "payment 17 declined by bank elapsed_us=5",
      "payment 18 taken for order elapsed_us=7",
    ];
    expect(new Set(group(lines)).size).toBe(2);
  });

  test("quoted text that has spaces is never a single word", () => {
    const lines = ['set name "a b" now here', "set name c now here", 'set name "d" now here'];
    const patterns = group(lines);
    expect(patterns[0]).toBe(patterns[2]);
    expect(patterns[1]).not.toBe(patterns[0]);
  });
});

const word = fc.constantFrom(
  "user",
  "login",
  "failed",
  "GET",
  "/api/v1",
  "a=b",
  "10.0.0.1",
  "17ms",
  "<num>",
  "<*>",
  "<...>",
  "\\",
  "^$",
  '"',
  '"a b"',
  "é😀",
  "0xff",
  "12:30:00",
  "x@y.zz",
  "{",
  "}",
  "[1]",
  "..",
  "AND",
  "key:",
  '"k":',
  '"<num>":',
  "4bf92f3577b34da6",
  "\u0001",
  "µ",
  "1µs",
  "\u00A0",
  "\v",
  "-",
  "a-5",
  "5a",
  "/",
  "//",
);
const line = fc.oneof(
  fc.array(word, { maxLength: 12 }).map((words) => words.join(" ")),
  fc.array(word, { maxLength: 12 }).map((words) => words.join("")),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join("").repeat(300)),
  fc.array(word, { minLength: 80, maxLength: 200 }).map((words) => words.join(" ")),
);
const lines = fc.array(line, { maxLength: 30 });

describe("whatever the lines are", () => {
  test("each has one pattern, which matches it and is read back from its text", () => {
    fc.assert(
      fc.property(lines, (given) => {
        for (const [index, pattern] of group(given).entries()) {
          const parsed = parseTemplate(pattern);
          expect(printTemplate(parsed)).toBe(pattern);
          expect(finds(parsed, given[index]!), `${pattern} / ${JSON.stringify(given[index])}`).toBe(
            true,
          );
        }
      }),
      { numRuns: 500 },
    );
  });

  test("the order in which they come changes nothing", () => {
    fc.assert(
      fc.property(
        lines.chain((given) =>
          fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
        ),
        ([given, shuffled]) => {
          expect(group(shuffled).toSorted()).toEqual(group(given).toSorted());
        },
      ),
    );
  });

  test("the filter of a pattern is read as it was written, within the limits of filters", () => {
    fc.assert(
      fc.property(lines, (given) => {
        for (const pattern of group(given)) {
          const filter = templateFilter(parseTemplate(pattern));
          expect(templateRegex(parseTemplate(pattern)).length).toBeLessThanOrEqual(
            PATTERN_LIMITS.regexLength,
          );
          const parsed = parseFilter(printFilter(filter));
          expect(parsed.kind, printFilter(filter)).toBe("filter");
          if (parsed.kind !== "filter") continue;
          expect(resolveFilter(parsed.filter, "logs")).toEqual(resolveFilter(filter, "logs"));
        }
      }),
    );
  });
});

test("the work grows with the lines, not with their square", () => {
  const count = (size: number): number => {
    const groups = new LineGroups();
    // Nothing alike: every line is a shape of its own, and all share one leaf.
    for (let n = 0; n < size; n += 1) groups.add(`${n}x a${n}a b${n}b c${n}c`);
    return new Set(groups.patterns()).size;
  };
  // What each line is compared with is bounded by these, however many come.
  expect(count(500)).toBeLessThanOrEqual(PATTERN_LIMITS.leafGroupsMax);
  expect(count(5_000)).toBeLessThanOrEqual(PATTERN_LIMITS.leafGroupsMax);
});
