import fc from "fast-check";
import { fieldsOf, isEnum, isMessage } from "../../otlp/messages.ts";
import type { Field, MessageName } from "../../otlp/messages.ts";

/** One field as it will stand on the wire. */
export type WireField = { readonly number: number } & (
  | { readonly wire: "varint"; readonly value: bigint; readonly padded: boolean }
  | { readonly wire: "fixed32"; readonly value: number }
  | { readonly wire: "fixed64"; readonly value: bigint }
  | { readonly wire: "bytes"; readonly value: Uint8Array; readonly padded: boolean }
  | { readonly wire: "message"; readonly fields: readonly WireField[] }
  | { readonly wire: "group"; readonly fields: readonly WireField[] }
);

/** The middle of the times that are generated. */
export const RECEIVED_AT = 1_763_659_900_000_000_000n;
const DAY = 86_400_000_000_000n;

const time = fc.oneof(
  { weight: 6, arbitrary: fc.bigInt({ min: RECEIVED_AT - 2n * DAY, max: RECEIVED_AT + DAY }) },
  { weight: 1, arbitrary: fc.constant(0n) },
  { weight: 1, arbitrary: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(0n, 1n, -1n), fc.constantFrom(-366n * DAY, 2n * DAY, 0n))
      .map(([nanos, days]) => RECEIVED_AT + days + nanos),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.bigInt({ min: 20_400n, max: 20_414n }), fc.constantFrom(0n, -1n, 1n))
      .map(([day, nanos]) => day * DAY + nanos),
  },
);

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("", "a", "service.name", "http.route", "é", "日本") },
  { weight: 4, arbitrary: fc.string({ maxLength: 30 }) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ minLength: 100, maxLength: 300 }) },
);

const utf8 = text.map((value) => Buffer.from(value.toWellFormed(), "utf8"));
const key = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom("service.name", "a", "b", "http.route", "") },
  { weight: 1, arbitrary: text },
);
const keyBytes = key.map((value) => Buffer.from(value.toWellFormed(), "utf8"));
const integer64 = fc.oneof(
  fc.bigInt({ min: -1000n, max: 1000n }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)),
);
const double = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, 1e21, 1e-7, 123456789012345680000, NaN, Infinity, -Infinity, 1 / 3),
);
const padded = fc.nat({ max: 9 }).map((n) => n === 0);

/** A field that no message of OTLP has: every scanner must pass over it. */
const unknown: fc.Arbitrary<WireField> = fc.oneof(
  fc.record({ number: number(), wire: fc.constant("varint" as const), value: integer64, padded }),
  fc.record({ number: number(), wire: fc.constant("fixed32" as const), value: fc.nat() }),
  fc.record({ number: number(), wire: fc.constant("fixed64" as const), value: time }),
  fc.record({ number: number(), wire: fc.constant("bytes" as const), value: utf8, padded }),
  fc.record({
    number: number(),
    wire: fc.constant("group" as const),
    fields: fc.array(
      fc.record({
        number: number(),
        wire: fc.constant("varint" as const),
        value: integer64,
        padded,
      }),
      { maxLength: 2 },
    ),
  }),
);

function number(): fc.Arbitrary<number> {
  return fc.constantFrom(100, 2000, 20_000, 2 ** 29 - 1);
}

/**
 * The fields of a message in any order, each any number of times: so messages come in pieces, scalars are repeated, a
 * resource comes after its records. Sizes shrink with depth.
 */
export function messageArbitrary(message: MessageName, depth = 0): fc.Arbitrary<WireField[]> {
  const fields = fieldsOf(message).filter((field) => depth < 9 || !isMessage(field.type));
  const needed = fields.filter((field) => field.type === "id" && field.name !== "parent_span_id");
  const all = fields.map((field) => fieldArbitrary(message, field, depth));
  const some = fc.array(
    fc.oneof(...all.map((arbitrary) => ({ weight: 6, arbitrary })), {
      weight: 1,
      arbitrary: unknown,
    }),
    { maxLength: message === "AnyValue" ? 2 : 8, size: "max" },
  );
  const ids = fc.tuple(
    ...needed.map((field) =>
      idBytes(field.name).map((value): WireField => bytesField(field, value)),
    ),
  );
  return fc.tuple(some, ids).chain(([chosen, required]) => {
    const list = [...required, ...chosen];
    return fc.shuffledSubarray(list, { minLength: list.length });
  });
}

function bytesField(field: Field, value: Uint8Array): WireField {
  return { number: field.number, wire: "bytes", value, padded: false };
}

function idBytes(name: string): fc.Arbitrary<Uint8Array> {
  const length = name === "trace_id" ? 16 : 8;
  return fc.oneof(
    { weight: 20, arbitrary: fc.uint8Array({ minLength: length, maxLength: length }) },
    { weight: 1, arbitrary: fc.constant(new Uint8Array(length)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }) },
  );
}

