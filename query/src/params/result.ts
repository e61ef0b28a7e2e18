/** What parsing a parameter gives: its value, or a sentence that says what is accepted. */
export type Parsed<T> =
  | { readonly kind: "value"; readonly value: T }
  | { readonly kind: "invalid"; readonly expected: string };

export function value<T>(parsed: T): Parsed<T> {
  return { kind: "value", value: parsed };
}

export function invalid(expected: string): Parsed<never> {
  return { kind: "invalid", expected };
}
