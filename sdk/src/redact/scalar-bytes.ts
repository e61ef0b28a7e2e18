import type { AnyValue } from "@opentelemetry/api";

/** Field numbers of OTLP's AnyValue, with the wire type of each. */
const BOOL = 0x10;
const INT = 0x18;
const DOUBLE = 0x21;

/**
 * A number or a boolean as the bytes of OTLP's AnyValue, which is what the collector hashes where a value is no text.
 * @returns undefined for all other values
 */
export function scalarBytes(value: AnyValue): Uint8Array | undefined {
  if (typeof value === "boolean") return Uint8Array.of(BOOL, value ? 1 : 0);
  if (typeof value !== "number") return undefined;
  if (Number.isInteger(value)) return Uint8Array.of(INT, ...varint(value));
  const bytes = new DataView(new ArrayBuffer(9));
  bytes.setUint8(0, DOUBLE);
  bytes.setFloat64(1, value, true);
  return new Uint8Array(bytes.buffer);
}

/** Negative numbers take ten bytes, as protobuf's int64 does. */
function varint(value: number): readonly number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}
