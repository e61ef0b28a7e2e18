/** What the materialized views of a table make of its rows, as queries over another source. */
import { partitionColumn } from "@throughline/schemas";
import type { SealedSegment } from "../contract.ts";
import { tableName, UPLOADED } from "./find-stored.ts";
import type { UploadedSegment } from "./find-stored.ts";
import { quoteIdentifier } from "./insert-segment.ts";

export interface View {
  readonly name: string;
  /** Quoted, with its database. */
  readonly target: string;
  /** Quoted, of the view and its target alike. */
  readonly columns: string;
  /** The view's own query, over the rows that the uploaded segment brings to what it reads. */
  readonly ofUploaded: string;
  /** Undefined where writing the same again changes nothing. */
  readonly sums: ViewSums | undefined;
}

/** How to tell what of a view's target is there. */
export interface ViewSums {
  /**
   * Of 64 bits, over rows of the view or of its target: each sum times a hash of its name and the row's key, added up.
   * It is as additive as the sums are: what all rows have is what each segment's have, together, wrapping around.
   */
  readonly fingerprint: string;
  /** Quoted column of the target: the beginning of the time that a row is about, at most an hour. */
  readonly bucket: string;
  /** The view's own query over all that is stored of the hours of these buckets, in seconds since 1970. */
  readonly ofStored: (buckets: readonly number[]) => string;
  /** Quoted columns of the target's sort key. */
  readonly keys: string;
  /** Quoted columns of the target. */
  readonly columns: readonly string[];
}

interface Column {
  readonly name: string;
  readonly type: string;
  readonly key: number;
}

/**
 * Each view of the segment's table, followed by the views of its target: writing the first fills those, too.
 * Left out are those of which nothing could tell whether they have a segment, because doubling is worse than missing.
 */
export async function readViews(
  uploaded: UploadedSegment,
  segment: Pick<SealedSegment, "table">,
  database: string,
): Promise<readonly View[]> {
  const rows = await uploaded.ask<ViewRow>(
    // A view that is refreshed looks for itself what it lacks.
    `SELECT name, as_select AS select, create_table_query AS create FROM system.tables
     WHERE database = ${quoteText(database)} AND engine = 'MaterializedView'
       AND create_table_query NOT LIKE '% REFRESH EVERY %' ORDER BY name`,
  );
  const source = {
    table: segment.table,
    time: quoteIdentifier(partitionColumn(tableName(segment))),
    uploaded: UPLOADED,
  };
  return viewsOf(source, { rows, uploaded, database });
}

interface ViewRow {
  readonly name: string;
  readonly select: string;
  readonly create: string;
}

/** What a view reads. */
interface Source {
  readonly table: string;
  /** Quoted column of the table. */
  readonly time: string;
  /** What the uploaded segment brings to the table. */
  readonly uploaded: string;
}

interface KnownViews {
  readonly rows: readonly ViewRow[];
  readonly uploaded: UploadedSegment;
  readonly database: string;
}

async function viewsOf(source: Source, known: KnownViews): Promise<readonly View[]> {
  const { rows, uploaded, database } = known;
  const from = new RegExp(
    `\\bFROM \`?${escapeRegExp(database)}\`?\\.\`?${source.table}\`?(?=\\s|$)`,
  );
  const views: View[] = [];
  for (const row of rows) {
    const target = / TO (?:`?[^\s`.]+`?\.)?`?([^\s`]+)`? /.exec(row.create)?.[1];
    if (target === undefined || !from.test(row.select)) continue;
    const over = (other: string) => row.select.replace(from, () => `FROM ${other}`);
    const columns = await readColumns(uploaded, database, target);
    const own = await readColumns(uploaded, database, row.name);
    const bucket = columns.find(({ type, key }) => key === 1 && type.startsWith("DateTime"));
    const sums = sumsOf(columns, (hours) => over(storedIn(source, database, hours)));
    const idempotent = columns.every(({ type, key }) => key === 1 || IDEMPOTENT.test(type));
    const ofUploaded = over(source.uploaded);
    if (idempotent || sums !== undefined) {
      views.push({
        name: row.name,
        target: `${quoteIdentifier(database)}.${quoteIdentifier(target)}`,
        columns: own.map(({ name }) => quoteIdentifier(name)).join(", "),
        ofUploaded,
        sums: idempotent ? undefined : sums,
      });
    }
    if (bucket === undefined) continue;
    const made = {
      table: target,
      time: quoteIdentifier(bucket.name),
      uploaded: `(${ofUploaded})`,
    };
    views.push(...(await viewsOf(made, known)));
  }
  return views;
}

function storedIn({ table, time }: Source, database: string, buckets: readonly number[]): string {
  const hours = [...new Set(buckets.map((seconds) => Math.floor(seconds / 3600)))];
  // The first and the last let the index on times work.
  return `(SELECT * FROM ${quoteIdentifier(database)}.${quoteIdentifier(table)}
    WHERE ${time} >= toDateTime(${Math.min(...hours) * 3600})
      AND ${time} < toDateTime(${(Math.max(...hours) + 1) * 3600})
      AND intDiv(toUnixTimestamp(${time}), 3600) IN (${hours.join(", ")}))`;
}

function sumsOf(columns: readonly Column[], ofStored: ViewSums["ofStored"]): ViewSums | undefined {
  const keys = columns.filter(({ key }) => key === 1);
  const bucket = keys.find(({ type }) => type.startsWith("DateTime"));
  const sums = columns.filter(({ type }) => type.startsWith("SimpleAggregateFunction(sum,"));
  if (bucket === undefined || sums.length === 0) return undefined;
  return {
    fingerprint: fingerprintOf(keys, sums),
    bucket: quoteIdentifier(bucket.name),
    ofStored,
    keys: keys.map(({ name }) => quoteIdentifier(name)).join(", "),
    columns: sums.map(({ name }) => quoteIdentifier(name)),
  };
}

/** Of the target's types: a view may make a narrower number that is widened when it is stored. */
function fingerprintOf(keys: readonly Column[], sums: readonly Column[]): string {
  const key = keys
    .map(({ name, type }) => `toString(CAST(${quoteIdentifier(name)} AS ${type}))`)
    .join(", ");
  return sums
    .map(({ name }) => {
      const weight = `cityHash64(${quoteText(name)}, ${key})`;
      return `sum(${weight} * toUInt64(${quoteIdentifier(name)}))`;
    })
    .join(" + ");
}

/** Merging the same value again leaves it as it is. */
const IDEMPOTENT = /^(SimpleAggregateFunction\((min|max)|AggregateFunction\((argMin|argMax))/;

function readColumns(uploaded: UploadedSegment, database: string, table: string) {
  return uploaded.ask<Column>(
    `SELECT name, type, is_in_sorting_key AS key FROM system.columns
     WHERE database = ${quoteText(database)} AND table = ${quoteText(table)} ORDER BY position`,
  );
}

function quoteText(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
