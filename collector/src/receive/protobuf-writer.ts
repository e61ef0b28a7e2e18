/**
 * Just enough protobuf to answer: the few small messages a receiver sends. Each function returns one field
 * with its tag; a message is the concatenation of its fields. proto3 leaves out zero and empty values.
 */

const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** @param value a whole number >= 0, below 2^53 */
export function varintField(field: number, value: number): Buffer {
  if (value === 0) return Buffer.alloc(0);
  return Buffer.concat([varint(field * 8 + VARINT), varint(value)]);
}

export function stringField(field: number, value: string): Buffer {
  return value === "" ? Buffer.alloc(0) : bytesField(field, Buffer.from(value, "utf8"));
}

/** Written even when empty: an empty message that is present differs from one that is not. */
export function bytesField(field: number, value: Uint8Array): Buffer {
  return Buffer.concat([varint(field * 8 + LENGTH_DELIMITED), varint(value.length), value]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}
