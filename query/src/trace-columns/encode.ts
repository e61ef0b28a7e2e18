import {
  ALIGNMENT,
  COLUMN_NAMES,
  type ColumnPlace,
  type ColumnType,
  MAGIC,
  PREAMBLE_BYTES,
  type TraceColumns,
  VERSION,
} from "./format.ts";

/** Whole and at once: 200 000 spans are 9 MB. */
export function encodeTraceColumns({ about, ...data }: TraceColumns): Uint8Array {
  const places: ColumnPlace[] = [];
  let size = 0;
  for (const name of COLUMN_NAMES) {
    const array = data[name];
    places.push({ name, type: typeOf(array), offset: size, length: array.length });
    size = aligned(size + array.byteLength);
  }
  const header = new TextEncoder().encode(JSON.stringify({ ...about, columns: places }));
  const columnsAt = aligned(PREAMBLE_BYTES + header.length);
  const bytes = new Uint8Array(columnsAt + size);
  const preamble = new DataView(bytes.buffer, 0, PREAMBLE_BYTES);
  [MAGIC, VERSION, header.length, columnsAt].forEach((number, i) =>
    preamble.setUint32(i * 4, number, true),
  );
  bytes.set(header, PREAMBLE_BYTES);
  for (const { name, offset } of places) {
    const { buffer, byteOffset, byteLength } = data[name];
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), columnsAt + offset);
  }
  return bytes;
}

function aligned(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
}

function typeOf(array: ArrayBufferView): ColumnType {
  if (array instanceof Float64Array) return "f64";
  if (array instanceof Int32Array) return "i32";
  if (array instanceof Uint32Array) return "u32";
  return array instanceof Uint16Array ? "u16" : "u8";
}

/** @returns the numbers in the narrowest column that holds the greatest; none is negative */
export function narrowest(numbers: Uint32Array): Uint8Array | Uint16Array | Uint32Array {
  let greatest = 0;
  for (const number of numbers) if (number > greatest) greatest = number;
  if (greatest < 2 ** 8) return Uint8Array.from(numbers);
  return greatest < 2 ** 16 ? Uint16Array.from(numbers) : numbers;
}
