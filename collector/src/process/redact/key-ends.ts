/**
 * Which four letters keys of the rules end with, as a table of hashes: a quick look at keys inside of texts, which text-scanner.ts and
 * secret-search.wat take alike.
 */
export const KEY_ENDS_LENGTH = 4096;

/** @param endings the last four characters that the keys may have, however they are written */
export function keyEndTable(endings: readonly string[]): Uint8Array {
  const table = new Uint8Array(KEY_ENDS_LENGTH);
  for (const ending of endings) table[foldLetters(Buffer.from(ending, "latin1").readInt32LE())] = 1;
  return table;
}

/** Four letters, whatever their case, as a number below KEY_ENDS_LENGTH. */
export function foldLetters(letters: number): number {
  return Math.imul(letters & 0x1f1f1f1f, 0x9e3779b1) >>> 20;
}
