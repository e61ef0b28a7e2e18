/** Numbers that look random and are the same in every run of a seed. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0, below 1: mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0, below `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** @param skew 1 takes each as often as any other; the higher, the more often the first ones */
  pick<Item>(items: readonly Item[], skew = 1): Item {
    const item = items[Math.floor(this.next() ** skew * items.length)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  }
}
