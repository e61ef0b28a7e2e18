/**
 * The first rows of a ClickHouse Native block as text, for a person who looks into the quarantine. The block may be
 * there because it is damaged: whatever cannot be read ends the preview and is said, never thrown.
 */

export interface BlockPreview {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** At most `rowsMax`; each holds the columns that could be read and are not empty, as text. */
  readonly rows: readonly ReadonlyMap<string, string>[];
  /** Empty, or what could not be read. */
  readonly problem: string;
}

/** Longer texts are cut. */
const TEXT_MAX = 400;
/** A damaged count must not ask for memory. */
const ITEMS_MAX = 5_000_000;

/** @param bytes begin with a block; more may follow */
export function previewBlocks(bytes: Buffer, rowsMax: number): BlockPreview {
  const reader = new PreviewReader(bytes);
  const columns: { name: string; type: string }[] = [];
  const rows: Map<string, string>[] = [];
  try {
    const columnCount = reader.varint();
    const rowCount = reader.varint();
    rows.push(...Array.from({ length: Math.min(rowCount, rowsMax) }, () => new Map()));
    for (let index = 0; index < columnCount; index++) {
      const name = reader.text();
      const type = reader.text();
      columns.push({ name, type });
      const values = reader.column(type, rowCount);
      for (const [row, target] of rows.entries()) {
        const text = show(values[row]);
        if (text !== "") target.set(name, text);
      }
    }
    return { columns, rows, problem: "" };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const where = columns.at(-1);
    const place = where === undefined ? "" : `column ${where.name} (${where.type}): `;
    return { columns, rows, problem: `${place}${reason}` };
  }
}

type Value = string | readonly Value[];

function show(value: Value | undefined): string {
  if (value === undefined) return "";
  const text = typeof value === "string" ? value : value.map(show).join(", ");
  const cut = text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text;
  // Control characters of a stranger's text must not reach a terminal.
  // oxlint-disable-next-line no-control-regex -- these are the ones that are meant
  return cut.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, (character) =>
    JSON.stringify(character).slice(1, -1),
  );
}

class PreviewReader {
  readonly #bytes: Buffer;
  #position = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  column(type: string, rows: number): readonly Value[] {
    if (rows > ITEMS_MAX) throw new Error(`${rows} values`);
    // The version of the dictionaries, once for the column.
    if (type.includes("LowCardinality") && rows > 0) this.#take(8);
    return this.#values(type, rows);
  }

  #values(type: string, count: number): readonly Value[] {
    const array = /^Array\((.*)\)$/.exec(type)?.[1];
    if (array !== undefined) return this.#lists(count, (total) => this.#values(array, total));
    const map = /^Map\(([^,]+(?:\([^)]*\))?), (.*)\)$/.exec(type);
    if (map?.[1] !== undefined && map[2] !== undefined) return this.#maps(map[1], map[2], count);
    const dictionary = /^LowCardinality\((.*)\)$/.exec(type)?.[1];
    if (dictionary !== undefined) return this.#lowCardinality(dictionary, count);
    const read = this.#scalar(type);
    return this.#times(count, read);
  }

  #scalar(type: string): () => string {
    switch (type) {
      case "String":
        return () => this.text();
      case "Bool":
        return () => (this.#take(1)[0] === 0 ? "false" : "true");
      case "UInt8":
        return () => String(this.#take(1).readUInt8());
      case "UInt32":
        return () => String(this.#take(4).readUInt32LE());
      case "Int32":
        return () => String(this.#take(4).readInt32LE());
      case "UInt64":
        return () => String(this.#take(8).readBigUInt64LE());
      case "Float64":
        return () => String(this.#take(8).readDoubleLE());
      case "DateTime64(9)":
        return () => formatNanos(this.#take(8).readBigInt64LE());
      default:
        throw new Error("a type that the collector never writes");
    }
  }

  #maps(keyType: string, valueType: string, count: number): readonly Value[] {
    return this.#lists(count, (total) => {
      const keys = this.#values(keyType, total);
      const values = this.#values(valueType, total);
      return keys.map((key, index) => `${show(key)}=${show(values[index])}`);
    });
  }

  #lists(count: number, read: (total: number) => readonly Value[]): readonly Value[] {
    const ends = this.#times(count, () => Number(this.#take(8).readBigUInt64LE()));
    const total = ends.at(-1) ?? 0;
    if (total > ITEMS_MAX) throw new Error(`${total} values`);
    const items = read(total);
    return ends.map((end, row) => items.slice(row === 0 ? 0 : ends[row - 1], end));
  }

  #lowCardinality(type: string, count: number): readonly Value[] {
    if (count === 0) return [];
    const width = 2 ** Number(this.#take(8).readBigUInt64LE() & 0xffn);
    const keys = this.#values(type, Number(this.#take(8).readBigUInt64LE()));
    this.#take(8);
    return this.#times(count, () => keys[this.#take(width).readUIntLE(0, width)] ?? "");
  }

  #times<T>(count: number, read: () => T): readonly T[] {
    if (count > ITEMS_MAX) throw new Error(`${count} values`);
    return Array.from({ length: count }, read);
  }

  #take(count: number): Buffer {
    const end = this.#position + count;
    if (end > this.#bytes.length) throw new Error(`the block ends at byte ${this.#bytes.length}`);
    const taken = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    return taken;
  }

  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 10; shift++) {
      const byte = this.#take(1).readUInt8();
      value += (byte & 127) * 128 ** shift;
      if (byte < 128) return value;
    }
    throw new Error("a number that does not end");
  }

  text(): string {
    return this.#take(this.varint()).toString("utf8");
  }
}

function formatNanos(nanos: bigint): string {
  const milliseconds = Number(nanos / 1_000_000n);
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? String(nanos) : date.toISOString();
}