// oxlint-disable-next-line complexity -- one case per type of protobuf that OTLP uses
function fieldArbitrary(
  message: MessageName,
  field: Field,
  depth: number,
): fc.Arbitrary<WireField> {
  const { number: fieldNumber, type } = field;
  if (isMessage(type)) {
    return messageArbitrary(type, depth + 1).map((fields) => ({
      number: fieldNumber,
      wire: "message",
      fields,
    }));
  }
  if (isEnum(type)) return varint(fieldNumber, fc.bigInt({ min: 0n, max: 26n }));
  switch (type) {
    case "string":
      return bytes(fieldNumber, message === "KeyValue" ? keyBytes : utf8);
    case "bytes":
      return bytes(fieldNumber, fc.uint8Array({ maxLength: 20 }));
    case "id":
      return bytes(fieldNumber, idBytes(field.name));
    case "bool":
      return varint(fieldNumber, fc.bigInt({ min: 0n, max: 1n }));
    case "uint32":
      return varint(fieldNumber, fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }));
    case "sint32":
      return varint(fieldNumber, fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }));
    case "int64":
      return varint(fieldNumber, integer64);
    case "uint64":
      return repeatedVarint(fieldNumber);
    case "fixed32":
      return fc.record({
        number: fc.constant(fieldNumber),
        wire: fc.constant("fixed32" as const),
        value: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      });
    case "fixed64":
      return fixed64(field, field.name.includes("time") ? time : integer64);
    case "sfixed64":
      return fixed64(field, integer64);
    case "double":
      return fixed64(field, double.map(doubleBits));
  }
}

function varint(fieldNumber: number, value: fc.Arbitrary<bigint>): fc.Arbitrary<WireField> {
  return fc.record({
    number: fc.constant(fieldNumber),
    wire: fc.constant("varint" as const),
    value,
    padded,
  });
}

function bytes(fieldNumber: number, value: fc.Arbitrary<Uint8Array>): fc.Arbitrary<WireField> {
  return fc.record({
    number: fc.constant(fieldNumber),
    wire: fc.constant("bytes" as const),
    value,
    padded,
  });
}

/** Alone, or packed with others where the field is repeated. */
function fixed64(field: Field, value: fc.Arbitrary<bigint>): fc.Arbitrary<WireField> {
  const alone = value.map((one): WireField => ({
    number: field.number,
    wire: "fixed64",
    value: one,
  }));
  if (!field.repeated) return alone;
  const packed = fc.array(value, { maxLength: 5 }).map((items): WireField => {
    const view = new DataView(new ArrayBuffer(items.length * 8));
    items.forEach((item, index) => view.setBigUint64(index * 8, BigInt.asUintN(64, item), true));
    return bytesField(field, new Uint8Array(view.buffer));
  });
  return fc.oneof(alone, packed);
}

function repeatedVarint(fieldNumber: number): fc.Arbitrary<WireField> {
  const value = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  const packed = fc.array(value, { maxLength: 5 }).map((items): WireField => ({
    number: fieldNumber,
    wire: "bytes",
    value: Uint8Array.from(items.flatMap((item) => varintBytes(item, false))),
    padded: false,
  }));
  return fc.oneof(varint(fieldNumber, value), packed);
}

function doubleBits(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

/** The bytes of a message. */
export function wireBytes(fields: readonly WireField[]): Uint8Array {
  return Uint8Array.from(fields.flatMap(fieldBytes));
}

function fieldBytes(field: WireField): number[] {
  const tag = (type: number) => varintBytes(BigInt(field.number) * 8n + BigInt(type), false);
  switch (field.wire) {
    case "varint":
      return [...tag(0), ...varintBytes(BigInt.asUintN(64, field.value), field.padded)];
    case "fixed32":
      return [...tag(5), ...new Uint8Array(Uint32Array.of(field.value).buffer)];
    case "fixed64":
      return [
        ...tag(1),
        ...new Uint8Array(BigUint64Array.of(BigInt.asUintN(64, field.value)).buffer),
      ];
    case "bytes":
      return [...tag(2), ...varintBytes(BigInt(field.value.length), field.padded), ...field.value];
    case "message": {
      const content = field.fields.flatMap(fieldBytes);
      return [...tag(2), ...varintBytes(BigInt(content.length), false), ...content];
    }
    case "group":
      return [...tag(3), ...field.fields.flatMap(fieldBytes), ...tag(4)];
  }
}

/** A varint; padded, with two more bytes than it needs, as far as ten bytes allow. */
function varintBytes(value: bigint, isPadded: boolean): number[] {
  const out: number[] = [];
  let rest = value;
  while (rest > 127n) {
    out.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  out.push(Number(rest));
  if (isPadded && out.length < 4) {
    out[out.length - 1] = (out.at(-1) ?? 0) | 128;
    out.push(128, 0);
  }
  return out;
}
