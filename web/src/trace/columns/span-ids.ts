import type { TraceColumns } from "@throughline/query/trace-columns";
import type { Steps } from "../../lib/slices.ts";

const EMPTY = -1;
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

/** Rows by their span id, in 8 bytes for each row: no text is made of an id before somebody asks for one. */
export class SpanIds {
  readonly #high: Uint32Array;
  readonly #low: Uint32Array;
  readonly #slots: Int32Array;
  readonly #odd: ReadonlyMap<string, number>;
  readonly #isOdd: ReadonlySet<number>;
  readonly #view: DataView;

  constructor({ spanIds, about }: Given) {
    this.#view = new DataView(spanIds.buffer, spanIds.byteOffset, spanIds.byteLength);
    const count = about.spanCount;
    this.#high = new Uint32Array(count);
    this.#low = new Uint32Array(count);
    this.#slots = new Int32Array(slotsFor(count)).fill(EMPTY);
    this.#odd = new Map(about.oddSpanIds.map(([row, id]) => [id, row]));
    this.#isOdd = new Set(about.oddSpanIds.map(([row]) => row));
  }

  /** Rows half-open, in rising order: of several with one id the first is found. */
  add(from: number, to: number): void {
    for (let row = from; row < to; row++) {
      const high = this.#view.getUint32(row * 8);
      const low = this.#view.getUint32(row * 8 + 4);
      this.#high[row] = high;
      this.#low[row] = low;
      if (this.#isOdd.has(row)) continue;
      const slot = this.#slotOf(high, low);
      if (this.#slots[slot] === EMPTY) this.#slots[slot] = row;
    }
  }

  /** @returns undefined for an id that no row has */
  rowOf(id: string): number | undefined {
    const [high, low] = [readHex(id, 0), readHex(id, 8)];
    if (id.length !== 16 || high < 0 || low < 0) return this.#odd.get(id);
    const row = this.#slots[this.#slotOf(high, low)];
    return row === EMPTY ? undefined : row;
  }

  /** @returns the slot that has the id, or the free one where it would go */
  #slotOf(high: number, low: number): number {
    const mask = this.#slots.length - 1;
    let slot = (Math.imul(high ^ Math.imul(low, 0x9e3779b1), 0x85ebca6b) >>> 7) & mask;
    for (;;) {
      const row = this.#slots[slot] ?? EMPTY;
      if (row === EMPTY || (this.#high[row] === high && this.#low[row] === low)) return slot;
      slot = (slot + 1) & mask;
    }
  }
}

/** A power of two, at least half of it free. */
function slotsFor(count: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, count) * 2));
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
