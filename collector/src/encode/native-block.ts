/* oxlint-disable typescript/no-non-null-assertion -- offsets are inside memory by construction */
import assert from "node:assert/strict";
import type { Column } from "./columns/column.ts";
import type { BlockMemory } from "./memory/block-memory.ts";

/** A column with the name it has in the table. */
export interface NamedColumn {
  readonly name: string;
  readonly column: Column;
}

/** Writes into an array of exactly the right size. */
export class BlockWriter {
  readonly bytes: Uint8Array<ArrayBuffer>;
  position = 0;
  private readonly view: DataView;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  varint(value: number): void {
    while (value > 127) {
      this.bytes[this.position++] = (value & 127) | 128;
      value >>>= 7;
    }
    this.bytes[this.position++] = value;
  }

  /** A String of ASCII characters. */
  ascii(text: string): void {
    this.varint(text.length);
    for (let i = 0; i < text.length; i++) this.bytes[this.position++] = text.charCodeAt(i);
  }

  uint64(value: number): void {
    this.view.setUint32(this.position, value, true);
    this.view.setUint32(this.position + 4, Math.floor(value / 2 ** 32), true);
    this.position += 8;
  }

  /** Copies the bytes [start, end) of another array. */
  copy(source: Uint8Array, start: number, end: number): void {
    if (end <= start) return;
    this.bytes.set(source.subarray(start, end), this.position);
    this.position += end - start;
  }

  /** Copies the first count numbers of a list, as they lie in memory: little-endian. */
  numbers(source: Uint8Array | Uint32Array, count: number): void {
    const width = source.BYTES_PER_ELEMENT;
    this.copy(new Uint8Array(source.buffer, source.byteOffset, count * width), 0, count * width);
  }

  /** Writes an index of 1, 2 or 4 bytes. */
  index(value: number, width: number): void {
    if (width === 1) this.bytes[this.position] = value;
    else if (width === 2) this.view.setUint16(this.position, value, true);
    else this.view.setUint32(this.position, value, true);
    this.position += width;
  }

  /** Writes the indexes [start, end) of a list, narrowed to the width. */
  indexes(source: Uint32Array, range: { start: number; end: number }, width: number): void {
    const { bytes, view } = this;
    let { position } = this;
    if (width === 1) {
      for (let i = range.start; i < range.end; i++) bytes[position++] = source[i]!;
    } else if (width === 2) {
      for (let i = range.start; i < range.end; i++, position += 2) {
        view.setUint16(position, source[i]!, true);
      }
    } else {
      for (let i = range.start; i < range.end; i++, position += 4) {
        view.setUint32(position, source[i]!, true);
      }
    }
    this.position = position;
  }

  /** The last length bytes were written once; makes it `times` times, doubling what is copied at each step. */
  repeatLast(length: number, times: number): void {
    const start = this.position - length;
    const end = start + length * times;
    while (this.position < end) {
      const piece = Math.min(this.position - start, end - this.position);
      this.bytes.copyWithin(this.position, start, start + piece);
      this.position += piece;
    }
  }
}

/**
 * Writes one block in ClickHouse's Native format, as it is read from an INSERT body: number of columns, number of
 * rows, then each column with its name and type.
 */
export function writeNativeBlock(
  columns: readonly NamedColumn[],
  rows: number,
  memory: BlockMemory,
): Uint8Array<ArrayBuffer> {
  let sizeBytes = varintBytes(columns.length) + varintBytes(rows);
  for (const { name, column } of columns) {
    sizeBytes += asciiBytes(name) + asciiBytes(column.type);
    sizeBytes += column.prefixBytes + column.dataBytes();
  }
  const out = new BlockWriter(memory.take(sizeBytes));
  out.varint(columns.length);
  out.varint(rows);
  for (const { name, column } of columns) {
    out.ascii(name);
    out.ascii(column.type);
    column.writePrefix(out);
    column.writeData(out);
  }
  // Memory is not cleared: a byte that no column wrote would be another block's.
  assert.equal(out.position, sizeBytes, "a column does not know its size");
  return out.bytes;
}

function asciiBytes(text: string): number {
  return varintBytes(text.length) + text.length;
}

/** @param value a length, below 2^31 */
function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest > 127; rest >>>= 7) bytes++;
  return bytes;
}
