/** A random source that gives the same numbers for the same seed on every machine, and fast enough for millions. */
export class FuzzRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** @returns a whole number, 0 <= n < max */
  below(max: number): number {
    // mulberry32
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * max);
  }

  pick<T>(from: readonly [T, ...T[]]): T {
    return from[this.below(from.length)] ?? from[0];
  }
}

/** What was done to bytes: everything outside of `from <= offset < to` is as it was, up to `end`. */
export interface Damage {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
}

/** Flips, overwrites, zeroes, copies one part over another, or cuts: what disks and networks do, at one place. */
export function damage(random: FuzzRandom, original: Buffer): Damage {
  const bytes = Buffer.from(original);
  const from = random.below(bytes.length);
  const length = 1 + random.below(random.pick([1, 4, 64, 5000]));
  const to = Math.min(from + length, bytes.length);
  switch (random.below(5)) {
    case 0:
      bytes.writeUInt8(bytes.readUInt8(from) ^ (1 << random.below(8)), from);
      return { bytes, from, to: from + 1 };
    case 1:
      for (let at = from; at < to; at++) bytes[at] = random.below(256);
      return { bytes, from, to };
    case 2:
      return { bytes: bytes.fill(0, from, to), from, to };
    case 3: {
      bytes.copyWithin(from, random.below(bytes.length), bytes.length);
      return { bytes, from, to: bytes.length };
    }
    default:
      return { bytes: bytes.subarray(0, from), from, to: bytes.length };
  }
}
