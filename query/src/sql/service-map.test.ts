/** Goal: what ClickHouse computes beforehand and what an answer counts itself are the same statement. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadSql } from "./sql.ts";

test("the migration's view counts edges with the text of the query service", () => {
  const migration = readFileSync(
    new URL("../../../schemas/migrations/0018_edges_look_back.sql", import.meta.url),
    "utf8",
  );
  const { edges } = loadSql("service-map.sql", ["edges"]);
  const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ");
  const statement = edges.slice(edges.indexOf("SELECT"));
  expect(oneLine(migration.replaceAll("{{database}}.", ""))).toContain(oneLine(statement));
});
