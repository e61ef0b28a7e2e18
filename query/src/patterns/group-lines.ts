/**
 * Lines to patterns, after Drain (He et al., 2017): lines with as many tokens and the same first token are compared, and
 * those that agree in half of their words share a template, which is variable where they differ. Lines are masked first,
 * equal ones counted once, and the most frequent grouped first: the order in which they came changes nothing.
 */
import { PATTERN_LIMITS } from "./limits.ts";
import { type Masked, mask } from "./mask.ts";
import { printTemplate } from "./template.ts";

/** Of the tokens, so many must be equal. */
const SIMILARITY = 0.5;

interface Shape {
  readonly masked: Masked;
  readonly text: string;
  count: number;
  group?: Group;
}

interface Group {
  tokens: string[];
  readonly cut: boolean;
}

/** Bounded by the number of different lines that it is given. */
export class LineGroups {
  readonly #shapes: Shape[] = [];
  readonly #byText = new Map<string, number>();

  /** @returns a number for the line, the same for all that are masked alike; `patterns` takes it */
  add(line: string, count = 1): number {
    const masked = mask(line);
    const text = printTemplate(masked);
    const known = this.#byText.get(text);
    const shape = known === undefined ? undefined : this.#shapes[known];
    if (known !== undefined && shape !== undefined) {
      shape.count += count;
      return known;
    }
    this.#byText.set(text, this.#shapes.length);
    this.#shapes.push({ masked, text, count });
    return this.#shapes.length - 1;
  }

  /** @returns the template of each number that `add` gave, in their order; equal templates are one pattern */
  patterns(): readonly string[] {
    const leaves = new Leaves();
    const order = this.#shapes.toSorted((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1));
    for (const shape of order) shape.group = leaves.place(shape.masked);
    return this.#shapes.map(({ group, text }) =>
      group === undefined ? text : printTemplate(group),
    );
  }
}

class Leaves {
  readonly #leaves = new Map<string, Group[]>();
  readonly #firstTokens = new Map<number, Set<string>>();

  place(masked: Masked): Group {
    const name = this.#leafOf(masked);
    const leaf = this.#leaves.get(name) ?? [];
    this.#leaves.set(name, leaf);
    const found = nearest(leaf, masked.tokens);
    if (found === undefined || (found.similarity < SIMILARITY && !isFull(leaf))) {
      const group = { tokens: [...masked.tokens], cut: masked.cut };
      leaf.push(group);
      return group;
    }
    merge(found.group.tokens, masked.tokens);
    return found.group;
  }

  /** Quoted text may have spaces, which the wildcard does not stand for: tokens with some must be equal. */
  #leafOf({ tokens, cut }: Masked): string {
    const quoted = tokens.flatMap((token, index) =>
      token.includes("<str>") ? [`${index}${token}`] : [],
    );
    return [tokens.length, cut, this.#firstOf(tokens), ...quoted].join(" ");
  }

  #firstOf(tokens: readonly string[]): string {
    const first = tokens[0] ?? "";
    if (/[\d<]/.test(first)) return "<*>";
    const known = this.#firstTokens.get(tokens.length) ?? new Set();
    this.#firstTokens.set(tokens.length, known);
    if (known.size < PATTERN_LIMITS.firstTokensMax) known.add(first);
    return known.has(first) ? first : "<*>";
  }
}

function isFull(leaf: readonly Group[]): boolean {
  return leaf.length >= PATTERN_LIMITS.leafGroupsMax;
}

function nearest(
  leaf: readonly Group[],
  tokens: readonly string[],
): { readonly group: Group; readonly similarity: number } | undefined {
  let best: { group: Group; similarity: number } | undefined;
  for (const group of leaf) {
    const similarity = similarityOf(group.tokens, tokens);
    if (best === undefined || similarity > best.similarity) best = { group, similarity };
  }
  return best;
}

/** The share of tokens that are equal. A variable one is equal to none; what was masked alike says nothing about the words. */
function similarityOf(template: readonly string[], tokens: readonly string[]): number {
  let equal = 0;
  let compared = 0;
  for (const [index, token] of template.entries()) {
    const isEqual = token === tokens[index];
    if (isEqual && token !== "<*>" && token.includes("<")) continue;
    compared += 1;
    if (isEqual && token !== "<*>") equal += 1;
  }
  return compared === 0 ? 1 : equal / compared;
}

function merge(template: string[], tokens: readonly string[]): void {
  for (const [index, token] of tokens.entries()) {
    if (template[index] !== token) template[index] = "<*>";
  }
}
