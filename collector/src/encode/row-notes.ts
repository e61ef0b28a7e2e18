import { toUnixNano } from "../process/timestamp.ts";
import type { ExtraAttribute, RowNotes } from "./columns/map.ts";

/** Keeps the time a record was sent with, where it was filed under another one. */
export const ORIGINAL_TIMESTAMP_KEY = "throughline.original_timestamp_unix_nano";
/** Keeps the end of a span that ends before it starts. */
export const ORIGINAL_END_KEY = "throughline.original_end_unix_nano";

export function originalTimestamp(low: number, high: number): ExtraAttribute {
  return { key: ORIGINAL_TIMESTAMP_KEY, value: toUnixNano(low, high).toString() };
}

export function originalEnd(low: number, high: number): ExtraAttribute {
  return { key: ORIGINAL_END_KEY, value: toUnixNano(low, high).toString() };
}

/** What the row's attributes say beyond what was sent. */
export function rowNotes(
  extras: readonly ExtraAttribute[],
  texts: readonly { readonly name: string; readonly cut: boolean }[],
): RowNotes {
  return { extras, cut: texts.filter(({ cut }) => cut).map(({ name }) => name) };
}
