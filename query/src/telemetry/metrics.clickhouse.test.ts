/** Goal: answers, what they made ClickHouse read, cut answers and clients that leave are in the numbers. */
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createFixture,
  type Fixture,
  MINUTE,
  NOW,
  SECOND,
  spanId,
  traceId,
} from "../testing/fixtures.ts";

let fixture: Fixture;
const SPANS = 20;
const ID = traceId(7);

beforeAll(async () => {
  fixture = await createFixture({ traceSpansMax: SPANS - 1, requestsConcurrentMax: 1 });
  await fixture.insertSpans(
    Array.from({ length: SPANS }, (_, i) => ({
      traceId: ID,
      spanId: spanId(i + 1),
      start: NOW - 10n * MINUTE + BigInt(i) * SECOND,
    })),
  );
});
afterAll(() => fixture.close());

async function value(series: string): Promise<number> {
  const { body } = await fixture.app.inject("/metrics");
  const line = body.split("\n").find((each) => each.startsWith(`${series} `));
  return line === undefined ? 0 : Number(line.slice(series.length));
}

test("an answer is counted with the rows and bytes that ClickHouse says it read", async () => {
  const rows = await value("throughline_query_clickhouse_rows_read_total");
  const bytes = await value("throughline_query_clickhouse_bytes_read_total");
  const { body } = await fixture.get("/api/traces");
  expect(body.traces.length).toBe(1);
  expect(body.meta.rowsRead).toBeGreaterThan(0);
  expect(await value("throughline_query_clickhouse_rows_read_total")).toBe(
    rows + body.meta.rowsRead,
  );
  expect(await value("throughline_query_clickhouse_bytes_read_total")).toBe(
    bytes + body.meta.bytesRead,
  );
  expect(
    await value('throughline_query_requests_total{endpoint="traces",outcome="ok"}'),
  ).toBeGreaterThanOrEqual(1);
  expect(await value("throughline_query_clickhouse_seconds_count")).toBeGreaterThan(0);
});

test("an answer that a limit shortened is counted as cut", async () => {
  const series = 'throughline_query_requests_total{endpoint="trace",outcome="cut"}';
  const before = await value(series);
  const { body } = await fixture.get(`/api/traces/${ID}`);
  expect(body.meta.complete).toBe(false);
  expect(await value(series)).toBe(before + 1);
});

test("a statement of a person is counted with what it read", async () => {
  const rows = await value("throughline_query_clickhouse_rows_read_total");
  const response = await fixture.app.inject({
    method: "POST",
    url: "/api/sql",
    payload: { sql: "SELECT count() FROM otel_traces WHERE Duration > 0", format: "csv" },
  });
  expect(response.statusCode, response.body).toBe(200);
  const read = Number(response.headers["throughline-rows-read"]);
  expect(read).toBe(SPANS);
  expect(await value("throughline_query_clickhouse_rows_read_total")).toBeGreaterThanOrEqual(
    rows + read,
  );
  const series = 'throughline_query_requests_total{endpoint="sql",outcome="ok"}';
  expect(await value(series)).toBe(1);
});

test("a client that leaves is counted once, as left", async () => {
  const series = 'throughline_query_requests_total{endpoint="histogram",outcome="left"}';
  const address = await fixture.app.listen({ host: "127.0.0.1", port: 0 });
  const gate = Promise.withResolvers<void>();
  const held = fixture.service.admission.run(new AbortController().signal, () => gate.promise);
  const leaving = new AbortController();
  const asked = fetch(`${address}/api/logs/histogram`, { signal: leaving.signal }).catch(
    (error: unknown) => error,
  );
  // The only place is taken, so it waits for as long as we like.
  await expect.poll(() => value("throughline_query_waiting_requests")).toBe(1);
  leaving.abort();
  expect(await asked).toBeInstanceOf(Error);
  await expect.poll(() => value(series)).toBe(1);
  gate.resolve();
  await held;
  expect(await value(series)).toBe(1);
  expect(await value("throughline_query_waiting_requests")).toBe(0);
});
