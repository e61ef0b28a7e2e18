/**
 * Goal: no body below the limit ends an encoding worker, whatever its values are made of: its batch would be lost with it, and
 * the sender told to send the same again. Method: the real worker with its heap and the shipped rules, and the largest bodies of
 * what is smallest on the wire and costs an object where one is made of each.
 */
import { pino } from "pino";
import { afterAll, expect, test } from "vitest";
import type { Encoding } from "../contract.ts";
import { DEFAULT_ENCODER_LIMITS } from "./options.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { DEFAULT_RULES } from "../process/default-rules.ts";
import { createCollectorMetrics } from "../telemetry/metrics.ts";
import { EncoderPool } from "./encoder-pool.ts";

const MIB = 1024 * 1024;
const SIZE_BYTES = 15 * MIB;
const CARD = "4111 1111 1111 1111";

const pool = new EncoderPool({
  workerUrl: new URL("./encoder-worker.ts", import.meta.url),
  workers: 1,
  limits: DEFAULT_LIMITS.encode,
  requestLimits: DEFAULT_ENCODER_LIMITS,
  clock: () => 1_763_659_900_000_000_000n,
  metrics: createCollectorMetrics(),
  logger: pino({ level: "silent" }),
});
pool.useRules(DEFAULT_RULES);
pool.start();
afterAll(() => pool.stop(0));

/** A field of a message: tag, length, content. */
function field(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const header = [tag];
  let rest = content.reduce((total, { length }) => total + length, 0);
  for (; rest > 127; rest >>>= 7) header.push((rest & 127) | 128);
  return Buffer.concat([Buffer.from([...header, rest]), ...content]);
}

/** A request with one log record that has this body, an AnyValue. */
function protobufLog(value: Uint8Array): Uint8Array {
  return field(0x0a, field(0x12, field(0x12, field(0x2a, value))));
}

function jsonLog(...value: readonly string[]): Uint8Array {
  const record = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":`;
  return Buffer.from([record, ...value, "}]}]}]}"].join(""));
}

const arrayOf = (...items: readonly Uint8Array[]) => field(0x2a, ...items);
const many = (item: Uint8Array) =>
  Buffer.alloc(Math.floor(SIZE_BYTES / item.length) * item.length, item);
/** With a key of three bytes each. */
function pairs(): Uint8Array {
  const bytes = many(Buffer.of(0x0a, 5, 0x0a, 3, 0x61, 0x61, 0x61));
  for (let p = 0, key = 0; p < bytes.length; p += 7, key++) {
    bytes[p + 4] = 0x20 + ((key >> 12) & 63);
    bytes[p + 5] = 0x20 + ((key >> 6) & 63);
    bytes[p + 6] = 0x20 + (key & 63);
  }
  return bytes;
}
const card = field(0x0a, field(0x0a, Buffer.from(CARD)));
const empty = field(0x0a);

test.each<[string, Encoding, () => Uint8Array]>([
  ["a list of empty items", "protobuf", () => protobufLog(arrayOf(many(empty)))],
  [
    "a list of empty items with a secret behind them",
    "protobuf",
    () => protobufLog(arrayOf(many(empty), card)),
  ],
  [
    "a list of short texts with a secret behind them",
    "protobuf",
    () => protobufLog(arrayOf(many(field(0x0a, field(0x0a, Buffer.from("a")))), card)),
  ],
  ["a key-value list of empty pairs", "protobuf", () => protobufLog(field(0x32, many(empty)))],
  [
    "a key-value list of pairs with a key each and a secret behind them",
    "protobuf",
    () => protobufLog(field(0x32, pairs(), field(0x0a, field(0x12, card.subarray(2))))),
  ],
  [
    "a key-value list of two keys in turns",
    "protobuf",
    () => protobufLog(field(0x32, many(Buffer.of(0x0a, 0, 0x0a, 3, 0x0a, 1, 0x61)))),
  ],
  [
    "a text of escapes",
    "json",
    () => jsonLog('{"stringValue":"', '\\"'.repeat(SIZE_BYTES / 2), '"}'),
  ],
  [
    "a list of empty items as JSON",
    "json",
    () => jsonLog('{"arrayValue":{"values":[{}', ",{}".repeat(SIZE_BYTES / 3), "]}}"),
  ],
])("%s is stored", { timeout: 60_000 }, async (_, encoding, body) => {
  const outcome = await pool.encode({ signal: "logs", encoding, body: body() });
  expect(outcome).toMatchObject({ kind: "encoded", records: 1, rejected: 0 });
});
