/**
 * Goal: what the encoder promises about limits, odd times, odd texts and bad input holds. Method: small requests made
 * with protobufjs or by hand, one promise each. That every legal request becomes the right rows is the property test's.
 */
import { describe, expect, test } from "vitest";
import type { EncodeResult } from "../contract.ts";
import { LIMIT_SETTINGS } from "../limits.ts";
import { sampleLogs, sampleSpans } from "./bench/sample-requests.ts";
import { createEncoder } from "./encoder.ts";
import type { EncodeRequest } from "./encoder.ts";
import {
  DAY,
  encode,
  logs,
  malformed,
  NOW,
  onlyRow,
  protobuf,
  refusal,
  rowsOf,
  SPAN_ID,
  spans,
  text,
  TRACE_ID,
} from "./testing/requests.ts";

describe("times", () => {
  test("a record without a time is filed under its observed time, then under the receive time", () => {
    expect(onlyRow(logs({ observedTimeUnixNano: String(NOW - 5n) }))).toMatchObject({
      Timestamp: NOW - 5n,
      ObservedTimestamp: NOW - 5n,
    });
    expect(onlyRow(logs({}))).toMatchObject({ Timestamp: NOW, ObservedTimestamp: NOW });
  });

  test("a time outside the window is replaced by the receive time and kept as an attribute", () => {
    const row = onlyRow(logs({ timeUnixNano: "1000", attributes: [text("a", "b")] }));
    expect(row).toMatchObject({
      Timestamp: NOW,
      LogAttributes: [
        ["a", "b"],
        ["throughline.original_timestamp_unix_nano", "1000"],
      ],
    });
  });

  test("the window is exact to the nanosecond and can be set", () => {
    const limits = { timestampPastMaxDays: 1, timestampFutureMaxDays: 1 };
    for (const [time, kept] of [
      [NOW - DAY, true],
      [NOW - DAY - 1n, false],
      [NOW + DAY, true],
      [NOW + DAY + 1n, false],
    ] as const) {
      const row = onlyRow(logs({ timeUnixNano: String(time) }), limits);
      expect(row["Timestamp"]).toBe(kept ? time : NOW);
    }
  });

  test("rows of different UTC days are in different blocks, exact to the nanosecond", () => {
    const midnight = (NOW / DAY) * DAY;
    const times = [midnight - 1n, midnight, midnight + DAY - 1n];
    const { blocks } = encode([logs(...times.map((time) => ({ timeUnixNano: String(time) })))]);
    const day = Number(NOW / DAY);
    expect(blocks.map((block) => [block.day, block.rows])).toEqual([
      [day - 1, 1],
      [day, 2],
    ]);
  });

  test("a span that ends before it starts has no duration and keeps its end", () => {
    const row = onlyRow(
      spans({ startTimeUnixNano: String(NOW), endTimeUnixNano: String(NOW - 1n) }),
    );
    expect(row).toMatchObject({
      Duration: 0n,
      SpanAttributes: [["throughline.original_end_unix_nano", String(NOW - 1n)]],
    });
  });

  test("the duration of a span with a clock in 1970 is still its duration", () => {
    const row = onlyRow(spans({ startTimeUnixNano: "5", endTimeUnixNano: "4294967301" }));
    expect(row).toMatchObject({ Timestamp: NOW, Duration: 4_294_967_296n });
  });
});

