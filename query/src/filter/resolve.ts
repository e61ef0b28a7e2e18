/** From a filter as written to what it means for one signal: names looked up, values read by the type of their field. */
import type { FieldFilter, FieldName, Filter, Place, Test, WordsFilter } from "./ast.ts";
import type { Condition, StringSource } from "./condition.ts";
import {
  type AttributeScope,
  type FilterSignal,
  type Target,
  type TextPlace,
  findField,
} from "./fields.ts";
import { type FilterError, FilterMistake, mistake } from "./filter-error.ts";
import { FILTER_LIMITS } from "./limits.ts";
import { choiceTest, idTest, readBoolean, readRange, stringTest } from "./resolve-test.ts";
import { checkRegex } from "./regex.ts";
import { severityCondition } from "./resolve-severity.ts";
import { wordsIn } from "../params/words.ts";

export type ResolvedFilter =
  | { readonly kind: "condition"; readonly condition: Condition }
  | { readonly kind: "error"; readonly error: FilterError };

/** @returns what the filter means for the signal; an error where a value does not fit its field */
export function resolveFilter(filter: Filter, signal: FilterSignal): ResolvedFilter {
  const resolver = new Resolver(signal);
  try {
    return { kind: "condition", condition: resolver.resolve(filter) };
  } catch (error) {
    if (error instanceof FilterMistake) return { kind: "error", error: error.error };
    throw error;
  }
}

const STRING_TYPES = ["attribute", "string", "strings", "id", "ids", "choice"] as const;
type StringTarget = Extract<Target, { type: (typeof STRING_TYPES)[number] }>;

function isStringTarget(target: Target): target is StringTarget {
  return STRING_TYPES.some((type) => type === target.type);
}

const NOWHERE: Place = { offset: 0, length: 0 };

class Resolver {
  readonly #signal: FilterSignal;
  #scans = 0;

  constructor(signal: FilterSignal) {
    this.#signal = signal;
  }

  resolve(filter: Filter): Condition {
    switch (filter.kind) {
      case "and":
      case "or":
        return { kind: filter.kind, of: filter.of.map((each) => this.resolve(each)) };
      case "not":
        return { kind: "not", of: this.resolve(filter.of) };
      case "words":
        return this.#text(filter, this.#signal === "logs" ? "body" : "span");
      case "field":
        return this.#field(filter);
    }
  }

