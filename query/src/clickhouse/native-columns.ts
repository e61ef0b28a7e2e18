/**
 * Reads what ClickHouse gives as FORMAT Native over HTTP: columns, not rows, so that a hundred thousand spans cost no
 * objects. Only the types that our statements ask for; LowCardinality keeps its dictionary.
 *
 *   block   columns (varint)  rows (varint)  column*
 *   column  name  type  data                  each text: length (varint), UTF-8
 *   LowCardinality(String): u64 1, u64 flags (low byte: width of the numbers), u64 keys, keys, u64 rows, numbers
 */

/** Texts as they came: `lengths[row]` bytes from `starts[row]`, UTF-8 or whatever a statement puts into a String. */
export interface TextColumn {
  readonly kind: "texts";
  readonly bytes: Buffer;
  readonly starts: Uint32Array;
  readonly lengths: Uint32Array;
}

/** One column over all blocks. */
export type NativeColumn =
  | TextColumn
  /** 64-bit, signed or not. */
  | { readonly kind: "longs"; readonly longs: BigInt64Array }
  | { readonly kind: "numbers"; readonly numbers: Uint32Array }
  /** `codes` are indexes of `words`. */
  | {
      readonly kind: "words";
      readonly words: readonly string[];
      readonly codes: Uint32Array;
    };

export interface NativeTable {
  readonly rowCount: number;
  readonly columns: ReadonlyMap<string, NativeColumn>;
}

/** @throws RangeError when the bytes end too early, TypeError for a type that is not known here */
export function decodeNative(bytes: Buffer): NativeTable {
  const reader = new Reader(bytes);
  const builders = new Map<string, Builder>();
  let rowCount = 0;
  while (!reader.ended()) {
    const columns = reader.varint();
    const rows = reader.varint();
    for (let i = 0; i < columns; i++) {
      const name = reader.text();
      const type = reader.text();
      let builder = builders.get(name);
      if (builder === undefined) {
        builder = builderOf(type, bytes);
        builders.set(name, builder);
      }
      if (rows > 0) builder.add(reader, rows);
    }
    rowCount += rows;
  }
  return {
    rowCount,
    columns: new Map([...builders].map(([name, builder]) => [name, builder.finish()])),
  };
}

interface Builder {
  add(reader: Reader, rows: number): void;
  finish(): NativeColumn;
}

function builderOf(type: string, bytes: Buffer): Builder {
  switch (type) {
    case "String":
      return new Texts(bytes);
    case "LowCardinality(String)":
      return new Words();
    case "Int64":
    case "UInt64":
      return new Longs();
    case "UInt8":
    case "UInt32":
      return new Numbers(type === "UInt8" ? 1 : 4);
    default:
      throw new TypeError(`no decoder for the ClickHouse type ${type}`);
  }
}

class Texts implements Builder {
  readonly #bytes: Buffer;
  readonly #starts: Uint32Array[] = [];
  readonly #lengths: Uint32Array[] = [];

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  add(reader: Reader, rows: number): void {
    const starts = new Uint32Array(rows);
    const lengths = new Uint32Array(rows);
    for (let i = 0; i < rows; i++) {
      const length = reader.varint();
      lengths[i] = length;
      starts[i] = reader.skip(length);
    }
    this.#starts.push(starts);
    this.#lengths.push(lengths);
  }

  finish(): NativeColumn {
    return {
      kind: "texts",
      bytes: this.#bytes,
      starts: joined(this.#starts),
      lengths: joined(this.#lengths),
    };
  }
}

class Longs implements Builder {
  readonly #parts: BigInt64Array[] = [];

  add(reader: Reader, rows: number): void {
    this.#parts.push(new BigInt64Array(reader.copy(rows * 8)));
  }

  finish(): NativeColumn {
    const longs = new BigInt64Array(total(this.#parts));
    let at = 0;
    for (const part of this.#parts) {
      longs.set(part, at);
      at += part.length;
    }
    return { kind: "longs", longs };
  }
}

class Numbers implements Builder {
  readonly #width: 1 | 4;
  readonly #parts: (Uint8Array | Uint32Array)[] = [];

  constructor(width: 1 | 4) {
    this.#width = width;
  }

  add(reader: Reader, rows: number): void {
    const bytes = reader.copy(rows * this.#width);
    this.#parts.push(this.#width === 1 ? new Uint8Array(bytes) : new Uint32Array(bytes));
  }

  finish(): NativeColumn {
    return { kind: "numbers", numbers: joined(this.#parts) };
  }
}

class Words implements Builder {
  readonly #codeOf = new Map<string, number>();
  readonly #parts: Uint32Array[] = [];

  add(reader: Reader, rows: number): void {
    reader.skip(8);
    const width = reader.u64() & 0xff;
    const codes = Array.from({ length: reader.u64() }, () => this.#code(reader.text()));
    // A block of rows may come in several pieces, but never in one: rows are told again.
    const pieceRows = reader.u64();
    if (pieceRows !== rows) throw new RangeError(`${pieceRows} numbers for ${rows} rows`);
    const numbers = reader.numbers(rows, width);
    this.#parts.push(numbers.map((number) => codes[number] ?? 0));
  }

  finish(): NativeColumn {
    return { kind: "words", words: [...this.#codeOf.keys()], codes: joined(this.#parts) };
  }

  #code(word: string): number {
    const known = this.#codeOf.get(word);
    if (known !== undefined) return known;
    this.#codeOf.set(word, this.#codeOf.size);
    return this.#codeOf.size - 1;
  }
}

function joined(parts: readonly (Uint8Array | Uint32Array)[]): Uint32Array {
  const whole = new Uint32Array(total(parts));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function total(parts: readonly { readonly length: number }[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/** Longer texts are decoded as UTF-8 at once; short ones are ids and names, mostly ASCII. */
const SHORT_BYTES = 64;

export function textAt(bytes: Buffer, start: number, length: number): string {
  const end = start + length;
  const isPlain = length <= SHORT_BYTES && isAscii(bytes, start, end);
  return bytes.toString(isPlain ? "latin1" : "utf8", start, end);
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  ended(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 49; shift += 7) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new RangeError("the answer ends inside a number");
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError("a number has too many bytes");
  }

  text(): string {
    const length = this.varint();
    return textAt(this.#bytes, this.#take(length), length);
  }

  u64(): number {
    const start = this.#take(8);
    return this.#bytes.readUInt32LE(start) + this.#bytes.readUInt32LE(start + 4) * 2 ** 32;
  }

  /** @param width code: 0 one byte, 1 two, 2 four */
  numbers(rows: number, width: number): Uint32Array {
    const bytes = this.copy(rows * 2 ** width);
    if (width === 0) return Uint32Array.from(new Uint8Array(bytes));
    if (width === 1) return Uint32Array.from(new Uint16Array(bytes));
    if (width === 2) return new Uint32Array(bytes);
    throw new RangeError(`numbers of width code ${width}`);
  }

  /** On its own, so that a typed array may lie over it. */
  copy(length: number): ArrayBuffer {
    const start = this.#take(length);
    const copy = new ArrayBuffer(length);
    new Uint8Array(copy).set(this.#bytes.subarray(start, this.#at));
    return copy;
  }

  /** @returns where what is skipped begins */
  skip(length: number): number {
    return this.#take(length);
  }

  /** @returns where what is taken begins */
  #take(length: number): number {
    const start = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new RangeError("the answer ends too early");
    return start;
  }
}

function isAscii(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if ((bytes[at] ?? 0) >= 0x80) return false;
  return true;
}