describe("texts", () => {
  test("the level's word is made from the number where it is missing", () => {
    const words = [1, 8, 9, 13, 20, 24, 25, 0, -1].map(
      (severityNumber) => onlyRow(logs({ severityNumber }))["SeverityText"],
    );
    expect(words).toEqual(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "", "", ""]);
    const sent = onlyRow(logs({ severityNumber: 9, severityText: "notice" }));
    expect(sent["SeverityText"]).toBe("notice");
  });

  test("bytes that are not UTF-8 become U+FFFD as TextDecoder has it, in values and in keys", () => {
    const samples = [
      [0xff],
      [0x61, 0xc3],
      [0xe2, 0x82, 0x41],
      [0xf0, 0x9f, 0x98, 0xf0, 0x9f, 0x98, 0x80],
      [0xed, 0xa0, 0x80],
      [0xc0, 0xaf],
      Array.from({ length: 60 }, (_, i) => (i === 50 ? 0x80 : 0x61)),
    ];
    for (const sample of samples) {
      const bytes = Uint8Array.from(sample);
      const keyValue = [
        0x0a,
        bytes.length,
        ...bytes,
        0x12,
        bytes.length + 2,
        0x0a,
        bytes.length,
        ...bytes,
      ];
      const record = [
        0x2a,
        bytes.length + 2,
        0x0a,
        bytes.length,
        ...bytes,
        0x32,
        keyValue.length,
        ...keyValue,
      ];
      const scope = [0x12, ...lengthOf(record), ...record];
      const resource = [0x12, ...lengthOf(scope), ...scope];
      const body = Uint8Array.from([0x0a, ...lengthOf(resource), ...resource]);
      const clean = new TextDecoder().decode(bytes);
      const row = onlyRow({ signal: "logs", encoding: "protobuf", body });
      expect(row).toMatchObject({ Body: clean, LogAttributes: [[clean, clean]] });
    }
  });

  test("a value over the limit is cut at a character and named", () => {
    const row = onlyRow(
      logs({
        body: { stringValue: `${"x".repeat(63)}é` },
        attributes: [text("long,key", "y".repeat(100)), text("short", "z")],
      }),
      { valueBytesMax: 64 },
    );
    expect(row).toMatchObject({
      Body: "x".repeat(63),
      LogAttributes: [
        ["long,key", "y".repeat(64)],
        ["short", "z"],
        ["throughline.truncated", "body,long?key"],
      ],
    });
  });

  test("a list over the limit is cut as text", () => {
    const values = Array.from({ length: 100 }, (_, i) => ({ stringValue: `value ${i}` }));
    const row = onlyRow(logs({ body: { arrayValue: { values } } }), { valueBytesMax: 40 });
    expect(row["Body"]).toBe(JSON.stringify(values.map((v) => v.stringValue)).slice(0, 40));
  });

  test("texts of a span that are cut are named among its attributes", () => {
    const row = onlyRow(spans({ name: "n".repeat(70), status: { message: "m".repeat(70) } }), {
      valueBytesMax: 64,
    });
    expect(row).toMatchObject({
      SpanName: "n".repeat(64),
      SpanAttributes: [["throughline.truncated", "name,status.message"]],
    });
  });
});

