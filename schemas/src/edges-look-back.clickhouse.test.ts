/**
 * Goal: a bucket of the service map stays as it was built until late spans are added to it: not when it leaves the time that is
 * looked through, and not when its spans have gone. Method: the view's own statement, run at times of the test's choice.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "./testing/index.ts";
import { hexId, insertRows } from "./testing/records.ts";
import { rowsOf } from "./testing/records-of-a-day.ts";

const HOUR = 3_600;
const DAY = 24 * HOUR;
/** Seconds since 1970; spans of then are within the retention. */
const start = Math.floor(Date.now() / 1_000 / HOUR) * HOUR - 3 * DAY;

let database: TestDatabase;
/** Formatted by ClickHouse. */
let statement: string;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.client.command({ query: "SYSTEM STOP VIEW otel_service_edges_mv" });
  const [view] = await rowsOf<{ text: string }>(
    database,
    "SELECT as_select AS text FROM system.tables WHERE database = currentDatabase() AND name = 'otel_service_edges_mv'",
  );
  statement = view?.text ?? "";
});
afterAll(async () => database.drop());

/** As the view does at that time, so many times. */
async function computeAt(seconds: number, times = 1): Promise<void> {
  const text = statement
    .replaceAll("now64(3)", `toDateTime64(${seconds}, 3)`)
    .replaceAll("now()", `toDateTime(${seconds})`);
  for (let time = 0; time < times; time++) {
    await database.client.command({ query: `INSERT INTO otel_service_edges ${text}` });
  }
}

/** One call of a database at each of these seconds. */
async function addCalls(seconds: readonly number[]): Promise<void> {
  const spans = seconds.map((second) => ({
    Timestamp: new Date(second * 1_000).toISOString().replace("T", " ").slice(0, 19),
    TraceId: hexId(second, 16),
    SpanId: hexId(second, 8),
    ServiceName: "shop",
    SpanName: "SELECT",
    SpanKind: "Client",
    SpanAttributes: { "db.system.name": "postgresql" },
  }));
  await insertRows(database.client, "otel_traces", spans);
}

/** Each minute of so many buckets. */
function minutes(from: number, buckets: number): readonly number[] {
  return Array.from({ length: buckets * 5 }, (_, minute) => from + minute * 60 + 1);
}

/** The buckets from `from` on, within an hour: how often each was computed, and what holds of it. */
async function readBuckets(
  from: number,
): Promise<readonly { versions: number; settled: boolean; calls: number }[]> {
  return rowsOf(
    database,
    `SELECT toUInt32(uniqExactIf(Version, EdgeKind = '')) AS versions,
       argMaxIf(Settled, Version, EdgeKind = '') AS settled,
       toUInt32(sumIf(Calls, EdgeKind != '' AND Version = newest)) AS calls
     FROM (SELECT *, max(Version) OVER (PARTITION BY Bucket) AS newest FROM otel_service_edges)
     WHERE Bucket >= toDateTime(${from}) AND Bucket < toDateTime(${from + HOUR})
     GROUP BY Bucket ORDER BY Bucket`,
  );
}

const built = { versions: 1, settled: true, calls: 5 };

test("a bucket that leaves the last 26 hours is not computed again", async () => {
  await addCalls(minutes(start, 6));
  await computeAt(start + HOUR);
  const six = Array.from({ length: 6 }, () => built);
  expect(await readBuckets(start)).toEqual(six);
  for (let minute = 2; minute < 40; minute += 4) {
    await computeAt(start + 26 * HOUR + minute * 60 + 30);
  }
  expect(await readBuckets(start)).toEqual(six);
}, 120_000);

test("a bucket whose spans have gone stays as it was, where the hour's look cuts its time and where a span comes late", async () => {
  const from = start + 3 * HOUR;
  const kept = start + 6 * HOUR;
  await addCalls([...minutes(from, 6), ...minutes(kept, 3)]);
  await computeAt(kept + HOUR, 2);
  const six = Array.from({ length: 6 }, () => built);
  expect(await readBuckets(from)).toEqual(six);
  await database.client.command({
    query: `ALTER TABLE otel_traces DELETE WHERE Timestamp < toDateTime(${kept}) SETTINGS mutations_sync = 2`,
  });
  await addCalls([from + 602, kept + 302]);
  await computeAt(kept + 2 * DAY + 17 * 60, 2);
  expect(await readBuckets(from)).toEqual(six);
  // The span is within the time from which callers are looked for of all three.
  expect(await readBuckets(kept)).toEqual([
    { versions: 2, settled: true, calls: 5 },
    { versions: 2, settled: true, calls: 6 },
    { versions: 2, settled: true, calls: 5 },
  ]);
  await computeAt(from + 30 * DAY + 17 * 60, 2);
  expect(await readBuckets(from)).toEqual(six);
}, 120_000);
