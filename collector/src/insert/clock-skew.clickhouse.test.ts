/**
 * Goal: which token a segment is sent under does not depend on whether the collector's clock agrees with the server's, and what was
 * sent is stored once. Method: the real server, and a collector whose clock is hours ahead or behind.
 */
import { rmSync } from "node:fs";
import { createTestDatabase } from "@throughline/schemas/testing";
import type { TestDatabase } from "@throughline/schemas/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { SealedSegment } from "../contract.ts";
import { insertSegment } from "./insert-segment.ts";
import { readServerLife } from "./server-life.ts";
import {
  clockAhead,
  makeBlock,
  newSpoolDirectory,
  openSpool,
  startStore,
  until,
} from "./testing/store-harness.ts";

const HOUR_MS = 3_600_000;
const ROWS = 500;

let database: TestDatabase;
let directory: string;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());
beforeEach(() => {
  directory = newSpoolDirectory();
});
afterEach(async () => {
  rmSync(directory, { recursive: true });
  for (const table of ["otel_logs", "otel_logs_rate_1m"]) {
    await database.client.command({ query: `TRUNCATE TABLE ${table}` });
  }
});

const SKEWS = [-7, 0, 7];

test.each(SKEWS)("the server's start is told by a clock %d hours ahead", async (hours) => {
  const clock = clockAhead(hours * HOUR_MS);
  const { signal } = new AbortController();
  const asking = { signal, timeoutMs: 5000, clock };
  const { start, startedHere } = await readServerLife(database.client, asking);
  expect(Math.abs(startedHere - start - hours * 3600)).toBeLessThan(5);
});

test.each(SKEWS.flatMap((hours) => [true, false].map((stored) => ({ hours, stored }))))(
  "after a lost answer the rows are there once: clock $hours hours ahead, stored before: $stored",
  async ({ hours, stored }) => {
    const { client } = database;
    const target = { client, database: database.connection.database };
    const clock = clockAhead(hours * HOUR_MS);
    const earlier = await openSpool(directory, { clock });
    await earlier.spool.append([await makeBlock(client, "otel_logs", { first: 0, rows: ROWS })]);
    await earlier.spool.sealAll();
    const [segment] = earlier.sealed;
    if (segment === undefined) throw new Error("no segment was sealed");
    await segment.markSent();
    const late = await copyOf(segment);
    const sending = { ...target, unknownSettings: new Set<string>() };
    if (stored) await insertSegment(segment, sending, new AbortController().signal);

    const { spool, inserter } = await startStore(directory, target, { clock });
    await until(() => spool.status().segmentsWaiting === 0);
    await inserter.stop();
    // A try of the earlier process that arrives only now: under the very token that was used.
    await insertSegment(late, sending, new AbortController().signal);
    const result = await client.query({
      query: "SELECT count() AS n, uniqExact(Body) AS u FROM otel_logs",
      format: "JSONEachRow",
    });
    expect(await result.json()).toEqual([{ n: String(ROWS), u: String(ROWS) }]);
  },
);

/** The same bytes under the same token, when the segment has left the spool. */
async function copyOf(segment: SealedSegment): Promise<SealedSegment> {
  const pieces: Uint8Array[] = [];
  for await (const piece of segment.body()) pieces.push(Uint8Array.from(piece));
  const { id, signal, table, day, rows, bodyBytes, columns, insertSettings, inDoubt } = segment;
  const { deduplicationToken } = segment;
  return {
    id,
    signal,
    table,
    day,
    rows,
    bodyBytes,
    columns,
    insertSettings,
    inDoubt,
    deduplicationToken,
    markSent: () => Promise.resolve(),
    async *body() {
      yield* pieces;
    },
  };
}
