/**
 * Goal: a list of Zipkin's spans is stored as what it says, the same from JSON and from protobuf, and what is wrong is named.
 * Method: the real encoder; protobuf written by protobufjs from Zipkin's published definition; generated spans against rows.
 */
import fc from "fast-check";
import protobuf from "protobufjs";
import { describe, expect, test } from "vitest";
import { encode, malformed, NOW, rowsOf } from "../../encode/testing/requests.ts";
import type { Row } from "../../encode/testing/expected-rows.ts";
import { formatIpv4, formatIpv6 } from "./ip-text.ts";

const DEFINITION = `
  syntax = "proto3";
  package zipkin.proto3;
  message Span {
    bytes trace_id = 1; bytes parent_id = 2; bytes id = 3;
    enum Kind { SPAN_KIND_UNSPECIFIED = 0; CLIENT = 1; SERVER = 2; PRODUCER = 3; CONSUMER = 4; }
    Kind kind = 4; string name = 5; fixed64 timestamp = 6; uint64 duration = 7;
    Endpoint local_endpoint = 8; Endpoint remote_endpoint = 9;
    repeated Annotation annotations = 10; map<string, string> tags = 11;
    bool debug = 12; bool shared = 13;
  }
  message Endpoint { string service_name = 1; bytes ipv4 = 2; bytes ipv6 = 3; int32 port = 4; }
  message Annotation { fixed64 timestamp = 1; string value = 2; }
  message ListOfSpans { repeated Span spans = 1; }
`;
const ListOfSpans = protobuf.parse(DEFINITION).root.lookupType("zipkin.proto3.ListOfSpans");

const START_MICROS = Number(NOW / 1000n) - 5_000_000;

interface Endpoint {
  readonly serviceName?: string;
  readonly ipv4?: string;
  readonly ipv6?: string;
  readonly port?: number;
}

