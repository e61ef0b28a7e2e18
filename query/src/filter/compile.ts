/**
 * Condition to SQL: fragments of `filter.sql` and `filter-columns.sql` put together, every name of an attribute and every
 * value a bound parameter. Parameters are named `q_<what>_<number of the leaf>`.
 */
import {
  type Sql,
  type SqlParams,
  type Where,
  allOf,
  anyOf,
  compose,
  loadSql,
  numbered,
} from "../sql/sql.ts";
import { toLike, toWordLike, toWordRegex } from "./patterns.ts";
import type { Condition, IntegerRange, Limit, StringSource, StringTest } from "./condition.ts";
import type { AttributeScope, FilterSignal } from "./fields.ts";

const COLUMNS = loadSql("filter-columns.sql", [
  "ServiceName",
  "SpanName",
  "StatusMessage",
  "Body",
  "SeverityText",
  "TraceId",
  "SpanId",
  "ParentSpanId",
  "TraceState",
  "EventName",
  "ScopeName",
  "ScopeVersion",
  "ResourceSchemaUrl",
  "ScopeSchemaUrl",
  "SpanKind",
  "StatusCode",
  "SeverityNumber",
  "Duration",
  "Flags",
  "TraceFlags",
  "DroppedAttributesCount",
  "ResourceDroppedAttributesCount",
  "ScopeDroppedAttributesCount",
  "DroppedEventsCount",
  "DroppedLinksCount",
  "Timestamp",
  "ObservedTimestamp",
  "Events.Name",
  "Links.TraceId",
  "Links.SpanId",
  "Links.TraceState",
  "Events.Attributes",
  "Events.Timestamp",
  "Events.DroppedAttributesCount",
  "Links.Flags",
  "Links.DroppedAttributesCount",
  "Links.Attributes",
  "LogAttributes",
  "SpanAttributes",
  "ResourceAttributes",
  "ScopeAttributes",
  "LogAttributeItems",
  "SpanAttributeItems",
  "ResourceAttributeItems",
  "ServiceVersion",
  "DeploymentEnvironment",
]);

const SQL = loadSql("filter.sql", [
  "not",
  "is",
  "one-of",
  "like",
  "regex",
  "text-after",
  "text-from",
  "text-before",
  "text-to",
  "number-after",
  "number-from",
  "number-before",
  "number-to",
  "integer-from",
  "integer-to",
  "time-from",
  "time-to",
  "severity",
  "not-empty",
  "list-not-empty",
  "in-list",
  "element",
  "has-item",
  "has-key",
  "in-map",
  "map-value",
  "maps-have-key",
  "in-maps",
  "maps-value",
  "words",
  "phrase",
  "word-like",
  "word-pattern",
  "text-body",
  "text-status-message",
  "texts-span",
]);

type Column = keyof typeof COLUMNS;

/** The table asked: the two signals', or the per-minute counts of logs. */
export type FilterTable = FilterSignal | "logs-per-minute";

/** @returns the condition as SQL; of conditions that must all hold, each by itself */
export function compileCondition(condition: Condition, table: FilterTable): Where {
  const compiler = new Compiler(table);
  const all = condition.kind === "and" ? condition.of : [condition];
  const conditions = all.map((each) => compiler.compile(each));
  return { conditions, params: compiler.params };
}

/** What the rollup of logs keeps of the attributes; it keeps nothing for one that is absent or empty. */
const ROLLUP_ATTRIBUTES: ReadonlyMap<string, Column> = new Map([
  ["service.version", "ServiceVersion"],
  ["deployment.environment.name", "DeploymentEnvironment"],
]);

/** Whether the per-minute counts of logs know what is asked: service, severity, version and environment. */
export function isInLogRollup(condition: Condition): boolean {
  switch (condition.kind) {
    case "and":
    case "or":
      return condition.of.every(isInLogRollup);
    case "not":
      return isInLogRollup(condition.of);
    case "severity":
      return true;
    case "integer":
      return condition.column === "SeverityNumber";
    case "string":
      return isSourceInLogRollup(condition.source, condition.test);
    case "time":
    case "words":
    case "word-pattern":
    case "text-regex":
      return false;
  }
}

function isSourceInLogRollup(source: StringSource, test: StringTest): boolean {
  if (source.kind === "column") {
    return source.column === "ServiceName" || source.column === "SeverityText";
  }
  return (
    source.kind === "attribute" &&
    source.scope === "resource" &&
    ROLLUP_ATTRIBUTES.has(source.key) &&
    // Absent and empty are the same there, so only what is asked to be something can be told.
    test.kind === "is" &&
    test.text !== ""
  );
}

