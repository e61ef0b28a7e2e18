/** Selects rows in memory as SQL should: what ClickHouse answers is compared with this. */
import type {
  Condition,
  IntegerRange,
  Limit,
  StringSource,
  StringTest,
} from "../filter/condition.ts";
import type { TextPlace, TimeColumn, TimeListColumn } from "../filter/fields.ts";
import { lowerAscii } from "../filter/patterns.ts";

type StringMap = Readonly<Record<string, string>>;

/** A row by ClickHouse's column names; times are nanoseconds. */
export interface StoredRow {
  readonly Timestamp: bigint;
  readonly ObservedTimestamp?: bigint;
  readonly ResourceAttributes: StringMap;
  readonly ScopeAttributes: StringMap;
  /** LogAttributes or SpanAttributes. */
  readonly record: StringMap;
  readonly "Events.Attributes"?: readonly StringMap[];
  readonly "Links.Attributes"?: readonly StringMap[];
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly texts: StringMap;
  /** Of the events and links, one each. */
  readonly numbers?: Readonly<Record<string, readonly bigint[]>>;
  readonly integers: Readonly<Record<string, bigint>>;
}

export function passes(row: StoredRow, condition: Condition): boolean {
  switch (condition.kind) {
    case "and":
      return condition.of.every((each) => passes(row, each));
    case "or":
      return condition.of.some((each) => passes(row, each));
    case "not":
      return !passes(row, condition.of);
    case "integer":
      return numbersOf(row, condition.column).some((each) => inRange(each, condition.range));
    case "time":
      return timesOf(row, condition.column).some((each) => inRange(each, condition.range));
    case "severity":
      return severityPasses(row, condition);
    case "string":
      return valuesOf(row, condition.source).some((value) =>
        holds(value, condition.test, condition.source.kind),
      );
    case "words":
    case "word-pattern":
    case "text-regex":
      return textPasses(textsAt(row, condition.place), condition);
  }
}

function numbersOf(row: StoredRow, column: string): readonly bigint[] {
  return row.numbers?.[column] ?? [row.integers[column] ?? 0n];
}

function timesOf(row: StoredRow, column: TimeColumn | TimeListColumn): readonly bigint[] {
  if (column === "Events.Timestamp") return row.numbers?.[column] ?? [];
  return [row[column] ?? 0n];
}

function severityPasses(
  row: StoredRow,
  condition: Extract<Condition, { kind: "severity" }>,
): boolean {
  const number = row.integers["SeverityNumber"] ?? 0n;
  if (number >= BigInt(condition.from) && number <= BigInt(condition.to)) return true;
  const text = row.texts["SeverityText"] ?? "";
  return number === 0n && condition.texts.includes(text.toUpperCase());
}

function textPasses(
  texts: readonly string[],
  condition: Extract<Condition, { kind: "words" | "word-pattern" | "text-regex" }>,
): boolean {
  switch (condition.kind) {
    case "words":
      return texts.some((text) => {
        const lower = lowerAscii(text);
        const words = new Set(lower.match(/[a-z0-9\u0080-\u{10FFFF}]+/gu) ?? []);
        const wanted = condition.words === "" ? [] : lowerAscii(condition.words).split(" ");
        return (
          wanted.every((word) => words.has(word)) &&
          lower.includes(lowerAscii(condition.phrase ?? ""))
        );
      });
    case "word-pattern": {
      const regex = wordRegex(lowerAscii(condition.pattern));
      return texts.some((text) => regex.test(lowerAscii(text)));
    }
    case "text-regex":
      return texts.some((text) => new RegExp(condition.pattern, "s").test(text));
  }
}

function textsAt(row: StoredRow, place: TextPlace): readonly string[] {
  switch (place) {
    case "body":
      return [row.texts["Body"] ?? ""];
    case "status-message":
      return [row.texts["StatusMessage"] ?? ""];
    case "span":
      return [
        row.texts["SpanName"] ?? "",
        row.texts["StatusMessage"] ?? "",
        ...Object.values(row.record),
        ...(row.lists["Events.Name"] ?? []),
        ...(row["Events.Attributes"] ?? []).flatMap((each) => Object.values(each)),
      ];
  }
}

function valuesOf(row: StoredRow, source: StringSource): readonly string[] {
  switch (source.kind) {
    case "column":
      return [row.texts[source.column] ?? ""];
    case "list":
      return row.lists[source.column] ?? [];
    case "attribute":
      return mapsOf(row, source.scope).flatMap((map) => {
        const value = map[source.key];
        return value === undefined ? [] : [value];
      });
  }
}

function mapsOf(
  row: StoredRow,
  scope: Extract<StringSource, { kind: "attribute" }>["scope"],
): readonly StringMap[] {
  switch (scope) {
    case "record":
      return [row.record];
    case "resource":
      return [row.ResourceAttributes];
    case "scope":
      return [row.ScopeAttributes];
    case "events":
      return row["Events.Attributes"] ?? [];
    case "links":
      return row["Links.Attributes"] ?? [];
  }
}

function holds(value: string, test: StringTest, source: StringSource["kind"]): boolean {
  switch (test.kind) {
    case "is":
      return value === test.text;
    case "one-of":
      return test.texts.includes(value);
    case "like":
      return likeRegex(test.pattern).test(value);
    case "regex":
      return new RegExp(test.pattern, "s").test(value);
    case "exists":
      return source !== "column" || value !== "";
    case "text-range":
      return within(value, test.from, test.to);
    case "number-range":
      return (
        /^[+-]?\d+(?:\.\d*)?(?:e[+-]?\d+)?$/.test(value) &&
        within(Number(value), test.from, test.to)
      );
  }
}

function within<T extends string | number>(
  value: T,
  from: Limit<T> | undefined,
  to: Limit<T> | undefined,
): boolean {
  if (from !== undefined && (value < from.value || (value === from.value && !from.inclusive)))
    return false;
  return to === undefined || value < to.value || (value === to.value && to.inclusive);
}

function inRange(value: bigint, range: IntegerRange): boolean {
  if (range.from !== undefined && value < BigInt(range.from)) return false;
  return range.to === undefined || value <= BigInt(range.to);
}

const WORD = String.raw`[a-z0-9\u0080-\u{10FFFF}]`;

/** A word is bounded by what is not of a word, where the pattern's end is. */
function wordRegex(pattern: string): RegExp {
  const body = translate(pattern, { "*": `${WORD}*`, "?": WORD });
  const isPunctuation = (char: string | undefined): boolean =>
    char !== undefined && !/[a-z0-9*?\u0080-\u{10FFFF}]/u.test(char);
  const before = isPunctuation(Array.from(pattern.replace(/^\\/, "")).at(0)) ? "" : `(?<!${WORD})`;
  const after = isPunctuation(Array.from(pattern).at(-1)) ? "" : `(?!${WORD})`;
  return new RegExp(before + body + after, "u");
}

function likeRegex(pattern: string): RegExp {
  return new RegExp(`^${translate(pattern, { "*": ".*", "?": "." })}$`, "su");
}

function translate(pattern: string, wild: Readonly<Record<"*" | "?", string>>): string {
  return pattern.replaceAll(/\\(.)|([*?])|([^\\])/gsu, (_, ...groups: unknown[]) => {
    const [escaped, wildcard, plain] = groups;
    if (wildcard === "*" || wildcard === "?") return wild[wildcard];
    return String(escaped ?? plain).replaceAll(/[\\^$.|?*+()[\]{}/]/g, "\\$&");
  });
}
