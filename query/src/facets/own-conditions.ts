/**
 * Pure: a question without its conditions on one field, so that the facet of that field shows what else could be chosen.
 * A condition goes when it holds by itself (a parameter, or a term of `q` that is not inside an OR) and is about nothing
 * but the field.
 */
import type { Condition } from "../filter/condition.ts";
import type { LogFilters, TraceFilters } from "../search/filters.ts";

/** What a field or a condition looks at, as a text to compare. */
export type Subject = string;

const SEVERITY: Subject = "severity";

export function columnSubject(column: string): Subject {
  return `column ${column}`;
}

function attributeSubject(scope: string, key: string): Subject {
  return `attribute ${scope} ${key}`;
}

export function logFiltersWithout(filters: LogFilters, own: ReadonlySet<Subject>): LogFilters {
  const { service, severity, traceId, spanId, attributes, condition, ...rest } = filters;
  return {
    ...rest,
    ...keep({ service }, own, columnSubject("ServiceName")),
    ...keep({ severity }, own, SEVERITY),
    ...keep({ traceId }, own, columnSubject("TraceId")),
    ...keep({ spanId }, own, columnSubject("SpanId")),
    attributes: attributes.filter((item) => !isItemOf(item, own)),
    ...conditionWithout(condition, own),
  };
}

export function traceFiltersWithout(
  filters: TraceFilters,
  own: ReadonlySet<Subject>,
): TraceFilters {
  const { service, operation, status, attributes, condition, ...rest } = filters;
  return {
    ...rest,
    ...keep({ service }, own, columnSubject("ServiceName")),
    ...keep({ operation }, own, columnSubject("SpanName")),
    ...keep({ status }, own, columnSubject("StatusCode")),
    attributes: attributes.filter((item) => !isItemOf(item, own)),
    ...conditionWithout(condition, own),
  };
}

/** Everything that conditions of a question look at. */
export function subjectsOf(condition: Condition): readonly Subject[] {
  switch (condition.kind) {
    case "and":
    case "or":
      return condition.of.flatMap(subjectsOf);
    case "not":
      return subjectsOf(condition.of);
    case "severity":
      return [SEVERITY];
    case "integer":
    case "time":
      return [columnSubject(condition.column)];
    case "string": {
      const { source } = condition;
      return source.kind === "attribute"
        ? [attributeSubject(source.scope, source.key)]
        : [columnSubject(source.column)];
    }
    case "words":
    case "word-pattern":
    case "text-regex":
      return [TEXTS[condition.place]];
  }
}

const TEXTS = {
  body: columnSubject("Body"),
  "status-message": columnSubject("StatusMessage"),
  // Several columns and every attribute: never of one field.
  span: "texts",
} as const;

function keep<T extends object>(part: T, own: ReadonlySet<Subject>, subject: Subject): Partial<T> {
  const isGiven = Object.values(part).some((each) => each !== undefined);
  return isGiven && !own.has(subject) ? part : {};
}

/** `key=value` is of the record or of its resource; so a field of only one of them is another question. */
function isItemOf(item: string, own: ReadonlySet<Subject>): boolean {
  const key = item.slice(0, item.indexOf("="));
  return own.has(attributeSubject("record", key)) && own.has(attributeSubject("resource", key));
}

function conditionWithout(
  condition: Condition | undefined,
  own: ReadonlySet<Subject>,
): { readonly condition?: Condition } {
  if (condition === undefined) return {};
  const rest = conjuncts(condition).filter((each) => !subjectsOf(each).every((s) => own.has(s)));
  const [only] = rest;
  if (only === undefined) return {};
  return { condition: rest.length === 1 ? only : { kind: "and", of: rest } };
}

function conjuncts(condition: Condition): readonly Condition[] {
  return condition.kind === "and" ? condition.of.flatMap(conjuncts) : [condition];
}
