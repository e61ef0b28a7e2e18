import { IdTable, type TraceColumns } from "@throughline/query/trace-columns";
import type { Steps } from "../../lib/slices.ts";

/** Ids that are put in before the page may do something else. */
const STEP_ROWS = 10_000;

type Given = Pick<TraceColumns, "spanIds" | "about">;

export function* spanIdSteps(columns: Given): Steps<SpanIds> {
  const ids = new SpanIds(columns);
  for (let row = 0; row < columns.about.spanCount; row += STEP_ROWS) {
    ids.add(row, Math.min(row + STEP_ROWS, columns.about.spanCount));
    yield;
  }
  return ids;
}

/** Rows by their span id: no text is made of an id before somebody asks for one. */
export class SpanIds {
  readonly #table: IdTable;
  /** By the number that the table gives. */
  readonly #firstRows: Uint32Array;
  readonly #odd: ReadonlyMap<string, number>;
  readonly #isOdd: ReadonlySet<number>;
  readonly #view: DataView;

  constructor({ spanIds, about }: Given) {
    this.#view = new DataView(spanIds.buffer, spanIds.byteOffset, spanIds.byteLength);
    this.#table = new IdTable(about.spanCount);
    this.#firstRows = new Uint32Array(about.spanCount);
    this.#odd = new Map(about.oddSpanIds.map(([row, id]) => [id, row]));
    this.#isOdd = new Set(about.oddSpanIds.map(([row]) => row));
  }

  /** Rows half-open, in rising order: of several with one id the first is found. */
  add(from: number, to: number): void {
    for (let row = from; row < to; row++) {
      if (this.#isOdd.has(row)) continue;
      const known = this.#table.size;
      const number = this.#table.add(
        this.#view.getUint32(row * 8),
        this.#view.getUint32(row * 8 + 4),
      );
      if (number === known) this.#firstRows[number] = row;
    }
  }

  /** @returns undefined for an id that no row has */
  rowOf(id: string): number | undefined {
    const [high, low] = [readHex(id, 0), readHex(id, 8)];
    if (id.length !== 16 || high < 0 || low < 0) return this.#odd.get(id);
    const number = this.#table.find(high, low);
    return number < 0 ? undefined : this.#firstRows[number];
  }
}

/** @returns eight lower-case hex digits as a number; -1 where they are none */
function readHex(text: string, from: number): number {
  let value = 0;
  for (let at = from; at < from + 8; at++) {
    const code = text.charCodeAt(at);
    const digit = code >= 0x61 && code <= 0x66 ? code - 0x57 : code - 0x30;
    // What is no digit at all, NaN of a text that ends before, and capitals.
    if (!(digit >= 0 && digit <= 15) || (digit > 9 && code < 0x61)) return -1;
    value = value * 16 + digit;
  }
  return value;
}
