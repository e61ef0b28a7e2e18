/** Goal: a disk that fills up loses the oldest days while the product runs, and the log says so. Method: a real database. */
import { createTestDatabase, type TestDatabase } from "@throughline/schemas/testing";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keepDisk } from "./disk-keeper.ts";

let database: TestDatabase;
let logged: string[];
let stopping: AbortController;
beforeEach(async () => {
  database = await createTestDatabase();
  logged = [];
  stopping = new AbortController();
});
afterEach(async () => {
  stopping.abort();
  await database.drop();
});

function start(connection: TestDatabase["connection"]): Promise<void> {
  const logger = pino({ base: null }, { write: (line: string) => logged.push(line) });
  return keepDisk({ connection, bytesMax: 1, logger, signal: stopping.signal, intervalMs: 20 });
}

const said = (words: string): number => logged.filter((line) => line.includes(words)).length;

async function addDay(daysAgo: number): Promise<void> {
  await database.client.command({
    query: `INSERT INTO otel_logs (Timestamp, Body) VALUES (now() - toIntervalDay(${daysAgo}), 'a day')`,
  });
}

async function days(): Promise<string> {
  const result = await database.client.query({
    query: "SELECT uniqExact(toDate(Timestamp)) AS days FROM otel_logs",
    format: "TabSeparated",
  });
  return (await result.text()).trim();
}

test("old days go, today stays, and what stays over the limit is said once", async () => {
  await addDay(5);
  await addDay(0);
  const kept = start(database.connection);
  await expect.poll(days, { timeout: 20_000 }).toBe("1");
  await expect.poll(() => said("nothing may go")).toBe(1);
  await addDay(4);
  await expect.poll(() => said("dropped otel_logs of"), { timeout: 20_000 }).toBe(2);
  expect(said("nothing may go")).toBe(1);
  stopping.abort();
  await kept;
});

test("a ClickHouse that is away is asked again", async () => {
  const kept = start({ ...database.connection, url: "http://127.0.0.1:1" });
  await expect.poll(() => said("could not be kept"), { timeout: 20_000 }).toBe(1);
  stopping.abort();
  await kept;
  expect(logged).toHaveLength(1);
});
