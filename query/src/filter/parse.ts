/**
 * Text to filter, by recursive descent. OR binds loosest, then AND (also where nothing stands between two conditions),
 * then NOT and `-`. Depth, nodes and length are bounded, so that no text takes long or overflows the stack.
 */
import {
  COMPARISONS,
  type Comparison,
  type FieldName,
  type Filter,
  type Place,
  type Test,
  type WordsFilter,
} from "./ast.ts";
import { type FilterError, FilterMistake, mistake } from "./filter-error.ts";
import { FILTER_LIMITS } from "./limits.ts";
import { type Named, takeFieldName, toFieldName } from "./parse-field-name.ts";
import { countWildcards, takeComparedValue, takeLiteral, takeMatch } from "./parse-value.ts";
import { type BareText, Scanner } from "./scanner.ts";

export type ParsedFilter =
  | { readonly kind: "filter"; readonly filter: Filter }
  /** Nothing but spaces: everything matches. */
  | { readonly kind: "empty" }
  | { readonly kind: "error"; readonly error: FilterError };

/** Reads a filter. Never throws: what cannot be read is an error with its place. */
export function parseFilter(text: string): ParsedFilter {
  try {
    const filter = new Parser(text).parse();
    return filter === undefined ? { kind: "empty" } : { kind: "filter", filter };
  } catch (error) {
    if (error instanceof FilterMistake) return { kind: "error", error: error.error };
    throw error;
  }
}

/** Where the parser is: how deep, and in the list of which field. */
interface Within {
  readonly depth: number;
  readonly list?: { readonly field: FieldName; values: number };
}

const SOMETHING = 'a word, a "phrase", or a condition such as service:shop';

class Parser {
  readonly #scanner: Scanner;
  #nodes = 0;

  constructor(text: string) {
    this.#scanner = new Scanner(text);
  }

  parse(): Filter | undefined {
    const scanner = this.#scanner;
    const { textLengthMax } = FILTER_LIMITS;
    if (scanner.text.length > textLengthMax) {
      mistake(
        { offset: textLengthMax, length: scanner.text.length - textLengthMax },
        {
          message: "The filter is too long.",
          expected: `at most ${textLengthMax} characters (textLengthMax)`,
        },
      );
    }
    scanner.skipSpace();
    if (scanner.isAtEnd) return undefined;
    const filter = this.#or({ depth: 0 });
    if (!scanner.isAtEnd) {
      mistake(
        { offset: scanner.offset, length: 1 },
        {
          message: "This parenthesis was never opened.",
          expected: "the end, or AND, OR and another condition",
        },
      );
    }
    return filter;
  }

  #or(within: Within): Filter {
    const first = this.#and(within);
    const of = [first];
    while (this.#scanner.takeKeyword("OR")) {
      this.#needOperand("OR");
      of.push(this.#and(within));
    }
    if (of.length === 1) return first;
    return this.#node({ kind: "or", of });
  }

  #and(within: Within): Filter {
    const scanner = this.#scanner;
    const first = this.#unary(within);
    const of = [first];
    for (;;) {
      scanner.skipSpace();
      if (scanner.isAtBreak() || scanner.isAtKeyword("OR")) break;
      if (scanner.takeKeyword("AND")) this.#needOperand("AND");
      of.push(this.#unary(within));
    }
    if (of.length === 1) return first;
    return this.#node({ kind: "and", of });
  }

