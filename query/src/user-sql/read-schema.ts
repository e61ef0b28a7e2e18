/** What an editor completes: tables, columns, functions, keywords, macros. Kept for a minute. */
import { createHash } from "node:crypto";
import { Type } from "typebox";
import { rowDecoder } from "../clickhouse/ask.ts";
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

const ROWS_MAX = 20_000;
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
      const hash = createHash("sha256").update(JSON.stringify(schema)).digest("base64url");
      kept = { at: performance.now(), value: { schema, etag: `"${hash.slice(0, 22)}"` } };
      return kept.value;
    },
  };
}

async function readSchema(
  { asker }: Searcher,
  database: string,
  signal: AbortSignal,
): Promise<SqlSchema> {
  const params = { database, limit: ROWS_MAX };
  const [columns, tables, functions] = await Promise.all([
    asker.ask({ sql: SQL.columns, params, rows: columnRows, signal }),
    asker.ask({ sql: SQL.tables, params, rows: tableRows, signal }),
    asker.ask({ sql: SQL.functions, params: { limit: ROWS_MAX }, rows: functionRows, signal }),
  ]);
  const byTable = Map.groupBy(columns.rows, (row) => row.table);
  return {
    database,
    tables: tables.rows.map(({ name, engine, comment }) => ({
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
    functions: functions.rows
      .filter(({ name }) => !isDeniedFunction(name))
      .map(({ name, isAggregate, syntax }) => ({
        name,
        isAggregate: isAggregate === 1,
        syntax: syntax.trim().slice(0, 500),
      })),
    keywords: KEYWORDS,
    macros: MACROS.map(({ name, says }) => ({ name, description: says })),
  };
}
