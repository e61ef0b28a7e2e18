/**
 * Goal: what a batch becomes is bounded as what a request becomes, and a request is either stored whole or left for the next time.
 * Method: small requests whose resource is stored with each of many rows, encoded in batches until none is left.
 */
import { expect, test } from "vitest";
import { createEncoder } from "./encoder.ts";
import { NOW, protobuf, rowsOf, text } from "./testing/requests.ts";

const LIMIT_BYTES = 1_000_000;
const ROWS_EACH = 40;

/** Some 10 kB that become 400 kB. */
function growing(name: string) {
  const attributes = [text("blob", "x".repeat(10_000))];
  const logRecords = Array.from({ length: ROWS_EACH }, () => ({ body: { stringValue: name } }));
  return protobuf("logs", {
    resourceLogs: [{ resource: { attributes }, scopeLogs: [{ logRecords }] }],
  });
}

test("a batch ends once its blocks have more than half of what a request may become, and its rest is stored by the next ones", () => {
  const encoder = createEncoder({ limits: { expandedBytesPerRequestMax: LIMIT_BYTES } });
  const names = Array.from({ length: 10 }, (_, i) => `request ${i}`);
  const stored: unknown[] = [];
  let batches = 0;
  for (let rest = names.map(growing); rest.length > 0; batches++) {
    const result = encoder.encode(rest, NOW);
    expect(result.outcomes.length).toBeGreaterThan(0);
    for (const outcome of result.outcomes) {
      expect(outcome).toMatchObject({ kind: "encoded", records: ROWS_EACH, rejected: 0 });
    }
    const sizeBytes = result.blocks.reduce((sum, { bytes }) => sum + bytes.length, 0);
    expect(sizeBytes).toBeLessThan(1.5 * LIMIT_BYTES);
    stored.push(...rowsOf(result).map(({ Body }) => Body));
    rest = rest.slice(result.outcomes.length);
  }
  expect(stored).toEqual(names.flatMap((name) => Array.from({ length: ROWS_EACH }, () => name)));
  expect(batches).toBe(5);
});

test("a request that was refused takes nothing of the batch's share", () => {
  const encoder = createEncoder({ limits: { expandedBytesPerRequestMax: LIMIT_BYTES } });
  const whole = growing("cut");
  // A field begins and does not go on: known only when the records before it were scanned.
  const cut = { ...whole, body: Buffer.concat([whole.body, Buffer.of(0x0a)]) };
  const { outcomes } = encoder.encode([cut, cut, cut, cut, growing("a"), growing("b")], NOW);
  expect(outcomes.map(({ kind }) => kind)).toEqual([
    "malformed",
    "malformed",
    "malformed",
    "malformed",
    "encoded",
    "encoded",
  ]);
});
