/** Filter to text; `parseFilter` of it gives the same filter again, places aside. */
import type { Bound, FieldName, Filter, Test, Value } from "./ast.ts";

/** Text that means itself also without quotes. */
const PLAIN = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_@$%+-]|[.:](?=[\p{L}\p{N}_]))*$/u;
const KEYWORDS = new Set(["AND", "OR", "NOT"]);
const SPECIAL = /[\s"\\()*?:=<>![\]{}/.,-]/u;

export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case "and":
      return filter.of.map((each) => printOperand(each)).join(" ");
    case "or":
      return filter.of.map((each) => printOperand(each)).join(" OR ");
    case "not":
      return `NOT ${printOperand(filter.of)}`;
    case "words":
      return printWords(filter.test);
    case "field":
      return printField(filter.field, filter.test);
  }
}

function printOperand(filter: Filter): string {
  const text = printFilter(filter);
  return filter.kind === "and" || filter.kind === "or" ? `(${text})` : text;
}

function printWords(test: Extract<Filter, { kind: "words" }>["test"]): string {
  if (test.kind !== "match") return printMatch(test);
  return test.text.includes(":") ? quote(test.text) : printText(test.text);
}

function printField(field: FieldName, test: Test): string {
  const name = printName(field);
  switch (test.kind) {
    case "equals":
      return `${name}=${printText(test.text)}`;
    case "compare":
      return `${name}${test.operator}${printValue(test.value)}`;
    case "range":
      return `${name}:${printRange(test.from, test.to)}`;
    case "exists":
      return `${name}:*`;
    case "match":
    case "wildcard":
    case "regex":
      return `${name}:${printMatch(test)}`;
  }
}

function printMatch(test: Extract<Test, { kind: "match" | "wildcard" | "regex" }>): string {
  switch (test.kind) {
    case "match":
      return printText(test.text);
    case "wildcard":
      return printPattern(test.pattern);
    case "regex":
      return `/${test.pattern}/`;
  }
}

function printName(field: FieldName): string {
  if (field.kind === "name") return field.name;
  return field.scope === "any" ? quote(field.key) : `${field.scope}.${quote(field.key)}`;
}

function printRange(from: Bound | undefined, to: Bound | undefined): string {
  const opening = from === undefined || from.inclusive ? "[" : "{";
  const closing = to === undefined || to.inclusive ? "]" : "}";
  const bound = (value: Bound | undefined): string =>
    value === undefined ? "*" : printValue(value);
  return `${opening}${bound(from)} TO ${bound(to)}${closing}`;
}

function printValue(value: Value): string {
  return value.quoted ? quote(value.text) : value.text;
}

function printText(text: string): string {
  return PLAIN.test(text) && !KEYWORDS.has(text) ? text : quote(text);
}

/** Wildcards as they are, everything else that could mean something with a backslash. */
function printPattern(pattern: string): string {
  let text = "";
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    if (char === "\\") {
      at += 1;
      text += `\\${pattern.charAt(at)}`;
    } else {
      const isPlain = char === "*" || char === "?" || !SPECIAL.test(char);
      text += isPlain ? char : `\\${char}`;
    }
  }
  return text;
}

/** The text in quotes, as the language reads it back. */
export function quote(text: string): string {
  return `"${text.replaceAll(/[\\"]/g, "\\$&")}"`;
}
