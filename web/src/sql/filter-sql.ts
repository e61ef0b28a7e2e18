/**
 * Pure: a filter as conditions of SQL that people read and go on with: names and values written out. They select the same
 * rows as the service does, which binds them as parameters.
 */
import {
  type AttributeScope,
  type Condition,
  type FilterSignal,
  lowerAscii,
  parseFilter,
  resolveFilter,
  type StringSource,
  type StringTest,
  toLike,
  toWordLike,
  toWordRegex,
} from "@throughline/query/filter";

/** @returns what must all hold; undefined when the text is no filter of the signal */
export function filterConditions(
  q: string,
  signal: FilterSignal,
): readonly Condition[] | undefined {
  const parsed = parseFilter(q);
  if (parsed.kind === "empty") return [];
  if (parsed.kind === "error") return undefined;
  const resolved = resolveFilter(parsed.filter, signal);
  if (resolved.kind === "error") return undefined;
  const { condition } = resolved;
  return condition.kind === "and" ? condition.of : [condition];
}

/** @returns the text after WHERE: the time range of the page, and the filter; undefined when the text is no filter */
export function whereSql(q: string, signal: FilterSignal): string | undefined {
  const conditions = filterConditions(q, signal);
  return conditions === undefined ? undefined : whereOf(conditions, signal);
}

export function whereOf(conditions: readonly Condition[], signal: FilterSignal): string {
  const all = conditions.map((condition) => conditionSql(condition, signal));
  return ["$__timeFilter(Timestamp)", ...all].join("\n  AND ");
}

/** @returns one expression that binds more tightly than AND */
export function conditionSql(condition: Condition, signal: FilterSignal): string {
  switch (condition.kind) {
    case "and":
    case "or": {
      const parts = condition.of.map((each) => conditionSql(each, signal));
      return grouped(parts, condition.kind === "and" ? "AND" : "OR");
    }
    case "not": {
      const inner = conditionSql(condition.of, signal);
      return `NOT ${isGroup(inner) ? inner : `(${inner})`}`;
    }
    case "words":
    case "word-pattern":
    case "text-regex":
      return textSql(condition);
    case "severity":
      return severitySql(condition);
    case "integer":
    case "time":
      return rangeSql(condition);
    case "string":
      return stringSql(condition.source, condition.test, signal);
  }
}

/** In single quotes, as ClickHouse reads it. */
export function literal(text: string): string {
  return `'${text.replaceAll(/[\\']/gu, String.raw`\$&`)}'`;
}

/** The map that has the attributes of a scope. */
export function mapOf(scope: AttributeScope, signal: FilterSignal): string {
  switch (scope) {
    case "record":
      return signal === "logs" ? "LogAttributes" : "SpanAttributes";
    case "resource":
      return "ResourceAttributes";
    case "scope":
      return "ScopeAttributes";
    case "events":
      return "`Events.Attributes`";
    case "links":
      return "`Links.Attributes`";
  }
}

/** Quoted where its name has a dot. */
export function columnName(column: string): string {
  return column.includes(".") ? `\`${column}\`` : column;
}

function grouped(parts: readonly string[], operator: "AND" | "OR"): string {
  return parts.length === 1 ? (parts[0] ?? "1") : `(${parts.join(` ${operator} `)})`;
}

/** Whether the whole stands in one pair of parentheses. */
function isGroup(sql: string): boolean {
  return sql.startsWith("(") && sql.endsWith(")");
}

type TextCondition = Extract<Condition, { kind: "words" | "word-pattern" | "text-regex" }>;

/** Every text of a span, of which one must pass. */
const TEXTS_OF_SPAN =
  "arrayConcat([toString(SpanName), StatusMessage], mapValues(SpanAttributes), arrayMap(e -> toString(e), `Events.Name`), arrayFlatten(arrayMap(m -> mapValues(m), `Events.Attributes`)))";

function textSql(condition: TextCondition): string {
  switch (condition.place) {
    case "body":
      return inText(condition, "Body");
    case "status-message":
      return inText(condition, "StatusMessage");
    case "span":
      return `arrayExists(e -> ${inText(condition, "e")}, ${TEXTS_OF_SPAN})`;
  }
}

function inText(condition: TextCondition, text: string): string {
  switch (condition.kind) {
    case "words": {
      const { words, phrase } = condition;
      const parts = [
        ...(words === "" ? [] : [`hasAllTokens(lower(${text}), ${literal(lowerAscii(words))})`]),
        ...(phrase === undefined
          ? []
          : [`position(lower(${text}), ${literal(lowerAscii(phrase))}) > 0`]),
      ];
      return grouped(parts, "AND");
    }
    case "word-pattern": {
      const like = literal(lowerAscii(toWordLike(condition.pattern)));
      const regex = literal(toWordRegex(condition.pattern));
      return `(lower(${text}) LIKE ${like} AND match(lower(${text}), ${regex}))`;
    }
    case "text-regex":
      return `match(${text}, ${literal(condition.pattern)})`;
  }
}

