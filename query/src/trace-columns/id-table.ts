const EMPTY = -1;

/**
 * Numbers for ids of eight bytes, from 0 in the order in which they first come. In some twenty bytes for each and without
 * a text for any; open addressing, at least half of the slots free. It runs in a browser, too.
 */
export class IdTable {
  readonly #high: Uint32Array;
  readonly #low: Uint32Array;
  readonly #slots: Int32Array;
  #size = 0;

  /** @param idsMax different ones that may be added */
  constructor(idsMax: number) {
    this.#high = new Uint32Array(idsMax);
    this.#low = new Uint32Array(idsMax);
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(1, idsMax) * 2))).fill(EMPTY);
  }

  /** Different ids. */
  get size(): number {
    return this.#size;
  }

  /** @param high first four bytes as a big-endian number @returns the id's number, a new one if it was not known */
  add(high: number, low: number): number {
    const slot = this.#slotOf(high, low);
    const known = this.#slots[slot] ?? EMPTY;
    if (known !== EMPTY) return known;
    const number = this.#size++;
    this.#high[number] = high;
    this.#low[number] = low;
    this.#slots[slot] = number;
    return number;
  }

  /** @returns -1 for an id that was not added */
  find(high: number, low: number): number {
    return this.#slots[this.#slotOf(high, low)] ?? EMPTY;
  }

  high(number: number): number {
    return this.#high[number] ?? 0;
  }

  low(number: number): number {
    return this.#low[number] ?? 0;
  }

  /** @returns the slot that has the id, or the free one where it would go */
  #slotOf(high: number, low: number): number {
    const mask = this.#slots.length - 1;
    let slot = (Math.imul(high ^ Math.imul(low, 0x9e3779b1), 0x85ebca6b) >>> 7) & mask;
    for (;;) {
      const number = this.#slots[slot] ?? EMPTY;
      if (number === EMPTY || (this.#high[number] === high && this.#low[number] === low))
        return slot;
      slot = (slot + 1) & mask;
    }
  }
}
