/**
 * Goal: an export is as large as its own limits allow, whatever a page may weigh. Method: more bytes than the query user's profile
 * gives to one answer, through a real connection.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFixture, type Fixture, NOW } from "../testing/fixtures.ts";

const ROWS = 2_800;
const BODY_CHARACTERS = 200_000;
const ANSWER_BYTES_MAX = 512 * 1024 ** 2;

let fixture: Fixture;
let address: string;
beforeAll(async () => {
  fixture = await createFixture();
  address = await fixture.app.listen({ host: "127.0.0.1", port: 0 });
  // Over some hours: an export sorts five minutes at a time.
  await fixture.database.client.command({
    query: `INSERT INTO otel_logs (Timestamp, ServiceName, Body)
      SELECT fromUnixTimestamp64Nano(${NOW}) - toIntervalSecond(number * 10 + 60), 'shop', repeat('x', ${BODY_CHARACTERS})
      FROM numbers(${ROWS}) SETTINGS max_block_size = 100, max_insert_block_size = 100, min_insert_block_size_bytes = 1`,
  });
});
afterAll(() => fixture.close());

test("what is announced as complete comes, though it is larger than any other answer may be", async () => {
  const response = await fetch(`${address}/api/logs/export`, {
    headers: { "accept-encoding": "identity" },
  });
  expect(response.headers.get("throughline-complete")).toBe("true");
  let bytes = 0;
  let lines = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) lines++;
  }
  expect(lines).toBe(ROWS);
  expect(bytes).toBeGreaterThan(ANSWER_BYTES_MAX);
});
