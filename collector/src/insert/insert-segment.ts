import { Readable } from "node:stream";
import type { ClickHouseClient } from "@clickhouse/client";
import type { SealedSegment } from "../contract.ts";

export interface InsertTarget {
  readonly client: ClickHouseClient;
  readonly database: string;
  /** Of the recorded settings, those this server does not know; see `findUnknownSettings`. */
  readonly unknownSettings: ReadonlySet<string>;
  /** Default: the segment's own. */
  readonly token?: string;
}

/**
 * Streams the segment's blocks as the body of one INSERT and waits until ClickHouse has stored and synced them.
 * `exec` is the client's only call that takes a binary body: `insert` knows text formats and Parquet.
 * @throws ClickHouseError with the server's code, or the network's or the spool's own error
 */
export async function insertSegment(
  segment: SealedSegment,
  { client, database, unknownSettings, token }: InsertTarget,
  signal: AbortSignal,
): Promise<void> {
  const settings = Object.entries(segment.insertSettings).filter(
    ([name]) => !unknownSettings.has(name),
  );
  const body = Readable.from(segment.body(), { objectMode: false, highWaterMark: 1 });
  let bodyError: unknown;
  body.once("error", (error) => (bodyError = error));
  try {
    const { stream } = await client.exec({
      query: insertStatement(segment, database),
      values: body,
      clickhouse_settings: {
        ...Object.fromEntries(settings),
        insert_deduplication_token: token ?? segment.deduplicationToken,
      },
      abort_signal: signal,
    });
    await drain(stream);
  } catch (error) {
    // The client may report the cut connection first; what cut it says more.
    throw bodyError ?? error;
  } finally {
    body.destroy();
  }
}

export function insertStatement(
  segment: Pick<SealedSegment, "table" | "columns">,
  database: string,
): string {
  const columns = segment.columns.map(quoteIdentifier).join(", ");
  const table = `${quoteIdentifier(database)}.${quoteIdentifier(segment.table)}`;
  return `INSERT INTO ${table} (${columns}) FORMAT Native`;
}

/** @returns those of the names that the server has no setting for */
export async function findUnknownSettings(
  client: ClickHouseClient,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const result = await client.query({
    query: "SELECT name FROM system.settings WHERE name IN {names: Array(String)}",
    query_params: { names: [...names] },
    format: "JSONEachRow",
  });
  const known = new Set((await result.json<{ name: string }>()).map((row) => row.name));
  return new Set(names.filter((name) => !known.has(name)));
}

export function quoteIdentifier(name: string): string {
  return `\`${name.replaceAll("\\", "\\\\").replaceAll("`", "\\`")}\``;
}

async function drain(stream: Readable): Promise<void> {
  for await (const chunk of stream) void chunk;
}
