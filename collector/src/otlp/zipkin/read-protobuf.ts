/** Zipkin's protobuf, `zipkin.proto3.ListOfSpans`. Fields nobody knows are passed over, as protobuf has it. */
import { MalformedInput } from "../wire/malformed.ts";
import type { Memory } from "../wire/memory.ts";
import { WireReader } from "../wire/reader.ts";
import { formatIpv4, formatIpv6 } from "./ip-text.ts";
import {
  emptyEndpoint,
  emptySpan,
  MICROS_MAX,
  ZIPKIN_KINDS,
  type ZipkinAnnotation,
  type ZipkinEndpoint,
  type ZipkinSpan,
} from "./zipkin-span.ts";

/** The reader may look so far past the end. */
const READ_AHEAD_BYTES = 16;
const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;

/**
 * Calls `take` with each span, in the order of the list.
 * @returns undefined when the whole message was read, else what is wrong with which field, and where
 */
export function readZipkinProtobuf(
  message: Uint8Array,
  take: (span: ZipkinSpan) => void,
): string | undefined {
  const reader = new SpanListReader(message);
  try {
    reader.list(take);
    return undefined;
  } catch (error) {
    if (!(error instanceof MalformedInput)) throw error;
    return `${reader.path || "request"}: ${error.why} (at byte ${error.offset} of ${message.length})`;
  }
}

/** One field of a message: where its value lies, or what it is. */
interface Field {
  readonly number: number;
  readonly wireType: number;
  /** Of a length-delimited field; of others both are the field's end. */
  readonly start: number;
  readonly end: number;
  readonly value: bigint;
}

class SpanListReader {
  /** Of the field being read: `[3].local_endpoint.port`. */
  path = "";
  private readonly reader: WireReader;
  private readonly bytes: Uint8Array<ArrayBuffer>;
  private readonly end: number;

  constructor(message: Uint8Array) {
    this.bytes = new Uint8Array(message.length + READ_AHEAD_BYTES);
    this.bytes.set(message);
    this.end = message.length;
    this.reader = new WireReader(readOnlyMemory(this.bytes));
  }

  list(take: (span: ZipkinSpan) => void): void {
    let index = 0;
    this.message(0, this.end, (field) => {
      if (field.number !== 1) return;
      this.path = `[${index++}]`;
      const { path } = this;
      this.expect(field, LENGTH);
      take(this.span(field, path));
      this.path = "";
    });
  }

  private span(scope: Field, path: string): ZipkinSpan {
    const span = emptySpan();
    this.message(scope.start, scope.end, (field) => {
      const name = SPAN_FIELDS[field.number];
      if (name === undefined) return;
      this.path = `${path}.${name}`;
      this.spanField(span, name, field);
      this.path = path;
    });
    if (span.traceId.length === 0) this.missing(path, "trace_id", scope.end);
    if (span.id.length === 0) this.missing(path, "id", scope.end);
    return span;
  }

  // oxlint-disable-next-line complexity -- one case per field of a span
  private spanField(span: ZipkinSpan, name: SpanField, field: Field): void {
    switch (name) {
      case "trace_id":
        span.traceId = this.id(field, 16);
        return;
      case "parent_id":
        span.parentId = this.id(field, 8);
        return;
      case "id":
        span.id = this.id(field, 8);
        return;
      case "kind":
        // An enum's value that is not known is as good as none.
        span.kind = ZIPKIN_KINDS[Number(this.varint(field)) - 1];
        return;
      case "name":
        span.name = this.text(field);
        return;
      case "timestamp":
        span.timestampMicros = this.micros(field, FIXED64);
        return;
      case "duration":
        span.durationMicros = this.micros(field, VARINT);
        return;
      case "local_endpoint":
        span.local = this.endpoint(field, span.local);
        return;
      case "remote_endpoint":
        span.remote = this.endpoint(field, span.remote);
        return;
      case "annotations":
        span.annotations.push(this.annotation(field));
        return;
      case "tags":
        this.tag(field, span.tags);
        return;
      case "debug":
        span.debug = this.varint(field) !== 0n;
        return;
      case "shared":
        span.shared = this.varint(field) !== 0n;
    }
  }

  /** @param before a message given twice is merged */
  private endpoint(scope: Field, before: ZipkinEndpoint | undefined): ZipkinEndpoint {
    const endpoint = before ?? emptyEndpoint();
    const { path } = this;
    this.expect(scope, LENGTH);
    this.message(scope.start, scope.end, (field) => {
      this.path = `${path}.${["", "service_name", "ipv4", "ipv6", "port"][field.number] ?? field.number}`;
      if (field.number === 1) endpoint.serviceName = this.text(field);
      else if (field.number === 2) endpoint.ipv4 = formatIpv4(this.ipv4(field));
      else if (field.number === 3) endpoint.ipv6 = formatIpv6(this.address(field, 16));
      else if (field.number === 4) endpoint.port = this.port(field);
      this.path = path;
    });
    return endpoint;
  }

