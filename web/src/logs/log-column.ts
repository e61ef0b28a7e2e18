/** Pure: columns of the table of logs: what a field, by the name that a filter gives it, is of a log. */
import type { StringSource } from "@throughline/query/filter";
import type { LogRecord } from "@throughline/query/wire";
import { toSeverity } from "../lib/severity.ts";
import { columnName, filterConditions, literal, mapOf } from "../sql/filter-sql.ts";

/** @returns undefined where the log does not have the field */
export type ReadColumn = (log: LogRecord) => string | undefined;

const COLUMNS: Readonly<Record<string, ReadColumn>> = {
  ServiceName: (log) => log.serviceName,
  Body: (log) => log.body,
  SeverityText: (log) => log.severityText,
  TraceId: (log) => log.traceId,
  SpanId: (log) => log.spanId,
  EventName: (log) => log.eventName,
  ScopeName: (log) => log.scopeName,
  SeverityNumber: (log) => String(log.severityNumber),
  Flags: (log) => String(log.traceFlags),
};

/** @returns what reads the field; undefined for one that the list does not have of its logs */
export function readerOf(column: string): ReadColumn | undefined {
  if (column === "severity")
    return (log) => toSeverity(log.severityNumber, log.severityText).toLowerCase();
  const condition = conditionOf(column);
  if (condition === undefined) return undefined;
  if (condition.kind === "integer") return COLUMNS[condition.column];
  const readers = sourcesOf(column).map(readSource);
  const known = readers.filter((reader) => reader !== undefined);
  if (known.length === 0) return undefined;
  return (log) => {
    for (const read of known) {
      const value = read(log);
      if (value !== undefined) return value;
    }
    return undefined;
  };
}

function conditionOf(column: string) {
  return (
    filterConditions(`${column}:*`, "logs")?.[0] ?? filterConditions(`${column}:1`, "logs")?.[0]
  );
}

function sourcesOf(column: string): readonly StringSource[] {
  const condition = conditionOf(column);
  const all = condition?.kind === "or" ? condition.of : condition === undefined ? [] : [condition];
  return all.flatMap((each) => (each.kind === "string" ? [each.source] : []));
}

function readSource(source: StringSource): ReadColumn | undefined {
  if (source.kind === "column") return COLUMNS[source.column];
  if (source.kind === "list") return undefined;
  const { scope, key } = source;
  if (scope === "record") return (log) => ownValue(log.attributes, key);
  return scope === "resource" ? (log) => ownValue(log.resource, key) : undefined;
}

function ownValue(map: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** The column in a SELECT, by its own name; undefined where it has none. */
export function columnSql(column: string): string | undefined {
  const alias = `\`${column.replaceAll(/[\\`]/gu, String.raw`\$&`)}\``;
  const [first, second] = sourcesOf(column);
  if (first === undefined) {
    const condition = conditionOf(column);
    return condition?.kind === "integer" ? `${condition.column} AS ${alias}` : undefined;
  }
  if (first.kind !== "attribute") return `${columnName(first.column)} AS ${alias}`;
  const valueOf = ({ scope, key }: Extract<StringSource, { kind: "attribute" }>) =>
    `${mapOf(scope, "logs")}[${literal(key)}]`;
  if (second?.kind !== "attribute") return `${valueOf(first)} AS ${alias}`;
  const has = `mapContains(${mapOf(first.scope, "logs")}, ${literal(first.key)})`;
  return `if(${has}, ${valueOf(first)}, ${valueOf(second)}) AS ${alias}`;
}
