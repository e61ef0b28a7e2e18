/** Changes of a filter text by clicks: a condition is added, taken off, or replaced; the rest stays as it was typed. */
import {
  FIELDS,
  FILTER_LIMITS,
  type FieldName,
  type Filter,
  type FilterSignal,
  parseFilter,
  printFilter,
} from "@throughline/query/filter";

/** Where a key is looked for: in the record or its resource, or in one of them only. */
export type AttributeScope = "any" | "attr" | "resource";

/** What stands for an attribute in a filter: its bare key where that is read as this key and nothing else. */
export function attributeField(
  key: string,
  scope: AttributeScope,
  signal: FilterSignal,
): FieldName {
  const name = scope === "any" ? key : `${scope}.${key}`;
  const parsed = parseFilter(`${name}:*`);
  const isPlain =
    parsed.kind === "filter" &&
    parsed.filter.kind === "field" &&
    parsed.filter.field.kind === "name" &&
    parsed.filter.field.name === name;
  if (!isPlain || (scope === "any" && meansSomethingElse(key, signal)))
    return { kind: "key", scope, key };
  return { kind: "name", name };
}

function meansSomethingElse(key: string, signal: FilterSignal): boolean {
  return (
    /^(?:attr|attributes|resource|scope|event|link)\./u.test(key) ||
    FIELDS.some(
      ({ name, aliases, signals }) =>
        signals.includes(signal) && (name === key || aliases.includes(key)),
    )
  );
}

/** A longer value is asked for by its beginning: it would leave no room for other conditions. */
const WHOLE_MAX_LENGTH = FILTER_LIMITS.textLengthMax / 8;

/** `field:value`, the value as it is, whatever it holds; a long one by its beginning. */
export function isValue(field: FieldName | string, value: string): Filter {
  const named: FieldName = typeof field === "string" ? { kind: "name", name: field } : field;
  if (value.length > WHOLE_MAX_LENGTH)
    return beginsWith(named, value.slice(0, WHOLE_MAX_LENGTH).replace(/[\uD800-\uDBFF]$/u, ""));
  return { kind: "field", field: named, test: { kind: "match", text: value } };
}

/** `field:value*`, of a value that is known by its beginning. */
export function beginsWith(field: FieldName, beginning: string): Filter {
  const pattern = `${beginning.replaceAll(/[\\*?]/gu, "\\$&")}*`;
  return { kind: "field", field, test: { kind: "wildcard", pattern } };
}

/** @returns what must all hold; none when the text is empty or no filter */
function conditionsOf(q: string): readonly Filter[] {
  const parsed = parseFilter(q);
  if (parsed.kind !== "filter") return [];
  return parsed.filter.kind === "and" ? parsed.filter.of : [parsed.filter];
}

/** @returns the conditions as text, for pages that found nothing; the text itself when it is no filter */
export function conditionTexts(q: string): readonly string[] {
  const all = conditionsOf(q);
  if (all.length > 0) return all.map((each) => printFilter(each));
  return q === "" ? [] : [q];
}

export function hasCondition(q: string, condition: Filter): boolean {
  const text = printFilter(condition);
  return conditionsOf(q).some((each) => printFilter(each) === text);
}

/** @returns the filter that also asks for the condition; the same when it did already */
export function addCondition(q: string, condition: Filter): string {
  const text = q.trim();
  const added = join([condition]);
  if (text === "") return added;
  if (hasCondition(text, condition)) return text;
  const [only, ...others] = conditionsOf(text);
  const isAlternatives = others.length === 0 && only?.kind === "or";
  return `${isAlternatives ? `(${text})` : text} ${added}`;
}

export function removeCondition(q: string, condition: Filter): string {
  const text = printFilter(condition);
  if (!hasCondition(q, condition)) return q;
  return join(conditionsOf(q).filter((each) => printFilter(each) !== text));
}

/** @returns the filter with this value of the field in the place of others that it asked for, and of its exclusion */
export function onlyCondition(q: string, condition: Filter): string {
  if (condition.kind !== "field") return addCondition(q, condition);
  const { field } = condition;
  const isOther = (each: Filter): boolean =>
    each.kind === "field" &&
    (each.test.kind === "match" || each.test.kind === "equals") &&
    isSameField(each.field, field);
  const excluded = printFilter({ kind: "not", of: condition });
  const rest = removeConditions(q, (each) => isOther(each) || printFilter(each) === excluded);
  return addCondition(rest, condition);
}

/** @returns the filter without the records of this value */
export function exceptCondition(q: string, condition: Filter): string {
  return addCondition(removeCondition(q, condition), { kind: "not", of: condition });
}

function isSameField(a: FieldName, b: FieldName): boolean {
  if (a.kind === "name") return b.kind === "name" && a.name === b.name;
  return b.kind === "key" && a.scope === b.scope && a.key === b.key;
}

/** @param isUnwanted which of the conditions that must all hold go */
export function removeConditions(q: string, isUnwanted: (condition: Filter) => boolean): string {
  const all = conditionsOf(q);
  const kept = all.filter((each) => !isUnwanted(each));
  return kept.length === all.length ? q.trim() : join(kept);
}

function join(conditions: readonly Filter[]): string {
  const [only] = conditions;
  if (only === undefined) return "";
  return printFilter(conditions.length === 1 ? only : { kind: "and", of: conditions });
}

const UNITS = [
  ["s", 1_000_000_000n],
  ["ms", 1_000_000n],
  ["us", 1_000n],
] as const;
const DECIMALS = 1_000n;

/** @returns a duration as a filter writes it, exactly: `1.5s`, `250ms`, `1234.567us` */
export function writeDuration(nanos: bigint): string {
  for (const [unit, size] of UNITS)
    if (nanos >= size && (nanos * DECIMALS) % size === 0n)
      return `${Number((nanos * DECIMALS) / size) / Number(DECIMALS)}${unit}`;
  return `${nanos}ns`;
}

export interface DurationBounds {
  /** Nanoseconds, inclusive; undefined for no bound. */
  readonly min: bigint | undefined;
  readonly max: bigint | undefined;
}

/** @returns the filter with these bounds in the place of those it had */
export function withDuration(q: string, { min, max }: DurationBounds): string {
  let next = removeConditions(
    q,
    (each) =>
      each.kind === "field" &&
      each.field.kind === "name" &&
      each.field.name === "duration" &&
      (each.test.kind === "compare" || each.test.kind === "range"),
  );
  if (min !== undefined) next = addCondition(next, compare("duration", ">=", writeDuration(min)));
  if (max !== undefined) next = addCondition(next, compare("duration", "<=", writeDuration(max)));
  return next;
}

/** `field>=value`; a value that is no plain text is quoted, and then refused by name. */
export function compare(name: string, operator: ">=" | "<=", text: string): Filter {
  const quoted = !/^[\p{L}\p{N}.]+$/u.test(text);
  return {
    kind: "field",
    field: { kind: "name", name },
    test: { kind: "compare", operator, value: { text, quoted } },
  };
}