describe("limits that reject a record", () => {
  const long = "k".repeat(100);
  const nested = (depth: number): object =>
    depth === 0 ? { boolValue: true } : { arrayValue: { values: [nested(depth - 1)] } };
  const many = Array.from({ length: 20 }, (_, i) => text(`k${i}`, "v"));

  test.each([
    ["attributesPerRecordMax", 19, logs({ attributes: many })],
    ["keyBytesMax", 99, logs({ attributes: [text(long, "v")] })],
    ["valueDepthMax", 19, logs({ attributes: [{ key: "k", value: nested(20) }] })],
    ["valueDepthMax", 19, logs({ body: nested(20) })],
    ["valueDepthMax", 19, spans({ events: [{ attributes: [{ key: "k", value: nested(20) }] }] })],
    ["listItemsMax", 2, spans({ events: [{}, {}, {}] })],
    ["valueBytesMax", 64, spans({ events: [{ name: long }] })],
    ["recordsPerRequestMax", 0, logs({})],
  ] as const)("%s", (name, limit, request) => {
    const outcome = refusal(request, { [name]: limit });
    expect(outcome).toMatchObject({ kind: "encoded", records: 0, rejected: 1 });
    const setting = LIMIT_SETTINGS.record[name].environmentName;
    expect(outcome.kind === "encoded" ? outcome.reason : "").toContain(`raise ${setting} `);
    expect(refusal(request)).toMatchObject({
      kind: "encoded",
      records: 1,
      rejected: 0,
      reason: "",
    });
  });

  test("a record at the limit is stored", () => {
    onlyRow(logs({ attributes: many }), { attributesPerRecordMax: 20 });
    onlyRow(logs({ attributes: [text(long, "v")] }), { keyBytesMax: 100 });
    onlyRow(logs({ body: nested(20) }), { valueDepthMax: 20 });
  });

  test("attributes of the resource over a limit reject its records, not those of others", () => {
    const request = protobuf("logs", {
      resourceLogs: [
        { resource: { attributes: many }, scopeLogs: [{ logRecords: [{}, {}] }] },
        { scopeLogs: [{ logRecords: [{}] }] },
      ],
    });
    expect(refusal(request, { attributesPerRecordMax: 19 })).toMatchObject({
      records: 1,
      rejected: 2,
    });
  });

  test("a large resource repeated for every row stops at the limit of expansion", () => {
    const attributes = [text("blob", "x".repeat(10_000))];
    const logRecords = Array.from({ length: 1000 }, () => ({}));
    const request = protobuf("logs", {
      resourceLogs: [{ resource: { attributes }, scopeLogs: [{ logRecords }] }],
    });
    const result = encode([request], { expandedBytesPerRequestMax: 1_000_000 });
    const [outcome] = result.outcomes;
    expect(outcome).toMatchObject({ kind: "encoded" });
    if (outcome?.kind !== "encoded") return;
    expect(outcome.records).toBeLessThan(110);
    expect(outcome.records + outcome.rejected).toBe(1000);
    expect(outcome.reason).toContain("raise THROUGHLINE_OTLP_EXPANDED_MAX_BYTES ");
    expect(result.blocks[0]?.bytes.length).toBeLessThan(1_200_000);
  });

  test("a value that grows as text counts with what it grows to", () => {
    const escapes = { arrayValue: { values: [{ stringValue: "\u0001".repeat(10_000) }] } };
    const request = logs(...Array.from({ length: 100 }, () => ({ body: escapes })));
    const result = encode([request], { expandedBytesPerRequestMax: 1_000_000 });
    expect(result.blocks[0]?.bytes.length).toBeLessThan(1_100_000);
    expect(result.outcomes[0]).toMatchObject({ kind: "encoded", records: 15, rejected: 85 });
  });

  test("ids of the wrong length are named with the place of the first, most frequent reason first", () => {
    const request = protobuf("traces", {
      resourceSpans: [
        {
          scopeSpans: [
            {
              spans: [
                { traceId: TRACE_ID, spanId: SPAN_ID },
                { traceId: TRACE_ID.subarray(1), spanId: SPAN_ID },
                { traceId: TRACE_ID },
                { traceId: new Uint8Array(16), spanId: SPAN_ID },
                { traceId: new Uint8Array(0), spanId: SPAN_ID },
              ],
            },
          ],
        },
      ],
    });
    expect(refusal(request)).toEqual({
      kind: "encoded",
      records: 1,
      rejected: 4,
      rejectedBy: [
        { reason: "trace_id_length", count: 1 },
        { reason: "span_id_missing", count: 1 },
        { reason: "trace_id_missing", count: 2 },
      ],
      reason:
        "2 records rejected: trace_id must not be empty or all zeros (first: resource_spans[0].scope_spans[0].spans[3]). " +
        "1 record rejected: trace_id must have 16 bytes (first: resource_spans[0].scope_spans[0].spans[1]). " +
        "1 record rejected: span_id must not be empty or all zeros (first: resource_spans[0].scope_spans[0].spans[2]).",
    });
  });
});

