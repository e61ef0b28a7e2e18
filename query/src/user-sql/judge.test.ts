/** Goal: what is refused is told where, and looking at a text never fails or takes long. Method: examples, then random texts. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeAst } from "./judge-ast.ts";
import { judgeText } from "./judge-text.ts";
import { expandMacros, intervalSeconds } from "./macros.ts";
import { tokenize } from "./tokens.ts";

const RANGE = { from: 0n, to: 3_600_000_000_000n };

const pieces = fc.constantFrom(
  "SELECT ",
  "WITH ",
  "EXPLAIN ",
  "'",
  '"',
  "`",
  "\\",
  ";",
  "--",
  "/*",
  "*/",
  "\n",
  "$__timeFilter(",
  ")",
  "$$",
  "$a$",
  "(",
  "x",
  "é",
  "1",
  " ",
  "INTO ",
  "OUTFILE",
  "FORMAT ",
  "SETTINGS ",
  "=",
  "#!",
  "\u{1f600}",
  "\u0000",
);
const texts = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(""));

/** The whole look at a text, before ClickHouse is asked. */
function timeOf(text: string): number {
  const started = performance.now();
  expandMacros(text, RANGE);
  judgeText(text);
  return performance.now() - started;
}

describe("tokens", () => {
  test("joined are the text again", () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(
          tokenize(text)
            .map((token) => token.text)
            .join(""),
        ).toBe(text);
      }),
      { numRuns: 2_000 },
    );
  });

  test("tell text, names and comments apart", () => {
    const kinds = tokenize("a'b;' `c;` -- d;\n$t$ e; $t$ $__f").filter(
      ({ kind }) => kind !== "space",
    );
    expect(kinds.map(({ kind }) => kind)).toEqual(["word", "text", "quoted", "text", "macro"]);
  });

  test.each([
    ["'\\"],
    ['"\\'],
    ["`\\"],
    ["'\\\\"],
    ["''"],
    ["`x``"],
    ["$a"],
    ["$$ $"],
    ["/* "],
    ["*/"],
    ["-- "],
    ["$__timeFilter"],
    ["$__timeFilter(x) "],
    ["$__fromTime("],
  ])("of %j again and again are found in a time that grows with the text", (piece) => {
    const repeated = piece.repeat(Math.floor(100_000 / piece.length));
    expect(timeOf(repeated)).toBeLessThan(2_000);
    expect(timeOf(`x${repeated}`)).toBeLessThan(2_000);
  });

  test("of texts that many names begin and none ends are found in such a time, too", () => {
    const names = Array.from({ length: 14_000 }, (_, i) => `$${i}$ `).join("");
    expect(timeOf(names)).toBeLessThan(2_000);
  });

  test("keep what is not closed in one piece, as ClickHouse does", () => {
    for (const open of ["'a; \\'", '"a; ""', "`a; \\", "'a\\", "'"]) {
      expect(tokenize(`x ${open}`).map(({ text }) => text)).toEqual(["x", " ", open]);
    }
    expect(tokenize("/* a").map(({ kind }) => kind)).toEqual(["text"]);
    expect(tokenize("$b$c$b").map(({ kind }) => kind)).not.toContain("text");
    expect(tokenize("$b$ $c$ $b$;").map(({ text }) => text)).toEqual(["$b$ $c$ $b$", ";"]);
  });
});