  #unary(within: Within): Filter {
    const scanner = this.#scanner;
    scanner.skipSpace();
    const start = scanner.offset;
    this.#checkDepth(within);
    const deeper = { ...within, depth: within.depth + 1 };
    if (scanner.takeKeyword("NOT")) {
      this.#needOperand("NOT");
      return this.#node({ kind: "not", of: this.#unary(deeper) });
    }
    if (this.#isMinus(within) && scanner.take("-")) {
      return this.#node({ kind: "not", of: this.#unary(deeper) });
    }
    if (scanner.take("(")) return this.#group(start, deeper);
    for (const keyword of ["AND", "OR"]) {
      if (scanner.isAtKeyword(keyword)) {
        mistake(
          { offset: start, length: keyword.length },
          {
            message: `${keyword} has nothing before it.`,
            expected: SOMETHING,
            suggestion: `"${keyword}"`,
          },
        );
      }
    }
    const leaf = this.#leaf(within);
    if (!scanner.isAtBreak()) this.#mistakeGlued(start);
    return leaf;
  }

  /** A minus before something; in a list, one before a digit is a sign. */
  #isMinus(within: Within): boolean {
    const scanner = this.#scanner;
    if (scanner.peek() !== "-" || scanner.isAtBreak(1)) return false;
    return within.list === undefined || !/[\d.]/.test(scanner.peek(1, 1));
  }

  #group(start: number, within: Within): Filter {
    const scanner = this.#scanner;
    scanner.skipSpace();
    if (scanner.peek() === ")") {
      mistake(
        { offset: start, length: scanner.offset + 1 - start },
        {
          message: "There is nothing between the parentheses.",
          expected: SOMETHING,
          suggestion: '"()"',
        },
      );
    }
    const filter = this.#or(within);
    if (!scanner.take(")")) {
      mistake(
        { offset: start, length: 1 },
        { message: "This parenthesis is never closed.", expected: "a closing )" },
      );
    }
    return filter;
  }

  #leaf(within: Within): Filter {
    const scanner = this.#scanner;
    const start = scanner.offset;
    if (within.list !== undefined) return this.#listValue(within.list, within, start);
    const regex = scanner.takeRegex();
    if (regex !== undefined) return this.#words({ kind: "regex", pattern: regex }, start);
    if (scanner.peek(7) === "exists(") return this.#existsCall(start);
    const named = takeFieldName(scanner);
    if (named.kind === "field") return this.#condition(named.field, within, start);
    if (named.kind === "quoted") {
      if (named.scope !== "any") mistakeNoOperator(scanner, start);
      return this.#words({ kind: "match", text: named.text }, start);
    }
    return this.#words(wordTest(named.bare), start);
  }

  /** `exists(field)`. */
  #existsCall(start: number): Filter {
    const scanner = this.#scanner;
    scanner.offset += "exists(".length;
    scanner.skipSpace();
    const place = scanner.offset;
    const named = takeFieldName(scanner);
    scanner.skipSpace();
    const isPattern = named.kind === "bare" && named.bare.wildcards > 0;
    if (named.kind === "field" || isPattern || !scanner.take(")")) {
      mistake(
        { offset: place, length: Math.max(scanner.offset - place, 1) },
        {
          message: "exists() asks for one field.",
          expected: "the name of a field and )",
          suggestion: "exists(http.route)",
        },
      );
    }
    return this.#field(namedAlone(named), { kind: "exists" }, start);
  }

  /** What follows a field's name: an operator and a value. */
  #condition(field: FieldName, within: Within, start: number): Filter {
    const scanner = this.#scanner;
    if (scanner.take(":")) return this.#matched(field, within, start);
    scanner.skipSpace();
    if (scanner.take("!=")) {
      const test: Test = { kind: "equals", text: takeLiteral(scanner, "!=") };
      return this.#node({ kind: "not", of: this.#field(field, test, start) });
    }
    const operator = takeComparison(scanner);
    if (operator !== undefined) return this.#field(field, this.#compare(operator), start);
    scanner.take("=");
    return this.#field(field, { kind: "equals", text: takeLiteral(scanner, "=") }, start);
  }

  #matched(field: FieldName, within: Within, start: number): Filter {
    const scanner = this.#scanner;
    if (scanner.take("(")) {
      const list = { field, values: 0 };
      return this.#group(scanner.offset - 1, { depth: within.depth + 1, list });
    }
    return this.#field(field, this.#matchTest(), start);
  }

  #listValue(
    list: { readonly field: FieldName; values: number },
    within: Within,
    start: number,
  ): Filter {
    list.values += 1;
    if (list.values > FILTER_LIMITS.listMax) {
      mistake(
        { offset: start, length: 1 },
        {
          message: "The list is too long.",
          expected: `at most ${FILTER_LIMITS.listMax} values (listMax)`,
        },
      );
    }
    this.#checkDepth(within);
    return this.#field(list.field, this.#matchTest(), start);
  }

  #matchTest(): Test {
    const operator = takeComparison(this.#scanner);
    return operator === undefined ? takeMatch(this.#scanner) : this.#compare(operator);
  }

  #compare(operator: Comparison): Test {
    return { kind: "compare", operator, value: takeComparedValue(this.#scanner, operator) };
  }

  #words(test: WordsFilter["test"], start: number): Filter {
    return this.#node({ kind: "words", test, at: this.#scanner.since(start) });
  }

  #field(field: FieldName, test: Test, start: number): Filter {
    return this.#node({ kind: "field", field, test, at: this.#scanner.since(start) });
  }

  #node(filter: Filter): Filter {
    this.#nodes += 1;
    if (this.#nodes > FILTER_LIMITS.nodesMax) {
      mistake(placeOf(filter, this.#scanner), {
        message: "The filter has too many conditions.",
        expected: `at most ${FILTER_LIMITS.nodesMax} conditions and operators (nodesMax)`,
      });
    }
    return filter;
  }

  #checkDepth(within: Within): void {
    if (within.depth <= FILTER_LIMITS.depthMax) return;
    mistake(
      { offset: this.#scanner.offset, length: 1 },
      {
        message: "The filter is nested too deeply.",
        expected: `at most ${FILTER_LIMITS.depthMax} parentheses and NOTs within each other (depthMax)`,
      },
    );
  }

  #needOperand(keyword: string): void {
    const scanner = this.#scanner;
    const start = scanner.offset - keyword.length;
    scanner.skipSpace();
    if (!scanner.isAtBreak()) return;
    mistake(
      { offset: start, length: keyword.length },
      {
        message: `${keyword} has nothing after it.`,
        expected: SOMETHING,
        suggestion: `"${keyword}"`,
      },
    );
  }

  /** `foo(bar)`, `a"b"`: most often text that was pasted. */
  #mistakeGlued(start: number): never {
    const scanner = this.#scanner;
    const rest = /^\S*/u.exec(scanner.text.slice(start))?.[0] ?? "";
    mistake(
      { offset: scanner.offset, length: 1 },
      {
        message: "There must be a space before this.",
        expected: "a space, ) or the end; quotes around text that is meant as it is",
        suggestion: `"${rest.replaceAll(/[\\"]/g, "\\$&")}"`,
      },
    );
  }
}

function placeOf(filter: Filter, scanner: Scanner): Place {
  if ((filter.kind === "words" || filter.kind === "field") && filter.at !== undefined) {
    return filter.at;
  }
  return { offset: Math.max(scanner.offset - 1, 0), length: 1 };
}

function namedAlone(named: Exclude<Named, { kind: "field" }>): FieldName {
  if (named.kind === "quoted") return { kind: "key", scope: named.scope, key: named.text };
  return toFieldName(named.bare);
}

function mistakeNoOperator(scanner: Scanner, start: number): never {
  const name = scanner.text.slice(start, scanner.offset);
  mistake(scanner.since(start), {
    message: `${name} is an attribute, and nothing is asked of it.`,
    expected: "an operator and a value",
    suggestion: `${name}:*`,
  });
}

function takeComparison(scanner: Scanner): Comparison | undefined {
  return COMPARISONS.find((operator) => scanner.take(operator));
}

function wordTest(bare: BareText): WordsFilter["test"] {
  if (bare.wildcards === 0) return { kind: "match", text: bare.text };
  countWildcards(bare);
  return { kind: "wildcard", pattern: bare.pattern };
}