type TextCondition = Extract<Condition, { kind: "words" | "word-pattern" | "text-regex" }>;

class Compiler {
  params: SqlParams = {};
  readonly #table: FilterTable;
  #leaves = 0;

  constructor(table: FilterTable) {
    this.#table = table;
  }

  compile(condition: Condition): Sql {
    switch (condition.kind) {
      case "and":
        return allOf(condition.of.map((each) => this.compile(each)));
      case "or":
        return anyOf(condition.of.map((each) => this.compile(each)));
      case "not":
        return compose(SQL.not, [], { condition: this.compile(condition.of) });
      case "string":
        return this.#string(condition.source, condition.test);
      case "integer":
        return this.#range(condition.range, condition.column, ["integer-from", "integer-to"]);
      case "time":
        return this.#time(condition.range, condition.column);
      case "severity":
        return this.#leaf(SQL.severity, {
          from: condition.from,
          to: condition.to,
          values: condition.texts,
        });
      case "words":
      case "word-pattern":
      case "text-regex":
        return this.#text(condition);
    }
  }

  /** Of the many texts of a span, one must pass. */
  #text(condition: TextCondition): Sql {
    switch (condition.place) {
      case "body":
        return this.#inText(condition, SQL["text-body"]);
      case "status-message":
        return this.#inText(condition, SQL["text-status-message"]);
      case "span":
        return compose(SQL["in-list"], [], {
          test: this.#inText(condition, SQL.element),
          list: SQL["texts-span"],
        });
    }
  }

  #inText(condition: TextCondition, text: Sql): Sql {
    const over = (fragment: Sql): Sql => compose(fragment, [], { text });
    switch (condition.kind) {
      case "words": {
        const parts = [
          ...(condition.words === "" ? [] : [over(SQL.words)]),
          ...(condition.phrase === undefined ? [] : [over(SQL.phrase)]),
        ];
        return this.#leaf(allOf(parts), {
          ...(condition.words === "" ? {} : { words: condition.words }),
          ...(condition.phrase === undefined ? {} : { phrase: condition.phrase }),
        });
      }
      case "word-pattern":
        return this.#leaf(allOf([over(SQL["word-like"]), over(SQL["word-pattern"])]), {
          like: toWordLike(condition.pattern),
          pattern: toWordRegex(condition.pattern),
        });
      case "text-regex":
        return this.#leaf(compose(SQL.regex, [], { value: text }), { value: condition.pattern });
    }
  }

  #string(source: StringSource, test: StringTest): Sql {
    switch (source.kind) {
      case "column":
        return this.#column(source.column, test);
      case "list": {
        const list = COLUMNS[source.column];
        if (test.kind === "exists") return compose(SQL["list-not-empty"], [], { list });
        const inner = testOf(test, SQL.element);
        return this.#leaf(compose(SQL["in-list"], [], { test: inner.sql, list }), inner.params);
      }
      case "attribute":
        return this.#attribute(source.scope, source.key, test);
    }
  }

  #column(column: Column, test: StringTest): Sql {
    const value = COLUMNS[column];
    if (test.kind === "exists") return compose(SQL["not-empty"], [], { value });
    const { sql, params } = testOf(test, value);
    return this.#leaf(sql, params);
  }

  #attribute(scope: AttributeScope, key: string, test: StringTest): Sql {
    if (this.#table === "logs-per-minute") return this.#column(rollupColumn(key), test);
    if (scope === "events" || scope === "links") return this.#attributeOfMany(scope, key, test);
    const { map, items } = mapsOf(this.#table)[scope];
    if (test.kind === "exists") return this.#leaf(compose(SQL["has-key"], [], { map }), { key });
    if (test.kind === "is" && items !== undefined && !key.includes("=")) {
      return this.#leaf(compose(SQL["has-item"], [], { items }), { item: `${key}=${test.text}` });
    }
    const inner = testOf(test, compose(SQL["map-value"], [], { map }));
    // What is absent reads as empty, so it cannot be equal to anything else.
    if (test.kind === "is" && test.text !== "")
      return this.#leaf(inner.sql, { key, ...inner.params });
    return this.#leaf(compose(SQL["in-map"], [], { test: inner.sql, map }), {
      key,
      ...inner.params,
    });
  }

  #attributeOfMany(scope: "events" | "links", key: string, test: StringTest): Sql {
    const list = COLUMNS[scope === "events" ? "Events.Attributes" : "Links.Attributes"];
    if (test.kind === "exists") {
      return this.#leaf(compose(SQL["maps-have-key"], [], { list }), { key });
    }
    const inner = testOf(test, SQL["maps-value"]);
    return this.#leaf(compose(SQL["in-maps"], [], { test: inner.sql, list }), {
      key,
      ...inner.params,
    });
  }

  #time(range: IntegerRange, column: Column): Sql {
    const clamped = Object.fromEntries(
      Object.entries(range).map(([end, nanos]: [string, string]) => [
        end,
        BigInt(nanos) > UNIX_NANO_MAX ? String(UNIX_NANO_MAX) : nanos,
      ]),
    );
    return this.#range(clamped, column, ["time-from", "time-to"]);
  }

  #range(
    range: IntegerRange,
    column: Column,
    [from, to]: readonly ["integer-from" | "time-from", "integer-to" | "time-to"],
  ): Sql {
    const isList = column.includes(".");
    const value = isList ? SQL.element : COLUMNS[column];
    const ends = [
      ...(range.from === undefined ? [] : [compose(SQL[from], [], { value })]),
      ...(range.to === undefined ? [] : [compose(SQL[to], [], { value })]),
    ];
    const test = allOf(ends);
    const list = COLUMNS[column];
    return this.#leaf(isList ? compose(SQL["in-list"], [], { test, list }) : test, { ...range });
  }

  /** Numbers the parameters of a leaf, and binds them. */
  #leaf(sql: Sql, params: Readonly<Record<string, string | number | readonly string[]>>): Sql {
    const index = this.#leaves;
    this.#leaves += 1;
    for (const [name, value] of Object.entries(params)) {
      this.params = { ...this.params, [`q_${name}_${index}`]: value };
    }
    return numbered(sql, index);
  }
}

