/**
 * What a filter means for logs or for spans: every name found, every value read. `compile.ts` makes SQL of it; the
 * tests select rows by it in memory.
 */
import type {
  AttributeScope,
  IntegerColumn,
  IntegerListColumn,
  ListColumn,
  StringColumn,
  TextPlace,
  TimeColumn,
  TimeListColumn,
} from "./fields.ts";

/** Each is true or false of a record, never unknown: what is absent does not pass a test, and so passes its NOT. */
export type Condition =
  | { readonly kind: "and"; readonly of: readonly Condition[] }
  | { readonly kind: "or"; readonly of: readonly Condition[] }
  | { readonly kind: "not"; readonly of: Condition }
  /** All words, as whole words in any case, and `phrase` as it is in any case. */
  | {
      readonly kind: "words";
      readonly place: TextPlace;
      /** Joined by spaces; empty when the phrase has none. */
      readonly words: string;
      readonly phrase?: string;
    }
  /** One word that is like the pattern, in any case. */
  | { readonly kind: "word-pattern"; readonly place: TextPlace; readonly pattern: string }
  | { readonly kind: "text-regex"; readonly place: TextPlace; readonly pattern: string }
  /** Numbers from..to, or no number and one of the texts (upper case). */
  | {
      readonly kind: "severity";
      readonly from: number;
      readonly to: number;
      readonly texts: readonly string[];
    }
  /** Of a list, one of them lies within. */
  | {
      readonly kind: "integer";
      readonly column: IntegerColumn | IntegerListColumn;
      readonly range: IntegerRange;
    }
  | {
      readonly kind: "time";
      readonly column: TimeColumn | TimeListColumn;
      readonly range: IntegerRange;
    }
  | { readonly kind: "string"; readonly source: StringSource; readonly test: StringTest };

/** Decimal, both ends included. */
export interface IntegerRange {
  readonly from?: string;
  readonly to?: string;
}

export type StringSource =
  | { readonly kind: "column"; readonly column: StringColumn }
  /** One of them passes. */
  | { readonly kind: "list"; readonly column: ListColumn }
  /** It is there, and passes; of the attributes of events and links, one of them. */
  | { readonly kind: "attribute"; readonly scope: AttributeScope; readonly key: string };

export type StringTest =
  | { readonly kind: "is"; readonly text: string }
  | { readonly kind: "one-of"; readonly texts: readonly string[] }
  | { readonly kind: "like"; readonly pattern: string }
  | { readonly kind: "regex"; readonly pattern: string }
  | { readonly kind: "text-range"; readonly from?: Limit<string>; readonly to?: Limit<string> }
  /** Of a text that is a number; others do not pass. */
  | { readonly kind: "number-range"; readonly from?: Limit<number>; readonly to?: Limit<number> }
  /** An attribute that is stored, be it empty; a column or list that is not empty. */
  | { readonly kind: "exists" };

export interface Limit<T> {
  readonly value: T;
  readonly inclusive: boolean;
}
