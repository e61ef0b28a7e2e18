/** What an editor completes: tables, columns, functions, keywords, macros. Kept for a minute. */
import { createHash } from "node:crypto";
import { Type } from "typebox";
import { addCosts, rowDecoder } from "../clickhouse/ask.ts";
import type { Searcher } from "../search/searcher.ts";
import { loadSql } from "../sql/sql.ts";
import type { SqlSchema } from "../wire.ts";
import { isDeniedFunction } from "./judge-ast.ts";
import { MACROS } from "./macros.ts";

const SQL = loadSql("user-sql.sql", ["columns", "tables", "functions"]);

const columnRows = rowDecoder(
  Type.Object({
    table: Type.String(),
    name: Type.String(),
    type: Type.String(),
    comment: Type.String(),
    kind: Type.String(),
  }),
);
const tableRows = rowDecoder(
  Type.Object({ name: Type.String(), engine: Type.String(), comment: Type.String() }),
);
const functionRows = rowDecoder(
  Type.Object({ name: Type.String(), isAggregate: Type.Number(), syntax: Type.String() }),
);

const KEPT_MS = 60_000;
const KEYWORDS =
  "SELECT DISTINCT FROM FINAL SAMPLE PREWHERE WHERE GROUP BY HAVING ORDER ASC DESC NULLS FIRST LAST LIMIT OFFSET WITH RECURSIVE TOTALS ROLLUP CUBE FILL STEP UNION ALL EXCEPT INTERSECT INNER LEFT RIGHT FULL CROSS ASOF ANY SEMI ANTI JOIN ON USING ARRAY AS AND OR NOT IN GLOBAL BETWEEN LIKE ILIKE IS NULL CASE WHEN THEN ELSE END CAST INTERVAL EXISTS OVER PARTITION WINDOW ROWS RANGE QUALIFY EXPLAIN".split(
    " ",
  );

interface KeptSchema {
  readonly schema: SqlSchema;
  readonly etag: string;
}

export interface SchemaKeeper {
  read(signal: AbortSignal): Promise<KeptSchema>;
}

export function createSchemaKeeper(searcher: Searcher, database: string): SchemaKeeper {
  let kept: { readonly at: number; readonly value: KeptSchema } | undefined;
  return {
    read: async (signal) => {
      if (kept !== undefined && performance.now() - kept.at < KEPT_MS) return kept.value;
      const schema = await readSchema(searcher, database, signal);
      // What it cost does not make it another.
      const said = JSON.stringify({ ...schema, meta: schema.meta.reason });
      const hash = createHash("sha256").update(said).digest("base64url");
      kept = { at: performance.now(), value: { schema, etag: `"${hash.slice(0, 22)}"` } };
      return kept.value;
    },
  };
}

async function readSchema(
  { asker, limits: { sqlSchemaRowsMax } }: Searcher,
  database: string,
  signal: AbortSignal,
): Promise<SqlSchema> {
  const started = performance.now();
  const limit = sqlSchemaRowsMax + 1;
  const params = { database, limit };
  const [columns, tables, functions] = await Promise.all([
    asker.ask({ sql: SQL.columns, params, rows: columnRows, signal }),
    asker.ask({ sql: SQL.tables, params, rows: tableRows, signal }),
    asker.ask({ sql: SQL.functions, params: { limit }, rows: functionRows, signal }),
  ]);
  const given = <T>(rows: readonly T[]): readonly T[] => rows.slice(0, sqlSchemaRowsMax);
  const byTable = Map.groupBy(given(columns.rows), (row) => row.table);
  const cut = Object.entries({ tables, columns, functions })
    .filter(([, { rows }]) => rows.length > sqlSchemaRowsMax)
    .map(([what]) => what);
  return {
    database,
    tables: given(tables.rows).map(({ name, engine, comment }) => ({
      name,
      isView: engine === "View",
      comment,
      columns: (byTable.get(name) ?? []).map((column) => ({
        name: column.name,
        type: column.type,
        comment: column.comment,
        isComputed: column.kind === "ALIAS" || column.kind === "MATERIALIZED",
      })),
    })),
    functions: given(functions.rows)
      .filter(({ name }) => !isDeniedFunction(name))
      .map(({ name, isAggregate, syntax }) => ({
        name,
        isAggregate: isAggregate === 1,
        syntax: syntax.trim().slice(0, 500),
      })),
    keywords: KEYWORDS,
    macros: MACROS.map(({ name, says }) => ({ name, description: says })),
    meta: {
      elapsedMs: performance.now() - started,
      ...addCosts([columns.cost, tables.cost, functions.cost]),
      complete: cut.length === 0,
      ...(cut.length === 0
        ? {}
        : {
            reason: `There are more ${cut.join(", ")}; the first ${sqlSchemaRowsMax} of each are here (sqlSchemaRowsMax).`,
          }),
    },
  };
}
