/**
 * The ids of a trace's spans and of their parents as small numbers, so that its shape is found without a text for any.
 * Ids come as ClickHouse's statements of columns give them: eight bytes of a standard one, nothing of an empty one, and
 * of any other its text behind a prefix that is longer than eight bytes with it.
 */
import type { TextColumn } from "../clickhouse/native-columns.ts";
import { IdTable } from "../trace-columns/id-table.ts";

/** By row; the same id has the same number. */
export interface NumberedIds {
  /** -1 for a span without an id. */
  readonly spans: Int32Array;
  /** -1 for a span without a parent. */
  readonly parents: Int32Array;
  /** All numbers are smaller. */
  readonly count: number;
  readonly textOf: (number: number) => string;
}

const NONE = -1;

/** Ids that are texts already. */
export function numberTexts(
  spanIds: readonly string[],
  parentSpanIds: readonly string[],
): NumberedIds {
  const numbers = new Map<string, number>();
  const numberOf = (id: string): number => {
    if (id === "") return NONE;
    const known = numbers.get(id) ?? numbers.size;
    numbers.set(id, known);
    return known;
  };
  const spans = Int32Array.from(spanIds.map(numberOf));
  const parents = Int32Array.from(parentSpanIds.map(numberOf));
  const texts = [...numbers.keys()];
  return { spans, parents, count: texts.length, textOf: (number) => texts[number] ?? "" };
}

const STANDARD_BYTES = 8;
const ODD_PREFIX_BYTES = "odd id: ".length;

/** Ids as bytes; numbers from `idsMax` on are those of odd ones. */
export class ByteIds implements NumberedIds {
  readonly spans: Int32Array;
  readonly parents: Int32Array;
  readonly #table: IdTable;
  readonly #idsMax: number;
  readonly #odd = new Map<string, number>();
  readonly #oddTexts: string[] = [];

  constructor(spanIds: TextColumn, parentSpanIds: TextColumn) {
    this.#idsMax = spanIds.starts.length + parentSpanIds.starts.length;
    this.#table = new IdTable(this.#idsMax);
    const add: Numbering = {
      standard: (high, low) => this.#table.add(high, low),
      odd: (text) => this.#addOdd(text),
    };
    this.spans = numbersOf(spanIds, add);
    this.parents = numbersOf(parentSpanIds, add);
  }

  get count(): number {
    return this.#idsMax + this.#oddTexts.length;
  }

  readonly textOf = (number: number): string => {
    if (number < 0) return "";
    if (!this.isStandard(number)) return this.#oddTexts[number - this.#idsMax] ?? "";
    return hex32(this.#table.high(number)) + hex32(this.#table.low(number));
  };

  /** @param number of an id, or -1 */
  isStandard(number: number): boolean {
    return number >= 0 && number < this.#idsMax;
  }

  /** The eight bytes of a standard id. */
  write(number: number, view: DataView, at: number): void {
    view.setUint32(at, this.#table.high(number));
    view.setUint32(at + 4, this.#table.low(number));
  }

  /** Less than 0 when the id of `a` comes first, as texts are compared. */
  compare(a: number, b: number): number {
    if (a === b) return 0;
    if (this.isStandard(a) && this.isStandard(b))
      return this.#table.high(a) - this.#table.high(b) || this.#table.low(a) - this.#table.low(b);
    return this.textOf(a) < this.textOf(b) ? -1 : 1;
  }

  /** @returns by row the number of an id that may be none of these, and then -1 */
  find(ids: TextColumn): Int32Array {
    return numbersOf(ids, {
      standard: (high, low) => this.#table.find(high, low),
      odd: (text) => this.#odd.get(text) ?? NONE,
    });
  }

  #addOdd(text: string): number {
    const known = this.#odd.get(text);
    if (known !== undefined) return known;
    const number = this.#idsMax + this.#oddTexts.push(text) - 1;
    this.#odd.set(text, number);
    return number;
  }
}

/** How a row's id becomes a number. */
interface Numbering {
  readonly standard: (high: number, low: number) => number;
  readonly odd: (text: string) => number;
}

function numbersOf({ bytes, starts, lengths }: TextColumn, numbering: Numbering): Int32Array {
  const numbers = new Int32Array(starts.length).fill(NONE);
  for (let row = 0; row < starts.length; row++) {
    const at = starts[row] ?? 0;
    const length = lengths[row] ?? 0;
    if (length === STANDARD_BYTES)
      numbers[row] = numbering.standard(bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4));
    else if (length > 0)
      numbers[row] = numbering.odd(bytes.toString("utf8", at + ODD_PREFIX_BYTES, at + length));
  }
  return numbers;
}

function hex32(number: number): string {
  return number.toString(16).padStart(8, "0");
}
