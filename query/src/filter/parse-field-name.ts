/** The beginning of a condition: the name of a field with its operator still to come, or a word that stands alone. */
import { type FieldName, KEY_SCOPES, type KeyScope } from "./ast.ts";
import { mistake } from "./filter-error.ts";
import type { BareText, Scanner } from "./scanner.ts";

export type Named =
  /** The operator stands next; a comparison perhaps after spaces. */
  | { readonly kind: "field"; readonly field: FieldName }
  | { readonly kind: "quoted"; readonly scope: KeyScope; readonly text: string }
  | { readonly kind: "bare"; readonly bare: BareText };

/** `attributes.` is how OTLP writes what is shorter as `attr.`. */
const SCOPE_PREFIXES: ReadonlyMap<string, KeyScope> = new Map([
  ...KEY_SCOPES.map((scope) => [`${scope}.`, scope] as const),
  ["attributes.", "attr"],
]);

export function takeFieldName(scanner: Scanner): Named {
  const start = scanner.offset;
  // An address that was pasted is one word, whatever is in it.
  const isAddress = (): boolean => scanner.text.slice(start, scanner.offset).includes("://");
  const bare = scanner.takeBare(() => isOperator(scanner) && !isAddress());
  if (isAddress()) return { kind: "bare", bare: { ...bare, wildcards: 0 } };
  if (scanner.peek() === '"') {
    const scope = bare.raw === "" ? "any" : SCOPE_PREFIXES.get(bare.raw);
    if (scope === undefined) return { kind: "bare", bare };
    const text = scanner.takeQuoted();
    if (isFollowedByOperator(scanner)) {
      return { kind: "field", field: { kind: "key", scope, key: text } };
    }
    return { kind: "quoted", scope, text };
  }
  if (!isFollowedByOperator(scanner)) {
    if (bare.raw === "") mistakeNothing(scanner);
    return { kind: "bare", bare };
  }
  if (bare.raw === "") mistakeNoName(scanner);
  if (bare.wildcards > 0) {
    mistake(bare, {
      message: "The name of a field has no wildcards.",
      expected: "the name of a field; quotes around a name with * or ? in it",
      suggestion: `"${bare.text}"`,
    });
  }
  return { kind: "field", field: toFieldName(bare) };
}

/**
 * A name with backslashes in it is a key: no field of the table has such a name. So is one that at the beginning of a
 * condition would be something else: a NOT, a regular expression, an address.
 */
export function toFieldName(bare: BareText): FieldName {
  return bare.escaped || /^[/-]|:\/\//.test(bare.text)
    ? { kind: "key", scope: "any", key: bare.text }
    : { kind: "name", name: bare.text };
}

/** `://` is none: http is not a field. */
function isOperator(scanner: Scanner): boolean {
  const next = scanner.peek();
  if (next === ":") return scanner.peek(3) !== "://";
  return next === "=" || next === "<" || next === ">" || scanner.peek(2) === "!=";
}

function isFollowedByOperator(scanner: Scanner): boolean {
  if (isOperator(scanner)) return true;
  const spaces = /^\s*/u.exec(scanner.text.slice(scanner.offset))?.[0].length ?? 0;
  return spaces > 0 && /^(?:[<>=]|!=)/.test(scanner.peek(2, spaces));
}

function mistakeNoName(scanner: Scanner): never {
  const operator = /^(?:!=|[<>]=?|[:=])/.exec(scanner.peek(2))?.[0] ?? ":";
  mistake(
    { offset: scanner.offset, length: operator.length },
    {
      message: `Nothing stands before ${operator}.`,
      expected: "the name of a field before it, or quotes around text that is meant as it is",
      suggestion: `"${operator}"`,
    },
  );
}

function mistakeNothing(scanner: Scanner): never {
  mistake(
    { offset: scanner.offset, length: scanner.isAtEnd ? 0 : 1 },
    { message: "A condition is missing here.", expected: 'a word, a "phrase", or a condition' },
  );
}
