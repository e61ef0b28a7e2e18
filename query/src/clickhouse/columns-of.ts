/** The columns of a table by name; one without rows where there is none, as of a statement that gave no block. */
import type { NativeColumn, NativeTable } from "./native-columns.ts";

export type WordColumn = Extract<NativeColumn, { kind: "words" }>;

export function words(table: NativeTable, name: string): WordColumn {
  const column = table.columns.get(name);
  if (column?.kind === "words") return column;
  return { kind: "words", words: [], codes: new Uint32Array() };
}

export function texts(table: NativeTable, name: string): readonly string[] {
  const column = table.columns.get(name);
  return column?.kind === "texts" ? column.texts : [];
}

export function longs(table: NativeTable, name: string): BigInt64Array {
  const column = table.columns.get(name);
  return column?.kind === "longs" ? column.longs : new BigInt64Array();
}

export function numbers(table: NativeTable, name: string): Uint32Array {
  const column = table.columns.get(name);
  return column?.kind === "numbers" ? column.numbers : new Uint32Array();
}
