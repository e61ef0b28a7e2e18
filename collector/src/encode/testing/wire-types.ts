import { type Field, fieldsOf, isEnum, isMessage, type MessageName } from "../../otlp/messages.ts";

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

const SCALARS = {
  string: LENGTH,
  bytes: LENGTH,
  id: LENGTH,
  bool: VARINT,
  uint32: VARINT,
  int64: VARINT,
  uint64: VARINT,
  sint32: VARINT,
  fixed32: FIXED32,
  fixed64: FIXED64,
  sfixed64: FIXED64,
  double: FIXED64,
} as const;

/**
 * Whether every known field of the message has the wire type of its type. One that has not is unknown, by the specification; the library
 * that we are compared with reads it all the same. Groups count as wrong: they are never known.
 */
export function hasOnlyRightWireTypes(message: MessageName, bytes: Uint8Array): boolean {
  try {
    return isRight(message, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function isRight(message: MessageName, view: DataView): boolean {
  let p = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = view.getUint8(p++);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asUintN(64, value);
    }
  };
  while (p < view.byteLength) {
    const tag = varint();
    const wire = Number(tag & 7n);
    const field = fieldsOf(message).find(({ number }) => BigInt(number) === tag >> 3n);
    if (field !== undefined && !wireTypesOf(field).includes(wire)) return false;
    if (wire === VARINT) varint();
    else if (wire === FIXED64) p += 8;
    else if (wire === FIXED32) p += 4;
    else if (wire === LENGTH) {
      const length = Number(varint());
      const inner = new DataView(view.buffer, view.byteOffset + p, length);
      p += length;
      if (field !== undefined && isMessage(field.type) && !isRight(field.type, inner)) return false;
    } else return false;
    if (p > view.byteLength) return false;
  }
  return true;
}

function wireTypesOf({ type, repeated }: Field): readonly number[] {
  if (isMessage(type)) return [LENGTH];
  const own = isEnum(type) ? VARINT : SCALARS[type];
  return repeated ? [own, LENGTH] : [own];
}
