/**
 * SQL text comes from the `.sql` files of this folder and from nowhere else: `Sql` can only be made here, out of a
 * file or out of other `Sql`. What a user gives travels as a bound parameter (`{name:Type}`), never as text.
 */
import { readFileSync } from "node:fs";

declare const sqlBrand: unique symbol;
export type Sql = string & { readonly [sqlBrand]: true };

/** Values of bound parameters. 64-bit numbers travel as decimal strings. */
export type SqlParams = Readonly<
  Record<string, string | number | readonly string[] | readonly number[] | readonly bigint[]>
>;

/**
 * Reads a file of named fragments. A line `-- name: x` starts fragment `x`, which ends before the next such line;
 * what stands before the first is the file's comment.
 * @throws when the file lacks one of `names`: a bug, found at start
 */
export function loadSql<const Name extends string>(
  file: `${string}.sql`,
  names: readonly Name[],
): Readonly<Record<Name, Sql>> {
  const text = readFileSync(new URL(file, import.meta.url), "utf8");
  const fragments = new Map<string, string>();
  for (const part of text.split(/^-- name: /m).slice(1)) {
    const lineEnd = part.indexOf("\n");
    fragments.set(part.slice(0, lineEnd).trim(), part.slice(lineEnd + 1).trim());
  }
  const entries = names.map((name) => {
    const fragment = fragments.get(name);
    if (fragment === undefined) throw new Error(`${file} has no fragment ${name}`);
    return [name, fragment] as const;
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one place where file text becomes Sql
  return Object.fromEntries(entries) as Record<Name, Sql>;
}

/** Conditions, all of which must hold, with the parameters they bind. */
export interface Where {
  readonly conditions: readonly Sql[];
  readonly params: SqlParams;
}

/**
 * Puts conditions in the place of the word where in a block comment (`1` when there are none) and other fragments in the places of
 * their names.
 */
export function compose(
  statement: Sql,
  conditions: readonly Sql[],
  fragments: Readonly<Record<string, Sql>> = {},
): Sql {
  const where = conditions.length === 0 ? "1" : conditions.map((c) => `(${c})`).join("\n  AND ");
  let text: string = statement.replaceAll("/*where*/", () => where);
  for (const [name, fragment] of Object.entries(fragments)) {
    text = text.replaceAll(`/*${name}*/`, () => fragment);
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Sql joined of Sql
  return text as Sql;
}

/** Conditions, all of which must hold; true when there are none. */
export function allOf(conditions: readonly Sql[]): Sql {
  return joined(conditions, "AND", "1");
}

/** Conditions, one of which must hold; false when there are none. */
export function anyOf(conditions: readonly Sql[]): Sql {
  return joined(conditions, "OR", "0");
}

function joined(conditions: readonly Sql[], operator: "AND" | "OR", none: "0" | "1"): Sql {
  const text =
    conditions.length === 1
      ? (conditions[0] ?? none)
      : conditions.map((each) => `(${each})`).join(` ${operator} `);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Sql joined of Sql
  return (text === "" ? none : text) as Sql;
}

/** A copy of a fragment whose parameters ending in `_n` end in the index instead, for conditions given many times. */
export function numbered(fragment: Sql, index: number): Sql {
  if (!Number.isSafeInteger(index) || index < 0) throw new RangeError(`not an index: ${index}`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Sql with a whole number in it
  return fragment.replaceAll(/_n:/g, `_${index}:`) as Sql;
}

/** The same conditions with other names for their parameters, so that two of a kind fit into one statement. */
export function prefixed(where: Where, prefix: string): Where {
  if (!/^\w+$/.test(prefix)) throw new RangeError(`not a prefix: ${prefix}`);
  const names = Object.keys(where.params);
  return {
    conditions: where.conditions.map(
      (condition) =>
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Sql with other names in it
        condition.replaceAll(/\{(\w+):/g, (all, name: string) =>
          names.includes(name) ? `{${prefix}${name}:` : all,
        ) as Sql,
    ),
    params: Object.fromEntries(
      Object.entries(where.params).map(([name, value]) => [`${prefix}${name}`, value]),
    ),
  };
}
