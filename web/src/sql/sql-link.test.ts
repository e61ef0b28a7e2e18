/** Goal: a statement survives the way through a URL, whatever it holds and however long it is. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { patchSearch } from "../lib/url-state.ts";
import { PLAIN_SQL_MAX_LENGTH, readSql, sqlHref, sqlPatch, statementSearch } from "./sql-link.ts";

const searchOf = (href: string) => href.slice(href.indexOf("?"));

describe("a link to a statement", () => {
  test("names the range, and the statement", async () => {
    const href = sqlHref("SELECT 1 AS `a & b`", { from: "now-6h", to: "now" });
    expect(href).toBe("/sql?from=now-6h&sql=SELECT+1+AS+%60a+%26+b%60");
    expect(await readSql(searchOf(href))).toBe("SELECT 1 AS `a & b`");
  });

  test("leaves out what is the default", () => {
    expect(sqlHref("", { from: "now-1h", to: "now" })).toBe("/sql");
  });
});

describe("the page's own parameters", () => {
  test("hold any statement", async () => {
    const texts = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.string({ unit: "grapheme", minLength: PLAIN_SQL_MAX_LENGTH + 1 }),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (sql) => {
        const search = patchSearch("from=now-6h", await sqlPatch(sql));
        expect(await readSql(search)).toBe(sql);
      }),
    );
  });

  test("are short for a long statement, and take the place of the plain one", async () => {
    const sql = "SELECT count() FROM otel_traces WHERE ServiceName = 'payments';\n".repeat(100);
    const search = patchSearch("sql=SELECT+1", await sqlPatch(sql));
    expect(new URLSearchParams(search).has("sql")).toBe(false);
    expect(search.length).toBeLessThan(300);
    expect(await readSql(search)).toBe(sql);
  });

  test("that were cut or damaged are told apart from an empty page", async () => {
    const { sqlz } = await sqlPatch("SELECT 1, ".repeat(200));
    expect(await readSql(`?sqlz=${sqlz?.slice(0, 20)}`)).toBeUndefined();
    expect(await readSql("?sqlz=%20%20!!")).toBeUndefined();
    expect(await readSql("?from=now-1h")).toBe("");
  });
});

test("what says the statement stays the same while the range and the view change", async () => {
  for (const sql of ["SELECT 1 AS a", "SELECT 1 AS a -- long\n".repeat(100)]) {
    const search = patchSearch("from=now-6h", await sqlPatch(sql));
    const other = patchSearch(search, { from: "now-1d", view: "chart" });
    expect(statementSearch(`?${other}`)).toBe(statementSearch(search));
    expect(await readSql(statementSearch(search))).toBe(sql);
  }
  expect(statementSearch("?from=now-6h")).toBe("");
});
