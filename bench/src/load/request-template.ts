/**
 * An export request that is sent again and again, each time with times and trace ids of its own: a table whose rows all
 * carry one second of last year would be merged, compressed and deleted unlike any real one.
 */
import { randomFillSync } from "node:crypto";

export type LoadSignal = "logs" | "traces";

/** Field numbers of the way from the request to a record, the same for logs and spans: resource, scope, record. */
const RECORD_PATH = [1, 2, 2] as const;
const WIRE_FIXED64 = 1;
const WIRE_LENGTH = 2;
const WIRE_FIXED32 = 5;

interface RecordOffsets {
  readonly traceId: number;
  /** What is set to now: the times of a log record, or the start of a span. */
  readonly times: readonly number[];
  /** The end of a span, and its duration in nanoseconds. */
  readonly end: { readonly offset: number; readonly durationNano: number } | undefined;
}

export class RenewableRequest {
  /** Changed in place by `renew`. */
  readonly bytes: Buffer;
  readonly records: number;
  readonly #offsets: readonly RecordOffsets[];
  readonly #ids: Buffer;

  constructor(signal: LoadSignal, bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes);
    this.#offsets = findRecords(this.bytes, signal);
    this.records = this.#offsets.length;
    this.#ids = Buffer.alloc(8 * this.records);
  }

  /** Gives every record a time in the second before `nowUnixMs`, in order, and half of its trace id anew. */
  renew(nowUnixMs: number): void {
    const { bytes } = this;
    const first = BigInt(nowUnixMs - 1000) * 1_000_000n;
    const step = Math.floor(1e9 / this.records);
    let low = Number(first & 0xffff_ffffn);
    let high = Number(first >> 32n);
    randomFillSync(this.#ids);
    for (const [index, { traceId, times, end }] of this.#offsets.entries()) {
      for (const offset of times) {
        bytes.writeUInt32LE(low, offset);
        bytes.writeUInt32LE(high, offset + 4);
      }
      if (end !== undefined) {
        const endLow = low + end.durationNano;
        bytes.writeUInt32LE(endLow % 2 ** 32, end.offset);
        bytes.writeUInt32LE(high + Math.floor(endLow / 2 ** 32), end.offset + 4);
      }
      this.#ids.copy(bytes, traceId, 8 * index, 8 * index + 8);
      low += step;
      if (low >= 2 ** 32) {
        low -= 2 ** 32;
        high += 1;
      }
    }
  }
}

interface Field {
  readonly number: number;
  readonly wireType: number;
  readonly start: number;
  readonly end: number;
}

function* fields(bytes: Buffer, start: number, end: number): Generator<Field> {
  let position = start;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes.readUInt8(position++);
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (position < end) {
    const tag = varint();
    const wireType = tag & 7;
    const length = wireType === WIRE_LENGTH ? varint() : 0;
    const from = position;
    if (wireType === WIRE_LENGTH) position += length;
    else if (wireType === WIRE_FIXED64) position += 8;
    else if (wireType === WIRE_FIXED32) position += 4;
    else varint();
    yield { number: tag >>> 3, wireType, start: from, end: position };
  }
}

function findRecords(bytes: Buffer, signal: LoadSignal): readonly RecordOffsets[] {
  let messages: readonly { start: number; end: number }[] = [{ start: 0, end: bytes.length }];
  for (const number of RECORD_PATH) {
    messages = messages.flatMap(({ start, end }) =>
      [...fields(bytes, start, end)].filter((field) => field.number === number),
    );
  }
  return messages.map(({ start, end }) =>
    signal === "logs" ? logOffsets(bytes, start, end) : spanOffsets(bytes, start, end),
  );
}

function logOffsets(bytes: Buffer, start: number, end: number): RecordOffsets {
  const found = new Map([...fields(bytes, start, end)].map((field) => [field.number, field.start]));
  // time_unix_nano = 1, observed_time_unix_nano = 11, trace_id = 9
  return {
    traceId: need(found.get(9)),
    times: [need(found.get(1)), need(found.get(11))],
    end: undefined,
  };
}

function spanOffsets(bytes: Buffer, start: number, end: number): RecordOffsets {
  const found = new Map([...fields(bytes, start, end)].map((field) => [field.number, field.start]));
  // trace_id = 1, start_time_unix_nano = 7, end_time_unix_nano = 8
  const from = need(found.get(7));
  const to = need(found.get(8));
  const durationNano = Number(bytes.readBigUInt64LE(to) - bytes.readBigUInt64LE(from));
  return { traceId: need(found.get(1)), times: [from], end: { offset: to, durationNano } };
}

function need(offset: number | undefined): number {
  if (offset === undefined) throw new Error("a sample record lacks its times or its trace id");
  return offset;
}