/** What DateTime64(9) can hold. */
const UNIX_NANO_MAX = 9_223_372_036_000_000_000n;

interface Maps {
  readonly map: Sql;
  /** `key=value`, with a text index; undefined where there is none. */
  readonly items?: Sql;
}

function mapsOf(signal: FilterSignal): Readonly<Record<"record" | "resource" | "scope", Maps>> {
  return {
    record:
      signal === "logs"
        ? { map: COLUMNS.LogAttributes, items: COLUMNS.LogAttributeItems }
        : { map: COLUMNS.SpanAttributes, items: COLUMNS.SpanAttributeItems },
    resource: { map: COLUMNS.ResourceAttributes, items: COLUMNS.ResourceAttributeItems },
    scope: { map: COLUMNS.ScopeAttributes },
  };
}

function rollupColumn(key: string): Column {
  const column = ROLLUP_ATTRIBUTES.get(key);
  if (column === undefined) throw new Error("the rollup has no such attribute");
  return column;
}

interface Tested {
  readonly sql: Sql;
  readonly params: Readonly<Record<string, string | number | readonly string[]>>;
}

function testOf(test: Exclude<StringTest, { kind: "exists" }>, value: Sql): Tested {
  const of = (fragment: Sql): Sql => compose(fragment, [], { value });
  switch (test.kind) {
    case "is":
      return { sql: of(SQL.is), params: { value: test.text } };
    case "one-of":
      return { sql: of(SQL["one-of"]), params: { values: test.texts } };
    case "like":
      return { sql: of(SQL.like), params: { value: toLike(test.pattern) } };
    case "regex":
      return { sql: of(SQL.regex), params: { value: test.pattern } };
    case "text-range":
      return limited(test.from, test.to, {
        after: of(SQL["text-after"]),
        from: of(SQL["text-from"]),
        before: of(SQL["text-before"]),
        to: of(SQL["text-to"]),
      });
    case "number-range":
      return limited(test.from, test.to, {
        after: of(SQL["number-after"]),
        from: of(SQL["number-from"]),
        before: of(SQL["number-before"]),
        to: of(SQL["number-to"]),
      });
  }
}

function limited(
  from: Limit<string | number> | undefined,
  to: Limit<string | number> | undefined,
  sql: Readonly<Record<"after" | "from" | "before" | "to", Sql>>,
): Tested {
  const ends = [
    ...(from === undefined ? [] : [from.inclusive ? sql.from : sql.after]),
    ...(to === undefined ? [] : [to.inclusive ? sql.to : sql.before]),
  ];
  return {
    sql: allOf(ends),
    params: {
      ...(from === undefined ? {} : { from: from.value }),
      ...(to === undefined ? {} : { to: to.value }),
    },
  };
}
