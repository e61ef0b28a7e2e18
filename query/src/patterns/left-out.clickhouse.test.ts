/** Goal: a sample that is larger than what is read of it is said to be cut. Method: one line in fifty, of which three are in the sample. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFixture, type Fixture, HOUR, NOW, SECOND } from "../testing/fixtures.ts";
import type { LogPatterns } from "../wire.ts";

const COUNT = 50;
let fixture: Fixture;
/** Times whose hash is in the sample of one in fifty, and times whose hash is not, by ClickHouse's own hash. */
let chosen: readonly bigint[];
let others: readonly bigint[];

beforeAll(async () => {
  fixture = await createFixture({ patternRowsMax: 1 });
  const result = await fixture.database.client.query({
    query: `
      SELECT toString(${NOW - HOUR} + number) AS time,
        cityHash64(fromUnixTimestamp64Nano(toInt64(${NOW - HOUR} + number)), concat('line ', toString(number)), '') % ${COUNT} = 0 AS isIn
      FROM numbers(1000)`,
    format: "JSONEachRow",
  });
  const rows = await result.json<{ time: string; isIn: number }>();
  const times = (isIn: number) =>
    rows.filter((row) => row.isIn === isIn).map(({ time }) => BigInt(time));
  [chosen, others] = [times(1), times(0)];
});
afterAll(() => fixture.close());

async function read(service: string, inSample: number): Promise<LogPatterns["meta"]> {
  const times = [...chosen.slice(0, inSample), ...others.slice(0, COUNT - inSample)];
  await fixture.insertLogs(
    times.map((time) => ({ time, service, body: `line ${time - (NOW - HOUR)}` })),
  );
  const url = `/api/logs/patterns?service=${service}&from=${NOW - 2n * HOUR}&to=${NOW + SECOND}`;
  const { body } = await fixture.get(url);
  expect((body as unknown as LogPatterns).countedEvery).toBe(COUNT);
  return body.meta;
}

test("as large as it may be", async () => {
  expect((await read("fits", 2)).reason).not.toContain("twice patternRowsMax");
});

test("larger", async () => {
  const meta = await read("larger", 3);
  expect(meta.complete).toBe(false);
  expect(meta.reason).toContain("twice patternRowsMax");
});
