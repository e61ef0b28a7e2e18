/**
 * A filter as it was written, as plain data: no classes, no functions, the same after JSON. `parse.ts` makes it of text,
 * `print.ts` text of it, `resolve.ts` says what it means for logs or for spans.
 */

/** Where in the text something stands; UTF-16 code units, as JavaScript counts. */
export interface Place {
  readonly offset: number;
  readonly length: number;
}

export type Filter =
  | { readonly kind: "and"; readonly of: readonly Filter[] }
  | { readonly kind: "or"; readonly of: readonly Filter[] }
  | { readonly kind: "not"; readonly of: Filter }
  | WordsFilter
  | FieldFilter;

/** A free word, "phrase", wild*card or /regular expression/. */
export interface WordsFilter {
  readonly kind: "words";
  readonly test: MatchTest | WildcardTest | RegexTest;
  readonly at?: Place;
}

export interface FieldFilter {
  readonly kind: "field";
  readonly field: FieldName;
  readonly test: Test;
  readonly at?: Place;
}

/** A name as written, or a quoted key of the attributes of one kind (`any`: of the record or of its resource). */
export type FieldName =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "key"; readonly scope: KeyScope; readonly key: string };

export const KEY_SCOPES = ["attr", "resource", "scope", "event", "link"] as const;
export type KeyScope = (typeof KEY_SCOPES)[number] | "any";

export type Test =
  | MatchTest
  | WildcardTest
  | RegexTest
  | { readonly kind: "equals"; readonly text: string }
  | { readonly kind: "compare"; readonly operator: Comparison; readonly value: Value }
  | { readonly kind: "range"; readonly from?: Bound; readonly to?: Bound }
  | { readonly kind: "exists" };

/** `field:value`: equality, or for running text its words. */
interface MatchTest {
  readonly kind: "match";
  readonly text: string;
}

/** `*` is any run of characters, `?` any one; a backslash before `*`, `?` or a backslash takes its meaning away. */
interface WildcardTest {
  readonly kind: "wildcard";
  readonly pattern: string;
}

/** As RE2 reads it, found anywhere in the value. */
interface RegexTest {
  readonly kind: "regex";
  readonly pattern: string;
}

export const COMPARISONS = [">=", "<=", ">", "<"] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** Quoted values are compared as text, others as what they look like. */
export interface Value {
  readonly text: string;
  readonly quoted: boolean;
}

export interface Bound extends Value {
  readonly inclusive: boolean;
}