describe("malformed protobuf", () => {
  test("names the field and the byte", () => {
    const body = Buffer.from(logs({}, { body: { stringValue: "hello" } }).body);
    body[body.indexOf("hello") - 1] = 100;
    expect(malformed({ signal: "logs", encoding: "protobuf", body })).toBe(
      "resource_logs[0].scope_logs[0].log_records[1].body.string_value: a length of 100, and only 5 bytes are left (at byte 12 of 17)",
    );
  });

  test("leaves no trace: what comes before and after is stored as if it had not been there", () => {
    const good = [sampleLogs(40, 1), sampleLogs(40, 2)].map((body): EncodeRequest => ({
      signal: "logs",
      encoding: "protobuf",
      body,
    }));
    const whole = sampleLogs(400, 3);
    const bad: EncodeRequest = {
      signal: "logs",
      encoding: "protobuf",
      body: whole.subarray(0, -1),
    };
    const corrupted = Uint8Array.from(whole);
    corrupted.fill(0xff, whole.length - 40);
    const worse: EncodeRequest = { signal: "logs", encoding: "protobuf", body: corrupted };
    const encoder = createEncoder();
    const mixed = encoder.encode([good[0]!, bad, worse, good[1]!], NOW);
    expect(mixed.outcomes.map(({ kind }) => kind)).toEqual([
      "encoded",
      "malformed",
      "malformed",
      "encoded",
    ]);
    const clean = encoder.encode(good, NOW);
    expect(mixed.blocks).toEqual(clean.blocks);
  });

  test("does not hide in joined pieces", () => {
    // A body in two pieces whose joined bytes do not end: { string, length 9 } and { "ab" }.
    const record = [0x2a, 2, 0x0a, 9, 0x2a, 2, 0x61, 0x62];
    const body = Uint8Array.from([0x0a, 12, 0x12, 10, 0x12, 8, ...record]);
    expect(malformed({ signal: "logs", encoding: "protobuf", body })).toContain(
      "log_records[0].body",
    );
  });
});

describe("blocks", () => {
  test("requests of one call share a block, and a full block is followed by another", () => {
    const request: EncodeRequest = { signal: "logs", encoding: "protobuf", body: sampleLogs(100) };
    expect(encode([request, request]).blocks.map(({ rows }) => rows)).toEqual([200]);
    const split = encode([request, request], { rowsPerBlockMax: 150 });
    expect(split.blocks.map(({ rows }) => rows)).toEqual([150, 50]);
    const row = (result: EncodeResult) => rowsOf(result);
    expect(row(split)).toEqual(row(encode([request, request])));
  });

  test("a malformed request is taken back from blocks it filled and closed", () => {
    const good: EncodeRequest = { signal: "traces", encoding: "protobuf", body: sampleSpans(100) };
    const bad: EncodeRequest = { ...good, body: sampleSpans(100, 9).subarray(0, -1) };
    const result = encode([good, bad, good], { rowsPerBlockMax: 130 });
    expect(result.blocks.map(({ rows }) => rows)).toEqual([100, 100]);
    expect(rowsOf(result)).toEqual(rowsOf(encode([good, good])));
  });

  test("an encoder used for long gives the same blocks as a new one", () => {
    const batch = [sampleLogs(300, 1), sampleLogs(20, 2)].map((body): EncodeRequest => ({
      signal: "logs",
      encoding: "protobuf",
      body,
    }));
    const encoder = createEncoder();
    for (let i = 0; i < 20; i++) {
      encoder.encode([{ signal: "logs", encoding: "protobuf", body: sampleLogs(50, i) }], NOW);
    }
    expect(encoder.encode(batch, NOW)).toEqual(createEncoder().encode(batch, NOW));
  });

  test("dictionaries of more than 256 and 65 536 entries read back", () => {
    for (const count of [256, 257, 65_537]) {
      const names = Array.from({ length: count }, (_, i) => `operation ${i}`);
      const result = encode([spans(...names.map((name) => ({ name })))]);
      expect(rowsOf(result).map((row) => row["SpanName"])).toEqual(names);
    }
  });

  test("an empty request is nothing, and no requests are no blocks", () => {
    const empty: EncodeRequest = {
      signal: "metrics",
      encoding: "protobuf",
      body: new Uint8Array(0),
    };
    expect(encode([empty])).toEqual({
      outcomes: [{ kind: "encoded", records: 0, rejected: 0, reason: "" }],
      blocks: [],
    });
    expect(encode([])).toEqual({ outcomes: [], blocks: [] });
  });
});

function lengthOf(bytes: readonly number[]): number[] {
  return bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7];
}
