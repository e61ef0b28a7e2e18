/**
 * What does ClickHouse hold of a segment? Asked when its deduplication token cannot be relied on: ClickHouse never syncs
 * the log of tokens, and writes it before the rows. After an unclean end it may have forgotten a token whose rows it
 * has (a repetition would double them), or remember one whose rows it lost (a repetition would be swallowed).
 *
 * A segment is one part, so all of it is stored or nothing. Still every row is looked for: a sender that got no answer
 * has sent the same rows again, and they lie in another segment.
 */
import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import type { ClickHouseClient } from "@clickhouse/client";
import { insertColumns, partitionColumn, TABLE_NAMES } from "@throughline/schemas";
import type { TableName } from "@throughline/schemas";
import type { SealedSegment } from "../contract.ts";
import { quoteIdentifier } from "./insert-segment.ts";

export interface StoredQuestion {
  readonly client: ClickHouseClient;
  readonly database: string;
  readonly signal: AbortSignal;
}

/** An INSERT of an earlier attempt still runs: what it will leave is not decided. */
class InsertStillRunningError extends Error {
  override readonly name = "InsertStillRunningError";
  readonly code = "INSERT_STILL_RUNNING";
}

/**
 * @returns whether every row of the segment is in its table
 * @throws InsertStillRunningError, or the network's or ClickHouse's own error
 */
export async function isStored(segment: SealedSegment, question: StoredQuestion): Promise<boolean> {
  await expectNoneRunning(segment, question);
  // The first block alone answers for a segment that was never sent, which most are.
  for (const framesMax of [1, undefined]) {
    const missing = await withUploaded(segment, { ...question, framesMax }, async (session) => {
      const [row] = await session.ask<{ n: string }>(missingRowsQuery(segment, question.database));
      return Number(row?.n);
    });
    if (missing > 0) return false;
  }
  return true;
}

export interface UploadedSegment {
  ask<T>(query: string): Promise<readonly T[]>;
  command(query: string, settings?: Record<string, string>): Promise<void>;
}

/** The name of the temporary table that holds the segment's rows for the length of `work`. */
export const UPLOADED = "uploaded_segment";

/** Sends the segment's blocks into a table that only this conversation sees. */
export async function withUploaded<T>(
  segment: SealedSegment,
  options: StoredQuestion & { readonly framesMax?: number | undefined },
  work: (uploaded: UploadedSegment) => Promise<T>,
): Promise<T> {
  const { client, signal, framesMax } = options;
  const common = { session_id: randomUUID(), abort_signal: signal };
  const columns = columnsOf(segment)
    .map(({ name, type }) => `${quoteIdentifier(name)} ${type}`)
    .join(", ");
  await client.command({
    query: `CREATE TEMPORARY TABLE ${UPLOADED} (${columns}) ENGINE = Memory`,
    ...common,
  });
  const body = Readable.from(segment.body(framesMax), { objectMode: false, highWaterMark: 1 });
  let bodyError: unknown;
  body.once("error", (error) => (bodyError = error));
  try {
    const names = segment.columns.map(quoteIdentifier).join(", ");
    const { stream } = await client.exec({
      query: `INSERT INTO ${UPLOADED} (${names}) FORMAT Native`,
      values: body,
      clickhouse_settings: { async_insert: 0, wait_end_of_query: 1 },
      ...common,
    });
    for await (const chunk of stream) void chunk;
    return await work({
      async ask<Row>(query: string) {
        const result = await client.query({ query, format: "JSONEachRow", ...common });
        return result.json<Row>();
      },
      async command(query, settings = {}) {
        await client.command({ query, clickhouse_settings: settings, ...common });
      },
    });
  } catch (error) {
    throw bodyError ?? error;
  } finally {
    body.destroy();
    // Where this fails the server drops it with the session.
    await client
      .command({ query: `DROP TABLE IF EXISTS ${UPLOADED}`, session_id: common.session_id })
      .catch(() => undefined);
  }
}

/**
 * How many rows of the uploaded table are in the stored one less often than here. Only the times that occur here are
 * read, which the sort key and the index on times find.
 */
function missingRowsQuery(segment: SealedSegment, database: string): string {
  const stored = `${quoteIdentifier(database)}.${quoteIdentifier(segment.table)}`;
  const time = quoteIdentifier(partitionColumn(tableName(segment)));
  const row = `sipHash128(${segment.columns.map(quoteIdentifier).join(", ")})`;
  return `
    WITH
      (SELECT min(${time}) FROM ${UPLOADED}) AS time_first,
      (SELECT max(${time}) FROM ${UPLOADED}) AS time_last
    SELECT sum(here.times) AS n
    FROM (SELECT ${row} AS hash, count() AS times FROM ${UPLOADED} GROUP BY hash) AS here
    LEFT JOIN (
      SELECT ${row} AS hash, count() AS times FROM ${stored}
      WHERE ${time} >= time_first AND ${time} <= time_last
        AND ${time} IN (SELECT ${time} FROM ${UPLOADED})
      GROUP BY hash
    ) AS there USING (hash)
    WHERE there.times < here.times`;
}

async function expectNoneRunning(segment: SealedSegment, question: StoredQuestion): Promise<void> {
  const result = await question.client.query({
    query:
      "SELECT count() AS n FROM system.processes WHERE startsWith(Settings['insert_deduplication_token'], {token: String})",
    query_params: { token: segment.deduplicationToken },
    format: "JSONEachRow",
    abort_signal: question.signal,
  });
  const [row] = await result.json<{ n: string }>();
  if (Number(row?.n) > 0) {
    throw new InsertStillRunningError("an earlier INSERT of the segment still runs");
  }
}

function columnsOf(segment: SealedSegment) {
  const known = new Map(insertColumns(tableName(segment)).map((column) => [column.name, column]));
  return segment.columns.map((name) => {
    const column = known.get(name);
    if (column === undefined) throw new Error(`${segment.table} has no column ${name} any more`);
    return column;
  });
}

export function tableName(segment: Pick<SealedSegment, "table">): TableName {
  const name = TABLE_NAMES.find((candidate) => candidate === segment.table);
  if (name === undefined) throw new Error(`no table ${segment.table} is inserted into`);
  return name;
}
