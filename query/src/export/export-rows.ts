/** Everything that a search would find, as bytes that ClickHouse wrote: nothing is parsed or kept here. */
import { Readable } from "node:stream";
import { Type } from "typebox";
import { rowDecoder } from "../clickhouse/ask.ts";
import { wholeLines } from "../clickhouse/exception-guard.ts";
import type { Searcher } from "../search/searcher.ts";
import { type Where, compose, loadSql } from "../sql/sql.ts";

const SQL = loadSql("export.sql", [
  "order",
  "count-logs",
  "count-spans",
  "logs-ndjson",
  "logs-csv",
  "spans-ndjson",
  "spans-csv",
]);
const LOGS_SQL = loadSql("logs.sql", ["columns"]);
const countRows = rowDecoder(Type.Object({ rows: Type.String() }));

export type ExportKind = "logs" | "spans";
export type ExportFormat = "ndjson" | "csv";

export interface Export {
  readonly rows: number;
  /** False when there are more rows than the limit. */
  readonly complete: boolean;
  /** Fails when ClickHouse does, so that what was cut off is not taken for whole. */
  readonly body: Readable;
}

/** @throws QueryError as every question does, while nothing has been sent yet */
export async function exportRows(
  { asker, limits }: Searcher,
  question: { readonly kind: ExportKind; readonly format: ExportFormat; readonly where: Where },
  signal: AbortSignal,
): Promise<Export> {
  const { kind, format, where } = question;
  const { exportRowsMax, exportTimeMs, exportCountTimeMs, exportIdleMs } = limits;
  const counted = await asker.ask({
    sql: compose(SQL[`count-${kind}`], where.conditions),
    params: { ...where.params, count_limit: exportRowsMax + 1 },
    rows: countRows,
    signal,
    ownTimeMs: exportCountTimeMs,
  });
  const rows = Number(counted.rows[0]?.rows ?? 0);
  const bytes = await asker.stream({
    sql: compose(SQL[`${kind}-${format}`], where.conditions, {
      "log-columns": LOGS_SQL.columns,
      order: SQL.order,
    }),
    params: { ...where.params, limit: exportRowsMax },
    signal,
    ownTimeMs: exportTimeMs,
  });
  const body = readWithin(format === "ndjson" ? wholeLines(bytes) : bytes, exportIdleMs);
  return { rows: Math.min(rows, exportRowsMax), complete: rows <= exportRowsMax, body };
}

/** Ends with an error when nobody takes what it has for so long. */
function readWithin(source: AsyncIterable<Buffer>, idleMs: number): Readable {
  const watched = async function* (): AsyncGenerator<Buffer> {
    for await (const bytes of source) {
      const timer = setTimeout(() => body.destroy(new StalledExport(idleMs)), idleMs);
      try {
        yield bytes;
      } finally {
        clearTimeout(timer);
      }
    }
  };
  const body: Readable = Readable.from(watched(), { objectMode: false });
  return body;
}

/** The client of an export took nothing for `exportIdleMs`. */
class StalledExport extends Error {
  readonly code = "export_stalled";

  constructor(idleMs: number) {
    super(`the client took nothing for ${idleMs} ms (exportIdleMs)`);
  }
}