interface Span {
  readonly traceId: string;
  readonly id: string;
  readonly parentId?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly timestamp?: number;
  readonly duration?: number;
  readonly localEndpoint?: Endpoint;
  readonly remoteEndpoint?: Endpoint;
  readonly annotations?: readonly { readonly timestamp: number; readonly value: string }[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly debug?: boolean;
  readonly shared?: boolean;
}

function asJson(spans: unknown) {
  const body = Buffer.from(typeof spans === "string" ? spans : JSON.stringify(spans));
  return { signal: "traces", encoding: "zipkin-json", body } as const;
}

function asProtobuf(spans: readonly Span[]) {
  const body = ListOfSpans.encode(ListOfSpans.fromObject({ spans: spans.map(toMessage) })).finish();
  return { signal: "traces", encoding: "zipkin-protobuf", body } as const;
}

function toMessage(span: Span): object {
  const { traceId, id, parentId, localEndpoint, remoteEndpoint, ...rest } = span;
  const endpoint = ({ ipv4, ipv6, ...named }: Endpoint): object => ({
    ...named,
    ...(ipv4 === undefined ? {} : { ipv4: Buffer.from(ipv4.split(".").map(Number)) }),
    ...(ipv6 === undefined ? {} : { ipv6: ipv6Bytes(ipv6) }),
  });
  return {
    ...rest,
    traceId: Buffer.from(traceId, "hex"),
    id: Buffer.from(id, "hex"),
    ...(parentId === undefined ? {} : { parentId: Buffer.from(parentId, "hex") }),
    ...(localEndpoint === undefined ? {} : { localEndpoint: endpoint(localEndpoint) }),
    ...(remoteEndpoint === undefined ? {} : { remoteEndpoint: endpoint(remoteEndpoint) }),
  };
}

function ipv6Bytes(text: string): Buffer {
  const [head = "", tail = ""] = text.split("::");
  const groups = (part: string): string[] => (part === "" ? [] : part.split(":"));
  const [before, after] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return Buffer.from(
    [...before, ...zeros, ...after].map((group) => group.padStart(4, "0")).join(""),
    "hex",
  );
}

function onlyRow(span: Span): Row {
  const result = encode([asJson([span])]);
  expect(result.outcomes).toMatchObject([{ kind: "encoded", records: 1, rejected: 0 }]);
  return rowsOf(result)[0]!;
}

const SPAN: Span = { traceId: "5af7183fb1d4cf5f", id: "6b221d5bc9e6496c" };

describe("a span", () => {
  test("becomes the row that OpenTelemetry's mapping says, with every field", () => {
    const row = onlyRow({
      ...SPAN,
      parentId: "5af7183fb1d4cf5f",
      kind: "CLIENT",
      name: "get /api",
      timestamp: START_MICROS,
      duration: 1431,
      localEndpoint: { serviceName: "backend", ipv4: "192.168.99.1", port: 3306 },
      remoteEndpoint: { serviceName: "mysql", ipv6: "2001:db8::c001", port: 9000 },
      annotations: [{ timestamp: START_MICROS + 5, value: "ws" }],
      tags: { "http.method": "GET", "http.status_code": "200" },
      debug: true,
    });
    expect(row).toMatchObject({
      TraceId: "00000000000000005af7183fb1d4cf5f",
      SpanId: "6b221d5bc9e6496c",
      ParentSpanId: "5af7183fb1d4cf5f",
      SpanKind: "Client",
      SpanName: "get /api",
      ServiceName: "backend",
      Timestamp: BigInt(START_MICROS) * 1000n,
      Duration: 1_431_000n,
      StatusCode: "Unset",
      Flags: 1,
      ResourceAttributes: [["service.name", "backend"]],
      SpanAttributes: [
        ["http.method", "GET"],
        ["http.status_code", "200"],
        ["network.local.address", "192.168.99.1"],
        ["network.local.port", "3306"],
        ["network.peer.address", "2001:db8::c001"],
        ["network.peer.port", "9000"],
        ["peer.service", "mysql"],
        ["zipkin.debug", "true"],
      ],
      "Events.Name": ["ws"],
      "Events.Timestamp": [BigInt(START_MICROS + 5) * 1000n],
    });
  });

  test.each([
    [{}, "Internal", "Unset", ""],
    [{ error: "" }, "Internal", "Error", ""],
    [{ error: "true" }, "Internal", "Error", ""],
    [{ error: "timed out" }, "Internal", "Error", "timed out"],
    [{ error: "false" }, "Internal", "Unset", ""],
    [{ "otel.status_code": "OK" }, "Internal", "Ok", ""],
    [{ "otel.status_code": "ERROR", error: "no card" }, "Internal", "Error", "no card"],
    [
      { "otel.status_code": "STATUS_CODE_ERROR", "otel.status_description": "gone" },
      "Internal",
      "Error",
      "gone",
    ],
  ])("with the tags %j has the status they mean", (tags, kind, code, message) => {
    expect(onlyRow({ ...SPAN, timestamp: START_MICROS, tags })).toMatchObject({
      SpanKind: kind,
      StatusCode: code,
      StatusMessage: message,
    });
  });

  test("of an OpenTelemetry exporter gets its scope and trace state back from the tags", () => {
    const tags = {
      "otel.scope.name": "pg",
      "otel.library.name": "pg",
      "otel.scope.version": "1.2",
      "w3c.tracestate": "a=b",
    };
    expect(onlyRow({ ...SPAN, timestamp: START_MICROS, tags })).toMatchObject({
      ScopeName: "pg",
      ScopeVersion: "1.2",
      TraceState: "a=b",
      SpanAttributes: [],
    });
  });

  test("without a time is stored, under the time it came, and says so", () => {
    expect(onlyRow(SPAN)).toMatchObject({
      Timestamp: NOW,
      SpanAttributes: [["otel.zipkin.absentField.startTime", "true"]],
    });
  });

  test("shared by both ends of a call becomes two, the callee's below the caller's", () => {
    const caller = { ...SPAN, kind: "CLIENT", timestamp: START_MICROS, parentId: "1" };
    const callee = { ...SPAN, kind: "SERVER", timestamp: START_MICROS + 1, parentId: "1" };
    const at = (serviceName: string): { readonly localEndpoint: Endpoint } => ({
      localEndpoint: { serviceName },
    });
    const list = [
      { ...caller, ...at("shop") },
      { ...callee, ...at("pay"), shared: true },
    ];
    const rows = rowsOf(encode([asJson(list)]));
    const [shop, pay] = ["shop", "pay"].map((name) =>
      rows.find((row) => row["ServiceName"] === name),
    );
    expect(shop).toMatchObject({ SpanId: SPAN.id, ParentSpanId: "0000000000000001" });
    expect(pay).toMatchObject({
      ParentSpanId: SPAN.id,
      SpanAttributes: [
        ["zipkin.parent_id", "0000000000000001"],
        ["zipkin.shared", "true"],
      ],
    });
    expect(pay?.["SpanId"]).not.toBe(SPAN.id);
    // Sent again, it is the same span.
    expect(rowsOf(encode([asJson([list[1]!])]))[0]).toMatchObject({ SpanId: pay?.["SpanId"] });
  });
});

const hex = (digits: number) =>
  fc
    .string({
      unit: fc.constantFrom(..."0123456789abcdef".split("")),
      minLength: digits,
      maxLength: digits,
    })
    .filter((text) => /[1-9a-f]/.test(text));
const micros = fc.integer({ min: START_MICROS, max: START_MICROS + 1_000_000 });
const endpoint = fc.record(
  {
    serviceName: fc.string(),
    ipv4: fc.uint8Array({ minLength: 4, maxLength: 4 }).map(formatIpv4),
    ipv6: fc
      .array(fc.constantFrom(0, 0, 0, 1, 0x20, 0xff), { minLength: 16, maxLength: 16 })
      .map((bytes) => formatIpv6(Uint8Array.from(bytes))),
    port: fc.integer({ min: 0, max: 65_535 }),
  },
  { requiredKeys: [] },
);
const keys = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 8 }),
  fc.constantFrom("error", "peer.service", "otel.status_code", "otel.scope.name", "span.kind"),
);
const span: fc.Arbitrary<Span> = fc.record(
  {
    traceId: fc.oneof(hex(32), hex(16)),
    id: hex(16),
    parentId: hex(16),
    kind: fc.constantFrom("CLIENT", "SERVER", "PRODUCER", "CONSUMER"),
    name: fc.string({ unit: "grapheme" }),
    timestamp: micros,
    duration: fc.integer({ min: 0, max: 2 ** 40 }),
    localEndpoint: endpoint,
    remoteEndpoint: endpoint,
    annotations: fc.array(fc.record({ timestamp: micros, value: fc.string() }), { maxLength: 3 }),
    tags: fc.dictionary(keys, fc.string({ unit: "grapheme" }), { maxKeys: 4 }),
    debug: fc.boolean(),
    shared: fc.boolean(),
  },
  { requiredKeys: ["traceId", "id"] },
);

