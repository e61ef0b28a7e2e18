import assert from "node:assert/strict";

/** A value of a row as the reader gives it: 64-bit integers as bigint, maps as pairs in stored order. */
export type NativeValue =
  | string
  | number
  | bigint
  | boolean
  | readonly NativeValue[]
  | readonly (readonly [string, string])[];

export interface NativeBlock {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly Readonly<Record<string, NativeValue>>[];
}

/**
 * Reads blocks of ClickHouse's Native format, for tests: slow, strict, and written from the format's side so that it
 * shares nothing with the writer. Texts must be valid UTF-8.
 */
export function readNativeBlocks(bytes: Uint8Array): readonly NativeBlock[] {
  const reader = new NativeReader(bytes);
  const blocks: NativeBlock[] = [];
  while (!reader.atEnd) blocks.push(reader.block());
  return blocks;
}

class NativeReader {
  private readonly view: DataView;
  private readonly bytes: Uint8Array;
  private position = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get atEnd(): boolean {
    return this.position === this.bytes.length;
  }

  block(): NativeBlock {
    const columnCount = this.varint();
    const rowCount = this.varint();
    const columns: { name: string; type: string }[] = [];
    const rows: Record<string, NativeValue>[] = Array.from({ length: rowCount }, () => ({}));
    for (let i = 0; i < columnCount; i++) {
      const name = this.string();
      const type = this.string();
      columns.push({ name, type });
      this.prefix(type);
      this.column(type, rowCount).forEach((value, row) => {
        const target = rows[row];
        if (target !== undefined) target[name] = value;
      });
    }
    return { columns, rows };
  }

  private prefix(type: string): void {
    if (!type.includes("LowCardinality")) return;
    assert.equal(this.uint64(), 1n, "version of LowCardinality");
  }

  private column(type: string, rows: number): readonly NativeValue[] {
    const array = /^Array\((.*)\)$/.exec(type)?.[1];
    if (array !== undefined) return this.nested(rows, (total) => this.column(array, total));
    switch (type) {
      case "Map(LowCardinality(String), String)":
        return this.nested(rows, (total) => {
          const keys = this.column("LowCardinality(String)", total);
          const values = this.column("String", total);
          return keys.map((key, index): NativeValue => [key, values[index] ?? ""]);
        });
      case "LowCardinality(String)":
        return this.lowCardinality(rows);
      case "String":
        return this.times(rows, () => this.string());
      case "Bool":
        return this.times(rows, () => this.uint8() === 1);
      case "UInt8":
        return this.times(rows, () => this.uint8());
      case "UInt32":
        return this.times(rows, () => this.fixed(4, (at) => this.view.getUint32(at, true)));
      case "Int32":
        return this.times(rows, () => this.fixed(4, (at) => this.view.getInt32(at, true)));
      case "UInt64":
        return this.times(rows, () => this.uint64());
      case "DateTime64(9)":
        return this.times(rows, () => this.fixed(8, (at) => this.view.getBigInt64(at, true)));
      case "Float64":
        return this.times(rows, () => this.fixed(8, (at) => this.view.getFloat64(at, true)));
      default:
        throw new Error(`type ${type}`);
    }
  }

  private nested(
    rows: number,
    readItems: (total: number) => readonly NativeValue[],
  ): readonly NativeValue[] {
    const ends = this.times(rows, () => Number(this.uint64()));
    const items = readItems(ends.at(-1) ?? 0);
    return ends.map((end, row) => items.slice(row === 0 ? 0 : ends[row - 1], end));
  }

  private lowCardinality(rows: number): readonly string[] {
    if (rows === 0) return [];
    const flags = Number(this.uint64());
    assert.equal(flags & ~0xff, 0x600, "has additional keys, updates the dictionary");
    const keys = this.times(Number(this.uint64()), () => this.string());
    assert.equal(new Set(keys).size, keys.length, "keys are distinct");
    assert.equal(Number(this.uint64()), rows, "indexes");
    const width = 2 ** (flags & 0xff);
    return this.times(rows, () => {
      const index = this.fixed(width, (at) =>
        width === 1
          ? this.view.getUint8(at)
          : width === 2
            ? this.view.getUint16(at, true)
            : this.view.getUint32(at, true),
      );
      const key = keys[index];
      assert(key !== undefined, `index ${index} of ${keys.length} keys`);
      return key;
    });
  }

  private times<T>(count: number, read: () => T): readonly T[] {
    return Array.from({ length: count }, read);
  }

  private fixed<T>(bytes: number, read: (at: number) => T): T {
    const value = read(this.position);
    this.position += bytes;
    return value;
  }

  private uint8(): number {
    return this.fixed(1, (at) => this.view.getUint8(at));
  }

  private uint64(): bigint {
    return this.fixed(8, (at) => this.view.getBigUint64(at, true));
  }

  private varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.uint8();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  private string(): string {
    const length = this.varint();
    const start = this.position;
    this.position += length;
    assert(this.position <= this.bytes.length, "a text ends inside the block");
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      this.bytes.subarray(start, this.position),
    );
  }
}
