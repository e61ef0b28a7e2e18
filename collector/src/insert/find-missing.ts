/** More would be as many sums as there are subsets: 65 536. */
export const PARTS_MAX = 16;

/**
 * Which of the parts make up the whole. Where several choices do, one with the first of them is taken: chosen for one
 * part after the other, what is left is then again made up of parts.
 * @param whole below 2^64, as the parts; sums wrap around
 * @param parts at most `PARTS_MAX`
 * @returns indices; undefined when no choice of parts adds up to the whole
 */
export function findMissing(
  whole: bigint,
  parts: readonly bigint[],
): readonly number[] | undefined {
  if (parts.length > PARTS_MAX) throw new RangeError(`more than ${PARTS_MAX} parts`);
  const sums = [0n];
  // sums[mask] is the sum of the parts whose bits are set.
  for (const part of parts) {
    for (let mask = sums.length - 1, size = sums.length; mask >= 0; mask--) {
      sums[size + mask] = BigInt.asUintN(64, (sums[mask] ?? 0n) + part);
    }
  }
  const fitting = (mask: number) => sums[mask] === whole;
  const masks = [...sums.keys()].filter(fitting);
  const mask = masks.find((one) => (one & 1) === 1) ?? masks[0];
  if (mask === undefined) return undefined;
  return [...parts.keys()].filter((index) => ((mask >> index) & 1) === 1);
}