test("JSON and protobuf of the same spans are stored as the same rows, one for each span", () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 5 }), (spans) => {
      const fromJson = encode([asJson(spans)]);
      const fromProtobuf = encode([asProtobuf(spans)]);
      expect(fromJson.outcomes).toMatchObject([{ kind: "encoded", records: spans.length }]);
      expect(rowsOf(fromProtobuf)).toEqual(rowsOf(fromJson));
    }),
    { numRuns: 50 },
  );
});

test("bytes that are damaged are an outcome, never an exception", () => {
  const damaged = fc.tuple(
    fc.array(span, { minLength: 1, maxLength: 2 }),
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
    fc.boolean(),
  );
  fc.assert(
    fc.property(damaged, ([spans, changes, json]) => {
      const request = json ? asJson(spans) : asProtobuf(spans);
      const body = Uint8Array.from(request.body);
      for (const [at, byte] of changes) body[at % body.length] = byte;
      const [outcome] = encode([{ ...request, body }]).outcomes;
      expect(["encoded", "malformed"]).toContain(outcome?.kind);
    }),
    { numRuns: 50 },
  );
});

describe("what is wrong is named", () => {
  test.each([
    ["{}", "request: expected a list of spans, found {"],
    ["[1]", "[0]: expected an object, a span, found 1"],
    ["[{}]", "[0].traceId: is missing; every span has one"],
    ['[{"traceId":"1"}]', "[0].id: is missing"],
    ['[{"traceId":"xyz","id":"1"}]', "[0].traceId: expected 1 to 32 hexadecimal digits"],
    [
      `[{"traceId":"1","id":"${"1".repeat(17)}"}]`,
      "[0].id: expected 1 to 16 hexadecimal digits in a string, found",
    ],
    ['[{"traceId":"1","id":"1","kind":"LOCAL"}]', "[0].kind: expected CLIENT, SERVER, PRODUCER"],
    ['[{"traceId":"1","id":"1","timestamp":1.5}]', "[0].timestamp: expected an integer from 0 to"],
    ['[{"traceId":"1","id":"1","duration":-1}]', "[0].duration: expected an integer from 0"],
    [
      '[{"traceId":"1","id":"1"},\n{"traceId":"1","id":"1","localEndpoint":{"port":70000}}]',
      "[1].localEndpoint.port: expected an integer from 0 to 65535, found 70000 (line 2, column 49)",
    ],
    ['[{"traceId":"1","id":"1","tags":{"a":[]}}]', "[0].tags.a: expected a string, found ["],
    ['[{"traceId":"1","id":"1","annotations":[{"value":1}]}]', "[0].annotations[0].value: exp"],
    ['[{"traceId":"1","id":"1"}', "not JSON"],
  ])("in JSON: %s", (text, message) => {
    expect(malformed(asJson(text))).toContain(message);
  });

  test.each([
    ["0a02 0a01", "[0]: a length of 1, and only 0 bytes are left (at byte 4 of 4)"],
    ["0a03 0a0101", "[0].trace_id: expected 8 or 16 bytes, found 1"],
    ["0a02 2800", "[0].name: expected wire type 2, found 0"],
    ["0a0a 1a080102030405060708", "[0].trace_id: is missing"],
    ["0a06 42 04 12 02 0102", "[0].local_endpoint.ipv4: expected 4 bytes, found 2"],
  ])("in protobuf: %s", (bytes, message) => {
    const body = Buffer.from(bytes.replaceAll(" ", ""), "hex");
    expect(malformed({ signal: "traces", encoding: "zipkin-protobuf", body })).toContain(message);
  });

  test("a span that cannot be stored is rejected alone, at its place in the list", () => {
    const zeros = { ...SPAN, id: "0000000000000000" };
    const { outcomes } = encode([asJson([SPAN, zeros, SPAN])]);
    expect(outcomes).toMatchObject([{ kind: "encoded", records: 2, rejected: 1 }]);
    expect(outcomes[0]).toMatchObject({ reason: expect.stringContaining("resource_spans[1]") });
  });
});

test("addresses are written as RFC 5952 has it", () => {
  const format = (text: string): string => formatIpv6(ipv6Bytes(text));
  const same = ["2001:db8::1", "::", "::1", "1::", "1:0:2:3:4:5:6:7", "2001:db8::1:0:0:1"];
  expect(same.map(format)).toEqual(same);
});