  private annotation(scope: Field): ZipkinAnnotation {
    let timestampMicros = 0n;
    let value = "";
    const { path } = this;
    this.expect(scope, LENGTH);
    this.message(scope.start, scope.end, (field) => {
      this.path = `${path}.${["", "timestamp", "value"][field.number] ?? field.number}`;
      if (field.number === 1) timestampMicros = this.micros(field, FIXED64);
      else if (field.number === 2) value = this.text(field);
      this.path = path;
    });
    return { timestampMicros, value };
  }

  private tag(scope: Field, tags: Map<string, string>): void {
    let key = "";
    let value = "";
    this.expect(scope, LENGTH);
    this.message(scope.start, scope.end, (field) => {
      if (field.number === 1) key = this.text(field);
      else if (field.number === 2) value = this.text(field);
    });
    tags.set(key, value);
  }

  private message(start: number, end: number, take: (field: Field) => void): void {
    let p = start;
    while (p < end) {
      const field = this.field(p, end);
      take(field);
      p = field.end;
    }
    if (p !== end) this.reader.failTruncated(end);
  }

  private field(p: number, end: number): Field {
    const { reader, bytes } = this;
    let tag = bytes[p++] ?? 0;
    if (tag > 127) {
      tag = reader.tagRest(p, tag);
      p = reader.position;
    }
    const [number, wireType] = [tag >>> 3, tag & 7];
    if (wireType === LENGTH) {
      const start = reader.payload(p, end);
      return { number, wireType, start, end: reader.position, value: 0n };
    }
    const after = reader.skip(tag, p, end);
    let value = 0n;
    if (wireType === VARINT) {
      reader.varint64(p);
      value = (BigInt(reader.high >>> 0) << 32n) | BigInt(reader.low >>> 0);
    } else if (wireType === FIXED64) {
      value = reader.memory.view.getBigUint64(p, true);
    }
    return { number, wireType, start: after, end: after, value };
  }

  private id(field: Field, length: 8 | 16): Uint8Array {
    this.expect(field, LENGTH);
    const given = field.end - field.start;
    // A parent that is not there may also be empty.
    if (given === 0) return new Uint8Array(0);
    if (given !== length && !(length === 16 && given === 8)) {
      const expected = length === 16 ? "8 or 16 bytes" : "8 bytes";
      this.reader.fail(field.start, `expected ${expected}, found ${given}`);
    }
    const id = new Uint8Array(length);
    id.set(this.bytes.subarray(field.start, field.end), length - given);
    return id;
  }

  /** Some senders, zipkin-go among them, write all sixteen bytes of its IPv6 form. */
  private ipv4(field: Field): Uint8Array {
    if (field.end - field.start !== 16) return this.address(field, 4);
    const bytes = this.address(field, 16);
    const isMapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 255;
    return isMapped && bytes[11] === 255 ? bytes.subarray(12) : this.address(field, 4);
  }

  private address(field: Field, length: number): Uint8Array {
    this.expect(field, LENGTH);
    const given = field.end - field.start;
    if (given !== length && given !== 0) {
      this.reader.fail(field.start, `expected ${length} bytes, found ${given}`);
    }
    return this.bytes.subarray(field.start, field.end);
  }

  private port(field: Field): number {
    const port = this.varint(field);
    if (port > 65_535n)
      this.reader.fail(field.end, `expected an integer from 0 to 65535, found ${port}`);
    return Number(port);
  }

  private micros(field: Field, wireType: number): bigint {
    this.expect(field, wireType);
    if (field.value > MICROS_MAX) {
      this.reader.fail(
        field.end,
        `expected an integer from 0 to ${MICROS_MAX}, found ${field.value}`,
      );
    }
    return field.value;
  }

  private varint(field: Field): bigint {
    this.expect(field, VARINT);
    return field.value;
  }

  private text(field: Field): string {
    this.expect(field, LENGTH);
    const { start, end } = field;
    return Buffer.from(this.bytes.buffer, start, end - start).toString("utf8");
  }

  private expect(field: Field, wireType: number): void {
    if (field.wireType === wireType) return;
    this.reader.fail(field.start, `expected wire type ${wireType}, found ${field.wireType}`);
  }

  private missing(path: string, name: string, offset: number): never {
    this.path = `${path}.${name}`;
    return this.reader.fail(offset, "is missing; every span has one");
  }
}

/** By number, as in `zipkin.proto`. */
const SPAN_FIELDS = [
  undefined,
  "trace_id",
  "parent_id",
  "id",
  "kind",
  "name",
  "timestamp",
  "duration",
  "local_endpoint",
  "remote_endpoint",
  "annotations",
  "tags",
  "debug",
  "shared",
] as const;
type SpanField = NonNullable<(typeof SPAN_FIELDS)[number]>;

function readOnlyMemory(bytes: Uint8Array<ArrayBuffer>): Memory {
  const refuse = () => {
    throw new RangeError("nothing is allocated while a field is located");
  };
  return {
    bytes,
    view: new DataView(bytes.buffer),
    words: new Int32Array(0),
    allocate: refuse,
    allocateWhileRead: refuse,
  };
}
