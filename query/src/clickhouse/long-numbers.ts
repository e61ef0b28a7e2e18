/**
 * Columns of 64-bit numbers as JavaScript's, without a bigint for each: their halves are read as 32-bit numbers. Little
 * endian, as ClickHouse writes them.
 */
const HIGH = 2 ** 32;

export interface Distances {
  /** 0 of no numbers. */
  readonly least: bigint;
  /** Of each from the least; exact up to 2^53. */
  readonly distances: Float64Array;
}

/** @param longs signed, as of times */
export function fromLeast(longs: BigInt64Array): Distances {
  const low = new Uint32Array(longs.buffer, longs.byteOffset, longs.length * 2);
  const high = new Int32Array(longs.buffer, longs.byteOffset, longs.length * 2);
  let at = 0;
  for (let i = 2; i < low.length; i += 2) {
    const above = (high[i + 1] ?? 0) - (high[at + 1] ?? 0);
    if (above < 0 || (above === 0 && (low[i] ?? 0) < (low[at] ?? 0))) at = i;
  }
  const [leastHigh, leastLow] = [high[at + 1] ?? 0, low[at] ?? 0];
  const distances = new Float64Array(longs.length);
  for (let row = 0; row < distances.length; row++)
    distances[row] =
      ((high[row * 2 + 1] ?? 0) - leastHigh) * HIGH + ((low[row * 2] ?? 0) - leastLow);
  return { least: longs[at / 2] ?? 0n, distances };
}

/** @param longs unsigned, whatever their type says */
export function toNumbers(longs: BigInt64Array): Float64Array {
  const halves = new Uint32Array(longs.buffer, longs.byteOffset, longs.length * 2);
  const numbers = new Float64Array(longs.length);
  for (let row = 0; row < numbers.length; row++)
    numbers[row] = (halves[row * 2 + 1] ?? 0) * HIGH + (halves[row * 2] ?? 0);
  return numbers;
}