/** Higher than any severity number that is stored. */
const SEVERITY_NUMBER_MAX = 255;

function severitySql({ from, to, texts }: Extract<Condition, { kind: "severity" }>): string {
  const byNumber =
    to >= SEVERITY_NUMBER_MAX
      ? `SeverityNumber >= ${from}`
      : `SeverityNumber BETWEEN ${from} AND ${to}`;
  if (texts.length === 0) return byNumber;
  return `(${byNumber} OR (SeverityNumber = 0 AND upper(SeverityText) IN (${texts.map(literal).join(", ")})))`;
}

/** What DateTime64(9) can hold. */
const UNIX_NANO_MAX = 9_223_372_036_000_000_000n;

function rangeSql({
  kind,
  column,
  range: { from, to },
}: Extract<Condition, { kind: "integer" | "time" }>): string {
  const isList = column.includes(".");
  const value = isList ? "e" : column;
  const bound = (digits: string) => (kind === "integer" ? digits : timeSql(digits));
  const ends =
    from !== undefined && from === to
      ? [`${value} = ${bound(from)}`]
      : [
          ...(from === undefined ? [] : [`${value} >= ${bound(from)}`]),
          ...(to === undefined ? [] : [`${value} <= ${bound(to)}`]),
        ];
  const test = grouped(ends, "AND");
  return isList ? `arrayExists(e -> ${test}, ${columnName(column)})` : test;
}

export function timeSql(unixNano: string): string {
  const nanos = BigInt(unixNano);
  return `fromUnixTimestamp64Nano(${nanos > UNIX_NANO_MAX ? UNIX_NANO_MAX : nanos})`;
}

function stringSql(source: StringSource, test: StringTest, signal: FilterSignal): string {
  switch (source.kind) {
    case "column":
      return test.kind === "exists" ? `${source.column} != ''` : testSql(test, source.column);
    case "list": {
      const list = columnName(source.column);
      return test.kind === "exists"
        ? `notEmpty(${list})`
        : `arrayExists(e -> ${testSql(test, "e")}, ${list})`;
    }
    case "attribute":
      return attributeSql(source, test, signal);
  }
}

function attributeSql(
  { scope, key }: Extract<StringSource, { kind: "attribute" }>,
  test: StringTest,
  signal: FilterSignal,
): string {
  const isOfMany = scope === "events" || scope === "links";
  const map = isOfMany ? "m" : mapOf(scope, signal);
  const has = `mapContains(${map}, ${literal(key)})`;
  const passes = testOfKey(map, key, has, test);
  return isOfMany ? `arrayExists(m -> ${passes}, ${mapOf(scope, signal)})` : passes;
}

function testOfKey(map: string, key: string, has: string, test: StringTest): string {
  if (test.kind === "exists") return has;
  const passes = testSql(test, `${map}[${literal(key)}]`);
  // What is absent reads as empty, so it cannot be equal to anything else.
  return test.kind === "is" && test.text !== "" ? passes : `(${has} AND ${passes})`;
}

function testSql(test: Exclude<StringTest, { kind: "exists" }>, value: string): string {
  switch (test.kind) {
    case "is":
      return `${value} = ${literal(test.text)}`;
    case "one-of":
      return `${value} IN (${test.texts.map(literal).join(", ")})`;
    case "like":
      return `${value} LIKE ${literal(toLike(test.pattern))}`;
    case "regex":
      return `match(${value}, ${literal(test.pattern)})`;
    case "text-range":
      return grouped(
        endsSql(test, (operator, end) => `${value} ${operator} ${literal(end)}`),
        "AND",
      );
    case "number-range":
      // Of a text that is no number it is 0, not NULL, so that NOT is its opposite.
      return grouped(
        endsSql(test, (operator, end) => `ifNull(toFloat64OrNull(${value}) ${operator} ${end}, 0)`),
        "AND",
      );
  }
}

function endsSql<T>(
  { from, to }: { readonly from?: Bound<T>; readonly to?: Bound<T> },
  write: (operator: string, end: T) => string,
): readonly string[] {
  return [
    ...(from === undefined ? [] : [write(from.inclusive ? ">=" : ">", from.value)]),
    ...(to === undefined ? [] : [write(to.inclusive ? "<=" : "<", to.value)]),
  ];
}

interface Bound<T> {
  readonly value: T;
  readonly inclusive: boolean;
}
