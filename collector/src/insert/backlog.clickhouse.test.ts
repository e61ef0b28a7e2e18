/**
 * Goal: after a long outage what waits is inserted oldest first, and what arrives now does not wait for it.
 * Method: a spool with a backlog of segments of an earlier process; new rows are sent while it drains,
 * and sealed by their age, as ever.
 */
import { rmSync } from "node:fs";
import { createTestDatabase } from "@throughline/schemas/testing";
import type { TestDatabase } from "@throughline/schemas/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import {
  makeBlock,
  newSpoolDirectory,
  openSpool,
  startStore,
  until,
} from "./testing/store-harness.ts";

const BACKLOG = 60;
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
  await database.client.command({ query: "TRUNCATE TABLE otel_logs" });
});

test.each([
  [2, "of two lanes one has the oldest, one the newest"],
  [1, "a single lane takes turns"],
])("new rows do not wait for the backlog, which goes oldest first: %d, %s", async (lanesMax) => {
  const { client } = database;
  const earlier = await openSpool(directory);
  for (let index = 0; index < BACKLOG; index++) {
    const where = { first: index * ROWS, rows: ROWS };
    await earlier.spool.append([await makeBlock(client, "otel_logs", where)]);
    await earlier.spool.sealAll();
  }
  const backlog = earlier.sealed.map(({ id }) => id);
  const fresh = await makeBlock(client, "otel_logs", { first: 9_000_000, rows: 1 });

  const target = { client, database: database.connection.database };
  const { spool, inserter } = await startStore(directory, target, {
    // So young that most of the backlog is still there.
    limits: { segmentAgeMs: 100 },
    insert: { lanesMax },
  });
  const released: string[] = [];
  const release = spool.release.bind(spool);
  spool.release = async (id) => {
    await release(id);
    released.push(id);
  };
  await spool.append([fresh]);
  const ticker = setInterval(() => void spool.tick(), 20);
  await until(async () => {
    const result = await client.query({
      query: "SELECT count() AS n FROM otel_logs WHERE Body = 'line 9000000'",
      format: "JSONEachRow",
    });
    return (await result.json<{ n: string }>())[0]?.n === "1";
  });

  await until(() => spool.status().segmentsWaiting === 0, 50_000);
  clearInterval(ticker);
  await inserter.stop();
  // The order of release tells what waited for what; a look at the clock would only tell how busy the machine is.
  const freshAt = released.findIndex((id) => !backlog.includes(id));
  expect(freshAt).toBeGreaterThanOrEqual(0);
  expect(freshAt).toBeLessThan(BACKLOG / 2);
  const old = released.filter((id) => backlog.includes(id));
  expect(old).toHaveLength(BACKLOG);
  // Only the oldest that waits, or the newest: nothing comes out of the middle. Two may be under way.
  const waiting = backlog.toSorted();
  for (const id of old) {
    const position = waiting.indexOf(id);
    expect(Math.min(position, waiting.length - 1 - position)).toBeLessThan(2);
    waiting.splice(position, 1);
  }
  expect(old.indexOf(backlog[0] ?? "")).toBeLessThan(3);
  const result = await client.query({
    query: "SELECT count() AS n, uniqExact(Body) AS u FROM otel_logs",
    format: "JSONEachRow",
  });
  expect(await result.json()).toEqual([
    { n: String(BACKLOG * ROWS + 1), u: String(BACKLOG * ROWS + 1) },
  ]);
});