  #field(filter: FieldFilter): Condition {
    const at = filter.at ?? NOWHERE;
    const { test } = filter;
    if (test.kind === "regex") this.#scan(test.pattern, at);
    const target = this.#target(filter.field, at);
    if (isStringTarget(target)) return this.#string(test, target, at);
    switch (target.type) {
      case "text":
        return this.#textField(filter, target);
      case "boolean":
        return isRoot(readBoolean(test, at));
      case "integer":
      case "duration":
        return { kind: "integer", column: target.column, range: readRange(test, target.type, at) };
      case "integers":
        return { kind: "integer", column: target.column, range: readRange(test, "integer", at) };
      case "time":
      case "times":
        return { kind: "time", column: target.column, range: readRange(test, "time", at) };
      case "severity":
        return severityCondition(test, at);
    }
  }

  /** Fields that are text, or several texts. */
  #string(test: Test, target: StringTarget, at: Place): Condition {
    switch (target.type) {
      case "attribute":
        return anyOf(
          target.scopes.map((scope) => ({
            kind: "string",
            source: { kind: "attribute", scope, key: target.key },
            test: stringTest(test, { at, isAttribute: true }),
          })),
        );
      case "string":
        return inColumn(
          { kind: "column", column: target.column },
          stringTest(test, { at, isAttribute: false }),
        );
      case "strings":
        return inColumn(
          { kind: "list", column: target.column },
          stringTest(test, { at, isAttribute: false }),
        );
      case "id":
        return inColumn({ kind: "column", column: target.column }, idTest(test, target.digits, at));
      case "ids":
        return inColumn({ kind: "list", column: target.column }, idTest(test, target.digits, at));
      case "choice":
        return inColumn(
          { kind: "column", column: target.column },
          choiceTest(test, target.choices, at),
        );
    }
  }

  /** `body:words`, `body:wild*card`; other tests are of the whole text. */
  #textField(filter: FieldFilter, target: Extract<Target, { type: "text" }>): Condition {
    const { test } = filter;
    const at = filter.at ?? NOWHERE;
    if (test.kind === "match" || test.kind === "wildcard") {
      return this.#text({ kind: "words", test, at }, target.place);
    }
    return inColumn(
      { kind: "column", column: target.column },
      stringTest(test, { at, isAttribute: false }),
    );
  }

  #text({ test, at = NOWHERE }: WordsFilter, place: TextPlace): Condition {
    switch (test.kind) {
      case "match":
        return words(test.text, place, at);
      case "wildcard":
        this.#countScan(at);
        return { kind: "word-pattern", place, pattern: test.pattern };
      case "regex":
        this.#scan(test.pattern, at);
        return { kind: "text-regex", place, pattern: test.pattern };
    }
  }

  #scan(pattern: string, at: Place): void {
    checkRegex(pattern, at);
    this.#countScan(at);
  }

  #countScan(at: Place): void {
    this.#scans += 1;
    if (this.#scans <= FILTER_LIMITS.scansMax) return;
    mistake(at, {
      message: "The filter has too many patterns that no index answers.",
      expected: `at most ${FILTER_LIMITS.scansMax} regular expressions and words with wildcards (scansMax)`,
    });
  }

  #target(name: FieldName, at: Place): Target {
    if (name.kind === "key") return attribute(this.#scopes(name.scope, at), name.key);
    const known = findField(this.#signal, name.name);
    if (known !== undefined) return known.target;
    const dot = name.name.indexOf(".");
    const [prefix, key] = [name.name.slice(0, dot), name.name.slice(dot + 1)];
    switch (prefix) {
      case "attr":
      case "attributes":
        return attribute(["record"], key);
      case "resource":
      case "scope":
        return attribute([prefix], key);
      case "event":
      case "link":
        if (this.#signal === "traces") return attribute(this.#scopes(prefix, at), key);
        return attribute(["record", "resource"], name.name);
      default:
        return attribute(["record", "resource"], name.name);
    }
  }

  #scopes(scope: Extract<FieldName, { kind: "key" }>["scope"], at: Place): AttributeScope[] {
    switch (scope) {
      case "any":
        return ["record", "resource"];
      case "attr":
        return ["record"];
      case "resource":
      case "scope":
        return [scope];
      case "event":
      case "link":
        if (this.#signal === "traces") return [`${scope}s`];
        return mistake(at, {
          message: `Logs have no ${scope}s.`,
          expected: "an attribute of the log, of its resource or of its scope",
        });
    }
  }
}

function attribute(scopes: readonly AttributeScope[], key: string): Target {
  return { type: "attribute", scopes, key };
}

function inColumn(
  source: StringSource,
  test: Extract<Condition, { kind: "string" }>["test"],
): Condition {
  return { kind: "string", source, test };
}

function isRoot(root: boolean): Condition {
  const hasParent = inColumn({ kind: "column", column: "ParentSpanId" }, { kind: "exists" });
  return root ? { kind: "not", of: hasParent } : hasParent;
}

function anyOf(of: readonly Condition[]): Condition {
  const [only] = of;
  return only !== undefined && of.length === 1 ? only : { kind: "or", of };
}

function words(text: string, place: TextPlace, at: Place): Condition {
  const found = wordsIn(text);
  if (found.length > FILTER_LIMITS.phraseWordsMax) {
    mistake(at, {
      message: "The phrase is too long.",
      expected: `at most ${FILTER_LIMITS.phraseWordsMax} words (phraseWordsMax)`,
    });
  }
  const isWord = found.length === 1 && found[0] === text;
  return { kind: "words", place, words: found.join(" "), ...(isWord ? {} : { phrase: text }) };
}
