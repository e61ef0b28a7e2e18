import {
  ALIGNMENT,
  COLUMN_NAMES,
  type ColumnPlace,
  MAGIC,
  PREAMBLE_BYTES,
  type TraceColumnData,
  type TraceColumns,
  type TraceColumnsAbout,
  type Unsigned,
  VERSION,
} from "./format.ts";

/** The bytes are not a trace in this format; `message` says where. */
export class TraceColumnsError extends Error {
  override readonly name = "TraceColumnsError";
  readonly code = "BAD_TRACE_COLUMNS";
}

/**
 * Pure and without copying: the typed arrays lie over the bytes given. `Verdict` and `Meta` are not looked into.
 * @param bytes the whole body of the answer
 * @throws TraceColumnsError when they are cut off, damaged, or of another version
 */
export function decodeTraceColumns<Verdict = unknown, Meta = unknown>(
  bytes: Uint8Array<ArrayBuffer>,
): TraceColumns<Verdict, Meta> {
  // A typed array must lie at a multiple of its size, and a caller may hand in a slice of something.
  const whole = bytes.byteOffset % ALIGNMENT === 0 ? bytes : bytes.slice();
  if (whole.length < PREAMBLE_BYTES) throw new TraceColumnsError("shorter than its preamble");
  const view = new DataView(whole.buffer, whole.byteOffset, PREAMBLE_BYTES);
  const [magic, version, headerBytes, columnsAt] = [0, 4, 8, 12].map((at) =>
    view.getUint32(at, true),
  );
  if (magic !== MAGIC) throw new TraceColumnsError("does not begin with TLTC");
  if (version !== VERSION) throw new TraceColumnsError(`version ${version}, not ${VERSION}`);
  const header = readHeader(whole, headerBytes ?? 0, columnsAt ?? 0);
  const columns = new Columns(whole, columnsAt ?? 0, header);
  const { columns: _places, ...about } = header;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the service of the same version wrote
  const known = about as TraceColumnsAbout<Verdict, Meta>;
  return { about: known, ...columns.read() };
}

/** @returns the span id of a row, as the JSON API writes it */
export function spanIdAt(columns: TraceColumns, row: number): string {
  const odd = columns.about.oddSpanIds.find(([at]) => at === row);
  if (odd !== undefined) return odd[1];
  let text = "";
  for (const byte of columns.spanIds.subarray(row * 8, row * 8 + 8))
    text += byte.toString(16).padStart(2, "0");
  return text;
}

interface Header {
  readonly spanCount: number;
  readonly columns: readonly ColumnPlace[];
}

function readHeader(bytes: Uint8Array, headerBytes: number, columnsAt: number): Header {
  if (PREAMBLE_BYTES + headerBytes > columnsAt || columnsAt > bytes.length)
    throw new TraceColumnsError("the header goes beyond the end");
  const text = bytes.subarray(PREAMBLE_BYTES, PREAMBLE_BYTES + headerBytes);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text));
  } catch (cause) {
    throw new TraceColumnsError("the header is not JSON", { cause });
  }
  if (!isHeader(header)) throw new TraceColumnsError("the header lacks spanCount or columns");
  return header;
}

function isHeader(header: unknown): header is Header {
  return (
    typeof header === "object" &&
    header !== null &&
    "spanCount" in header &&
    typeof header.spanCount === "number" &&
    "columns" in header &&
    Array.isArray(header.columns) &&
    header.columns.every((place: unknown) => typeof place === "object" && place !== null)
  );
}

/** Of a type that is not known, more than there is. */
function bytesEach(type: ColumnPlace["type"]): number {
  const sizes: Readonly<Record<string, number>> = { u8: 1, u16: 2, u32: 4, i32: 4, f64: 8 };
  return sizes[type] ?? Number.POSITIVE_INFINITY;
}

type AnyColumn = TraceColumnData[keyof TraceColumnData];

class Columns {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #columnsAt: number;
  readonly #header: Header;

  constructor(bytes: Uint8Array<ArrayBuffer>, columnsAt: number, header: Header) {
    this.#bytes = bytes;
    this.#columnsAt = columnsAt;
    this.#header = header;
  }

  read(): TraceColumnData {
    for (const name of COLUMN_NAMES) {
      const length = this.#header.spanCount * (name === "spanIds" ? 8 : 1);
      const found = this.#array(name).length;
      if (found !== length) throw new TraceColumnsError(`${name} has ${found} rows, not ${length}`);
    }
    return {
      startNs: this.#floats("startNs"),
      durationNs: this.#floats("durationNs"),
      parent: this.#signed("parent"),
      service: this.#unsigned("service"),
      name: this.#unsigned("name"),
      kind: this.#unsigned("kind"),
      host: this.#unsigned("host"),
      status: this.#bytesOf("status"),
      logCount: this.#unsigned("logCount"),
      errorLogCount: this.#unsigned("errorLogCount"),
      eventCount: this.#unsigned("eventCount"),
      linkCount: this.#unsigned("linkCount"),
      flags: this.#bytesOf("flags"),
      spanIds: this.#bytesOf("spanIds"),
    };
  }

  #array(name: keyof TraceColumnData): AnyColumn {
    const place = this.#header.columns.find((each) => each.name === name);
    if (place === undefined) throw new TraceColumnsError(`there is no column ${name}`);
    const { buffer, byteOffset, length } = this.#bytes;
    const start = this.#columnsAt + place.offset;
    const isWhole = start % ALIGNMENT === 0 && Number.isSafeInteger(place.length);
    if (!isWhole || place.length < 0 || place.offset < 0)
      throw new TraceColumnsError(`the column ${name} lies askew`);
    if (!(start + place.length * bytesEach(place.type) <= length))
      throw new TraceColumnsError(`the column ${name} goes beyond the end`);
    const at = byteOffset + start;
    switch (place.type) {
      case "f64":
        return new Float64Array(buffer, at, place.length);
      case "i32":
        return new Int32Array(buffer, at, place.length);
      case "u32":
        return new Uint32Array(buffer, at, place.length);
      case "u16":
        return new Uint16Array(buffer, at, place.length);
      case "u8":
        return new Uint8Array(buffer, at, place.length);
      default:
        throw new TraceColumnsError(`the column ${name} is of an unknown type`);
    }
  }

  #floats(name: keyof TraceColumnData): Float64Array {
    const array = this.#array(name);
    if (array instanceof Float64Array) return array;
    throw new TraceColumnsError(`the column ${name} is not of 64-bit floats`);
  }

  #signed(name: keyof TraceColumnData): Int32Array {
    const array = this.#array(name);
    if (array instanceof Int32Array) return array;
    throw new TraceColumnsError(`the column ${name} is not of signed numbers`);
  }

  #unsigned(name: keyof TraceColumnData): Unsigned {
    const array = this.#array(name);
    if (!(array instanceof Float64Array || array instanceof Int32Array)) return array;
    throw new TraceColumnsError(`the column ${name} is not of unsigned numbers`);
  }

  #bytesOf(name: keyof TraceColumnData): Uint8Array {
    const array = this.#array(name);
    if (array instanceof Uint8Array) return array;
    throw new TraceColumnsError(`the column ${name} is not of bytes`);
  }
}
