/**
 * Goal: a segment is repeated with the settings it was first sent with, whatever the program's are by now. Why it matters:
 * an INSERT of several blocks that ended after some of them is repeated block by block; cut into other blocks, the
 * repetition is told "known" for blocks that hold other rows. Method: the loss is shown first, then that it does not happen.
 */
import { rmSync } from "node:fs";
import { createTestDatabase } from "@throughline/schemas/testing";
import type { TestDatabase } from "@throughline/schemas/testing";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { SealedSegment } from "../contract.ts";
import { insertSegment } from "./insert-segment.ts";
import { INSERT_SETTINGS } from "./insert-settings.ts";
import {
  makeBlock,
  newSpoolDirectory,
  openSpool,
  startStore,
  until,
} from "./testing/store-harness.ts";

const ROWS = 1000;
const BLOCKS = 20;
/** Of an earlier version of the program: four blocks of five thousand rows. */
const EARLIER_SETTINGS = {
  ...INSERT_SETTINGS,
  max_insert_block_size: "5000",
  min_insert_block_size_rows: "5000",
};

let database: TestDatabase;
let directory: string;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());
afterEach(async () => {
  rmSync(directory, { recursive: true });
  for (const table of ["otel_logs", "otel_logs_rate_1m"]) {
    await database.client.command({ query: `TRUNCATE TABLE ${table}` });
  }
});

async function count(query: string): Promise<number> {
  const result = await database.client.query({ query, format: "JSONEachRow" });
  const [row] = await result.json<{ n: string }>();
  return Number(row?.n);
}

/** Half of an INSERT of the segment arrives; then its collector is gone. */
async function insertHalf(): Promise<SealedSegment> {
  directory = newSpoolDirectory();
  const { spool, sealed } = await openSpool(directory, { insertSettings: EARLIER_SETTINGS });
  for (let index = 0; index < BLOCKS; index++) {
    const where = { first: index * ROWS, rows: ROWS };
    await spool.append([await makeBlock(database.client, "otel_logs", where)]);
  }
  await spool.sealAll();
  const segment = sealed[0]!;
  const half = new Proxy(segment, {
    get(target, name) {
      if (name === "body") return bodyOfFrames(target, BLOCKS - 3);
      const value: unknown = Reflect.get(target, name, target);
      return value;
    },
  });
  await segment.markSent();
  await expect(send(half)).rejects.toThrow("gone");
  const rows = await count("SELECT count() AS n FROM otel_logs");
  expect(rows).toBeGreaterThan(0);
  expect(rows).toBeLessThan(ROWS * BLOCKS);
  return segment;
}

function bodyOfFrames(segment: SealedSegment, frames: number) {
  return async function* () {
    yield* segment.body(frames);
    // ClickHouse has stored what it has by now.
    await until(async () => (await count("SELECT count() AS n FROM otel_logs")) > 0);
    throw new Error("gone");
  };
}

function send(segment: SealedSegment, settings?: Readonly<Record<string, string>>): Promise<void> {
  const target = {
    client: database.client,
    database: database.connection.database,
    unknownSettings: new Set<string>(),
  };
  const sent =
    settings === undefined
      ? segment
      : new Proxy(segment, {
          get: (of, name): unknown =>
            name === "insertSettings"
              ? settings
              : name === "body"
                ? () => of.body()
                : Reflect.get(of, name, of),
        });
  return insertSegment(sent, target, new AbortController().signal);
}

test("repeated in smaller blocks, it reports success and the table holds other rows than were sent", async () => {
  const size = "2500";
  const segment = await insertHalf();
  const changed = { max_insert_block_size: size, min_insert_block_size_rows: size };
  await send(segment, { ...EARLIER_SETTINGS, ...changed });
  const rows = await count("SELECT count() AS n FROM otel_logs");
  const different = await count("SELECT uniqExact(Body) AS n FROM otel_logs");
  expect([rows, different]).not.toEqual([ROWS * BLOCKS, ROWS * BLOCKS]);
});

test("the next program, whose own settings differ, repeats it with the recorded ones and loses nothing", async () => {
  await insertHalf();
  const target = { client: database.client, database: database.connection.database };
  const { spool, inserter } = await startStore(directory, target, {
    insertSettings: INSERT_SETTINGS,
  });
  await until(() => spool.status().segmentsWaiting === 0);
  await inserter.stop();
  expect(await count("SELECT uniqExact(Body) AS n FROM otel_logs")).toBe(ROWS * BLOCKS);
  expect(await count("SELECT count() AS n FROM otel_logs")).toBe(ROWS * BLOCKS);
  expect(await count("SELECT sum(Count) AS n FROM otel_logs_rate_1m")).toBe(ROWS * BLOCKS);
});
