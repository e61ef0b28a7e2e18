/** The columns of a table by name; one without rows where there is none, as of a statement that gave no block. */
import { type NativeColumn, type NativeTable, type TextColumn, textAt } from "./native-columns.ts";

export type WordColumn = Extract<NativeColumn, { kind: "words" }>;

export function words(table: NativeTable, name: string): WordColumn {
  const column = table.columns.get(name);
  if (column?.kind === "words") return column;
  return { kind: "words", words: [], codes: new Uint32Array() };
}

export function texts(table: NativeTable, name: string): readonly string[] {
  const { bytes, starts, lengths } = rawTexts(table, name);
  return Array.from(starts, (start, row) => textAt(bytes, start, lengths[row] ?? 0));
}

/** Texts of which none is made a string. */
export function rawTexts(table: NativeTable, name: string): TextColumn {
  const column = table.columns.get(name);
  if (column?.kind === "texts") return column;
  return {
    kind: "texts",
    bytes: Buffer.alloc(0),
    starts: new Uint32Array(),
    lengths: new Uint32Array(),
  };
}

export function longs(table: NativeTable, name: string): BigInt64Array {
  const column = table.columns.get(name);
  return column?.kind === "longs" ? column.longs : new BigInt64Array();
}

export function numbers(table: NativeTable, name: string): Uint32Array {
  const column = table.columns.get(name);
  return column?.kind === "numbers" ? column.numbers : new Uint32Array();
}
