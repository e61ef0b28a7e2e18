/**
 * The views of a segment that is in its table. A server that ended between storing the rows and storing what its views
 * make of them, and that forgot the tokens, cannot be asked to repeat only the second. So it is found out per view:
 *
 *   targets that only keep a least or a largest value    written again: that changes nothing
 *   targets with a sum                                    compared with the table, key by key, and written where all the
 *                                                         segment's keys miss at least what the segment has of them
 *
 * Nothing else of this collector may be inserting meanwhile. Of other collectors' INSERTs the comparison sees the table
 * before the view; that can only hide a missing segment, never double one.
 */
import { partitionColumn } from "@throughline/schemas";
import type { SealedSegment } from "../contract.ts";
import { tableName, UPLOADED, withUploaded } from "./find-stored.ts";
import type { StoredQuestion, UploadedSegment } from "./find-stored.ts";
import { quoteIdentifier } from "./insert-segment.ts";

/** @returns the names of the views that had to be written */
export async function completeViews(
  segment: SealedSegment,
  question: StoredQuestion,
): Promise<readonly string[]> {
  const written: string[] = [];
  await withUploaded(segment, question, async (uploaded) => {
    for (const view of await readViews(uploaded, segment, question.database)) {
      if (view.sum !== undefined && !(await isMissing(uploaded, segment, view))) continue;
      const token = `${segment.deduplicationToken}/${view.name}`;
      await uploaded.command(
        `INSERT INTO ${view.target} (${view.columns}) SELECT ${view.columns} FROM (${view.selectFrom(UPLOADED)})`,
        { insert_deduplication_token: token, async_insert: "0" },
      );
      if (view.sum !== undefined) written.push(view.name);
    }
  });
  return written;
}

interface View {
  readonly name: string;
  /** Quoted, with its database. */
  readonly target: string;
  /** Quoted, of the view and its target alike. */
  readonly columns: string;
  /** The view's own query, over another source. */
  readonly selectFrom: (source: string) => string;
  /** Quoted; undefined where writing the same again changes nothing. */
  readonly sum: string | undefined;
  /** Quoted columns of the target's sort key. */
  readonly keys: string;
}

interface ViewRow {
  readonly name: string;
  readonly select: string;
  readonly create: string;
}

/** Each view of the table, followed by the views of its target: writing the first fills those, too. */
async function readViews(
  uploaded: UploadedSegment,
  { table }: SealedSegment,
  database: string,
): Promise<readonly View[]> {
  const rows = await uploaded.ask<ViewRow>(
    // A view that is refreshed looks for itself what it lacks.
    `SELECT name, as_select AS select, create_table_query AS create FROM system.tables
     WHERE database = ${quoteText(database)} AND engine = 'MaterializedView'
       AND create_table_query NOT LIKE '% REFRESH EVERY %' ORDER BY name`,
  );
  return viewsOf(table, (source) => source, { rows, uploaded, database });
}

interface KnownViews {
  readonly rows: readonly ViewRow[];
  readonly uploaded: UploadedSegment;
  readonly database: string;
}

/** @param rowsFrom what the table gets of a source of the segment's own table */
async function viewsOf(
  table: string,
  rowsFrom: (source: string) => string,
  known: KnownViews,
): Promise<readonly View[]> {
  const { rows, uploaded, database } = known;
  const source = new RegExp(`\\bFROM \`?${escapeRegExp(database)}\`?\\.\`?${table}\`?(?=\\s|$)`);
  const views: View[] = [];
  for (const row of rows) {
    const target = / TO (?:`?[^\s`.]+`?\.)?`?([^\s`]+)`? /.exec(row.create)?.[1];
    if (target === undefined || !source.test(row.select)) continue;
    const selectFrom = (other: string) =>
      row.select.replace(source, () => `FROM ${rowsFrom(other)}`);
    const columns = await readColumns(uploaded, database, target);
    const own = await readColumns(uploaded, database, row.name);
    const sum = columns.find(({ type }) => type.startsWith("SimpleAggregateFunction(sum"));
    const idempotent = columns.every(({ type, key }) => key === 1 || IDEMPOTENT.test(type));
    const following = await viewsOf(target, (other) => `(${selectFrom(other)})`, known);
    // Nothing could tell whether it has the segment: left alone, because doubling is worse than missing.
    if (sum === undefined && !idempotent) continue;
    views.push({
      name: row.name,
      target: `${quoteIdentifier(database)}.${quoteIdentifier(target)}`,
      columns: own.map(({ name }) => quoteIdentifier(name)).join(", "),
      selectFrom,
      sum: sum === undefined ? undefined : quoteIdentifier(sum.name),
      keys: columns
        .filter(({ key }) => key === 1)
        .map(({ name }) => quoteIdentifier(name))
        .join(", "),
    });
    views.push(...following);
  }
  return views;
}

/** Merging the same value again leaves it as it is. */
const IDEMPOTENT = /^(SimpleAggregateFunction\((min|max)|AggregateFunction\((argMin|argMax))/;

function readColumns(uploaded: UploadedSegment, database: string, table: string) {
  return uploaded.ask<{ readonly name: string; readonly type: string; readonly key: number }>(
    `SELECT name, type, is_in_sorting_key AS key FROM system.columns
     WHERE database = ${quoteText(database)} AND table = ${quoteText(table)} ORDER BY position`,
  );
}

/** Whether, for each of its keys, the target holds so much less than the table that the segment fits into the gap. */
async function isMissing(
  uploaded: UploadedSegment,
  segment: SealedSegment,
  view: View,
): Promise<boolean> {
  const time = quoteIdentifier(partitionColumn(tableName(segment)));
  const { database, keys, sum, target } = { database: view.target.split(".")[0], ...view };
  // Whole hours: a bucket cut in two would look as if the target had more than the table.
  const source = `(SELECT * FROM ${database}.${quoteIdentifier(segment.table)}
    WHERE ${time} >= (SELECT toStartOfHour(min(${time})) FROM ${UPLOADED})
      AND ${time} < (SELECT toStartOfHour(max(${time})) + INTERVAL 1 HOUR FROM ${UPLOADED}))`;
  const rows = await uploaded.ask<{ readonly all: string; readonly missing: string }>(`
    SELECT count() AS all, countIf(due.n >= held.n + part.n) AS missing
    FROM (SELECT ${keys}, sum(${sum}) AS n FROM (${view.selectFrom(UPLOADED)}) GROUP BY ${keys}) AS part
    LEFT JOIN (SELECT ${keys}, sum(${sum}) AS n FROM (${view.selectFrom(source)}) GROUP BY ${keys}) AS due
      USING (${keys})
    LEFT JOIN (
      SELECT ${keys}, sum(${sum}) AS n FROM ${target}
      WHERE (${keys}) IN (SELECT ${keys} FROM (${view.selectFrom(UPLOADED)})) GROUP BY ${keys}
    ) AS held USING (${keys})`);
  const [row] = rows;
  return row !== undefined && Number(row.all) > 0 && row.all === row.missing;
}

function quoteText(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
