/** Goal: a cell of the heatmap counts exactly the spans that lie in it. Method: the cells counted again over the spans' list. */
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createFixture,
  type Fixture,
  HOUR,
  MINUTE,
  NOW,
  SECOND,
  spanId,
  type SpanInput,
  traceId,
} from "../testing/fixtures.ts";
import type { LatencyHeatmap } from "../wire.ts";

let fixture: Fixture;
/** Durations from 1 ns to 17 minutes, over ten hours; powers of ten among them. */
const spans: readonly SpanInput[] = Array.from({ length: 600 }, (_, n) => ({
  traceId: traceId(n + 1),
  spanId: spanId(n + 1),
  parentSpanId: n % 3 === 0 ? "" : spanId(1),
  service: n % 2 === 0 ? "shop" : "pay",
  start: NOW - 10n * HOUR + BigInt(n) * MINUTE + 7n,
  durationNano: n % 10 === 0 ? 10n ** BigInt(n % 13) : BigInt(Math.floor(1.05 ** (n % 550))),
  status: n % 7 === 0 ? "Error" : "Ok",
}));

beforeAll(async () => {
  fixture = await createFixture();
  await fixture.insertSpans(spans);
});
afterAll(() => fixture.close());

async function read(query: string): Promise<LatencyHeatmap> {
  const { status, body } = await fixture.get(`/api/traces/heatmap?${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body as unknown as LatencyHeatmap;
}

/** Every cell by looking at every span. */
function countCells(of: readonly SpanInput[], map: LatencyHeatmap): LatencyHeatmap["cells"] {
  const found: LatencyHeatmap["cells"] = [];
  for (let column = 0; column < map.columns; column++) {
    const from = BigInt(map.fromUnixNano) + BigInt(column * map.bucketSeconds) * SECOND;
    const to = from + BigInt(map.bucketSeconds) * SECOND;
    const within = of.filter(({ start }) => start >= from && start < to);
    for (const [row, band] of map.rows.entries()) {
      const inside = within.filter(
        ({ durationNano = 0n }) =>
          durationNano >= BigInt(band.fromNano) && durationNano < BigInt(band.toNano),
      );
      const errors = inside.filter(({ status }) => status === "Error").length;
      if (inside.length > 0) found.push({ column, row, spans: inside.length, errors });
    }
  }
  return found;
}

test("every span is in the one cell of its time and duration", async () => {
  const map = await read("from=now-10h&buckets=20");
  expect(map.cells).toEqual(countCells(spans, map));
  expect(map.cells.reduce((sum, cell) => sum + cell.spans, 0)).toBe(spans.length);
  expect(map.columns).toBe(20);
});

test("bands touch each other", async () => {
  const { rows } = await read("from=now-10h");
  for (const [index, row] of rows.entries()) {
    if (index > 0) expect(row.fromNano).toBe(rows[index - 1]!.toNano);
  }
});

test("the filters and roots of a search hold", async () => {
  const map = await read("from=now-10h&service=shop&status=error&spans=roots");
  const asked = spans.filter(
    ({ service, status, parentSpanId }) =>
      service === "shop" && status === "Error" && parentSpanId === "",
  );
  expect(asked.length).toBeGreaterThan(10);
  expect(map.cells).toEqual(countCells(asked, map));
});

test("nothing found is an empty map", async () => {
  expect(await read("service=nobody")).toMatchObject({ rows: [], cells: [] });
});
