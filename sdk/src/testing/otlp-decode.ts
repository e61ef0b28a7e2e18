/** Just enough protobuf to read what an OTLP exporter sends, independent of the library that wrote it. */

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  /** Nanoseconds, as near as a number holds them: good for an order. */
  readonly start: number;
  readonly name: string;
  readonly kind: number;
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly attributes: Attributes;
  readonly eventNames: readonly string[];
  readonly resource: Attributes;
}

export interface ReceivedLog {
  readonly traceId: string;
  readonly spanId: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: unknown;
  readonly attributes: Attributes;
  readonly scope: string;
  readonly resource: Attributes;
}

type Attributes = Readonly<Record<string, unknown>>;

export function decodeTraceRequest(bytes: Uint8Array): readonly ReceivedSpan[] {
  return read(bytes)
    .messages(1)
    .flatMap((resourceSpans) => {
      const resource = attributesOf(resourceSpans.message(1), 1);
      return resourceSpans.messages(2).flatMap((scopeSpans) =>
        scopeSpans.messages(2).map((span) => ({
          traceId: span.hex(1),
          spanId: span.hex(2),
          parentSpanId: span.hex(4),
          start: span.number(7),
          name: span.text(5),
          kind: span.number(6),
          statusCode: span.message(15).number(3),
          statusMessage: span.message(15).text(2),
          attributes: attributesOf(span, 9),
          eventNames: span.messages(11).map((event) => event.text(2)),
          resource,
        })),
      );
    });
}

export function decodeLogsRequest(bytes: Uint8Array): readonly ReceivedLog[] {
  return read(bytes)
    .messages(1)
    .flatMap((resourceLogs) => {
      const resource = attributesOf(resourceLogs.message(1), 1);
      return resourceLogs.messages(2).flatMap((scopeLogs) =>
        scopeLogs.messages(2).map((record) => ({
          traceId: record.hex(9),
          spanId: record.hex(10),
          severityNumber: record.number(2),
          severityText: record.text(3),
          body: anyValue(record.message(5)),
          attributes: attributesOf(record, 6),
          scope: scopeLogs.message(1).text(1),
          resource,
        })),
      );
    });
}

function attributesOf(message: Message, field: number): Attributes {
  return Object.fromEntries(
    message.messages(field).map((pair) => [pair.text(1), anyValue(pair.message(2))]),
  );
}

function anyValue(value: Message): unknown {
  if (value.has(1)) return value.text(1);
  if (value.has(2)) return value.number(2) === 1;
  if (value.has(3)) return value.number(3);
  if (value.has(4)) return value.double(4);
  if (value.has(5)) return value.message(5).messages(1).map(anyValue);
  if (value.has(6)) return attributesOf(value.message(6), 1);
  if (value.has(7)) return value.hex(7);
  return undefined;
}

type Field = bigint | Uint8Array;

class Message {
  readonly #fields: ReadonlyMap<number, readonly Field[]>;

  constructor(fields: ReadonlyMap<number, readonly Field[]>) {
    this.#fields = fields;
  }

  has(field: number): boolean {
    return this.#fields.has(field);
  }

  number(field: number): number {
    const value = this.#fields.get(field)?.at(-1);
    return typeof value === "bigint" ? Number(BigInt.asIntN(64, value)) : 0;
  }

  double(field: number): number {
    const value = this.#fields.get(field)?.at(-1);
    if (typeof value !== "bigint") return Number.NaN;
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, value);
    return view.getFloat64(0);
  }

  bytes(field: number): Uint8Array {
    const value = this.#fields.get(field)?.at(-1);
    return value instanceof Uint8Array ? value : new Uint8Array();
  }

  hex(field: number): string {
    return Buffer.from(this.bytes(field)).toString("hex");
  }

  text(field: number): string {
    return Buffer.from(this.bytes(field)).toString("utf8");
  }

  message(field: number): Message {
    return read(this.bytes(field));
  }

  messages(field: number): readonly Message[] {
    return (this.#fields.get(field) ?? []).flatMap((value) =>
      value instanceof Uint8Array ? [read(value)] : [],
    );
  }
}

function read(bytes: Uint8Array): Message {
  const fields = new Map<number, Field[]>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  const varint = (): bigint => {
    let result = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = view.getUint8(offset++);
      result |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return result;
    }
  };
  const value = (wireType: number): Field => {
    switch (wireType) {
      case 0:
        return varint();
      case 1:
        offset += 8;
        return view.getBigUint64(offset - 8, true);
      case 2: {
        const length = Number(varint());
        offset += length;
        return bytes.subarray(offset - length, offset);
      }
      case 5:
        offset += 4;
        return BigInt(view.getUint32(offset - 4, true));
      default:
        throw new Error(`wire type ${wireType}`);
    }
  };
  while (offset < bytes.byteLength) {
    const tag = Number(varint());
    const field = tag >>> 3;
    fields.set(field, [...(fields.get(field) ?? []), value(tag & 7)]);
  }
  return new Message(fields);
}