describe("a text", () => {
  test.each([
    ["SELECT 1; SELECT 2", 10],
    ["  DROP TABLE x", 2],
    ["SELECT 1 INTO OUTFILE 'x'", 9],
    ["SELECT 1 SETTINGS a = 1", 9],
    ["SELECT 1 FORMAT CSV", 9],
    ['SELECT 1 FORMAT "CSV"', 9],
    ["SELECT 1 FORMAT `CSV` ;", 9],
    ["EXPLAIN KILL QUERY", 8],
    ["SELECT \u0000", 7],
  ])("%s is refused at %i", (sql, position) => {
    expect(judgeText(sql)).toMatchObject({ kind: "refused", position });
  });

  test("is given on without what surrounds it", () => {
    expect(judgeText(" -- why\n EXPLAIN header = 1 SELECT ';' ; -- done")).toEqual({
      kind: "fine",
      sql: "EXPLAIN header = 1 SELECT ';'",
      offset: 9,
      selectAt: 19,
    });
  });

  test("of any kind is judged, and what is fine lies in it", () => {
    fc.assert(
      fc.property(texts, (text) => {
        const judged = judgeText(text);
        if (judged.kind === "refused") expect(judged.position).toBeLessThanOrEqual(text.length);
        else expect(text.slice(judged.offset)).toContain(judged.sql);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("what ClickHouse reads", () => {
  const context = { database: "otel", tables: new Set(["request_spans", "file"]) };
  const judge = (...lines: string[]) => judgeAst(lines, context);

  test("is judged by what a function or table is called, wherever it stands", () => {
    expect(judge("Function file (alias x)")).toContain("file");
    expect(judge("Function URLHash (children 1)", " Function url")).toContain("url");
    expect(judge("TableExpression (children 1)", " Function request_spans")).toBeUndefined();
    expect(judge("TableExpression (children 1)", " Function nobody")).toContain("nobody");
    expect(judge("Function nobody")).toBeUndefined();
    expect(judge("TableIdentifier system.users")).toContain("system.users");
    expect(judge("TableIdentifier system.columns (alias c)")).toBeUndefined();
    expect(judge("TableIdentifier otel.otel_logs", "")).toBeUndefined();
    expect(judge("TableIdentifier otel_logs")).toBeUndefined();
    expect(judge("TableIdentifier throughline.users")).toContain("throughline.users");
  });

  test("may be an index of a table, whose database is written out", () => {
    const read = (...database: string[]) =>
      judge(
        "TableExpression (children 1)",
        " Function mergeTreeTextIndex (alias i) (children 1)",
        "  ExpressionList (children 3)",
        ...database.map((line) => `   ${line}`),
        "   Literal 'otel_logs'",
        "   Identifier idx_log_attr_items",
      );
    expect(read("Literal 'otel' (alias d)")).toBeUndefined();
    for (const database of ["Literal 'other'", "Literal ''", "Literal UInt64_1"]) {
      expect(read(database)).toContain("mergeTreeTextIndex('otel', ");
    }
    // `WITH 'other' AS otel` and `WITH (() -> 'other') AS currentDatabase` make something else of these.
    expect(read("Identifier otel")).toContain("written out");
    expect(read("Function currentDatabase (children 1)", " ExpressionList")).toContain("written");
  });

  test("is refused where it does not show what it would do", () => {
    expect(judge("Set")).toContain("SETTINGS");
    expect(judge("ColumnsApplyTransformer")).toContain("around each column");
    expect(judge("Novelty")).toContain("Novelty");
    expect(judge()).toContain("cannot be seen");
  });

  test("may have a function's name where a function takes another one", () => {
    const called = (caller: string, ...names: string[]) =>
      judge(
        `Function ${caller} (children 1)`,
        ` ExpressionList (children ${names.length})`,
        ...names.map((name) => `  Identifier ${name}`),
      );
    expect(called("arrayMap", "file", "a")).toContain("another name");
    expect(called("mapApply", "sleep (alias s)", "a")).toContain("sleep");
    expect(called("arrayMap", "upper", "file")).toBeUndefined();
    expect(called("arraySort", "file")).toBeUndefined();
    expect(called("equals", "file", "a")).toBeUndefined();
  });

  test("takes what stands behind IN for a table", () => {
    const called = (caller: string, left: string, right: string) =>
      judge(
        `Function ${caller} (children 1)`,
        " ExpressionList (children 2)",
        `  Identifier ${left}`,
        `  Identifier ${right}`,
      );
    const all = ["", "global"].flatMap((global) =>
      ["", "not"].flatMap((not) =>
        ["", "null"].flatMap((or) => ["in", "inIgnoreSet"].map((end) => global + not + or + end)),
      ),
    );
    for (const name of all) {
      expect([name, called(name, "a.b", "system.users")]).toEqual([
        name,
        expect.stringMatching(/table users of the database system.*has\(system\.users, value\)/),
      ]);
      for (const table of ["otel_logs", "otel.otel_logs", "system.columns", "some_cte"]) {
        expect(called(name, "system.users", table)).toBeUndefined();
      }
    }
    expect(called("equals", "a.b", "system.users")).toBeUndefined();
  });

  test.each([
    [["ExpressionList (children 1)", " Literal 'x' (alias a", "b)"]],
    [["ExpressionList (children 1)", " Literal 1 (alias a)", " Literal 2 (alias b)"]],
    [["ExpressionList (children 2)", " Literal 1"]],
    [["ExpressionList (children 1)", "  Literal 1"]],
    [["Literal 1", "Literal 2"]],
    [[" Literal 1"]],
  ])("is refused where names feign other lines: %j", (lines) => {
    expect(judge(...lines)).toContain("line break");
  });
});

describe("macros", () => {
  test("lead from a place in the expanded text back to the place that was typed", () => {
    const sql = "SELECT $__timeFilter( f(a) ), broken";
    const expansion = expandMacros(sql, RANGE);
    if (expansion.kind === "refused") throw new Error(expansion.why);
    const { expanded } = expansion;
    expect(expanded.sql).toContain("(f(a) >= fromUnixTimestamp64Nano({tl_from:Int64})");
    expect(expanded.positionOf(expanded.sql.indexOf("broken"))).toBe(sql.indexOf("broken"));
    expect(expanded.positionOf(expanded.sql.indexOf("tl_from"))).toBe(sql.indexOf("$__"));
    expect(expanded.params).toEqual({ tl_from: "0", tl_to: "3600000000000", tl_interval: "60" });
  });

  test("are left alone in texts, names and comments", () => {
    const sql = "SELECT '$__fromTime', `$__fromTime` /* $__nobody */";
    expect(expandMacros(sql, RANGE)).toMatchObject({ expanded: { sql, params: {} } });
  });

  test.each(["$__nobody", "$__timeFilter", "$__timeFilter()", "$__timeFilter(a"])(
    "%s is refused where it stands",
    (macro) => {
      expect(expandMacros(`SELECT ${macro}`, RANGE)).toMatchObject({
        kind: "refused",
        position: 7,
      });
    },
  );

  test("round to an interval that fits about a hundred times", () => {
    const hours = (n: bigint) => intervalSeconds({ from: 0n, to: n * 3_600_000_000_000n });
    expect([1n, 24n, 24n * 365n].map(hours)).toEqual([60, 900, 345_600]);
    expect(intervalSeconds({ from: 0n, to: 1n })).toBe(1);
  });
});
