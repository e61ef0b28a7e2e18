/** Filters over generated data, with what the query service's own tests select rows by: development sees what is asked. */
import {
  type Filter,
  type FilterSignal,
  parseFilter,
  resolveFilter,
} from "@throughline/query/filter";
import type { LogRecord, Span } from "@throughline/query/wire";
// @boundaries-ignore development only: the package does not offer it to the application
import { passes, type StoredRow } from "../../query/src/testing/evaluate-condition.ts";
import { removeConditions } from "../src/lib/filter-edit.ts";

export type RowFilter = (row: StoredRow) => boolean;

/** @returns what is wrong with the filter, or which rows it selects */
export function toRowFilter(q: string | null, signal: FilterSignal): RowFilter | string {
  const parsed = parseFilter(q ?? "");
  if (parsed.kind === "error") return parsed.error.message;
  if (parsed.kind === "empty") return () => true;
  const resolved = resolveFilter(parsed.filter, signal);
  if (resolved.kind === "error") return resolved.error.message;
  const { condition } = resolved;
  return (row) => passes(row, condition);
}

/** The filter without its conditions on one field, as a facet of the field is asked. */
export function withoutField(q: string | null, field: string, signal: FilterSignal): RowFilter {
  const isOfField = (each: Filter): boolean =>
    each.kind === "not"
      ? isOfField(each.of)
      : each.kind === "field" && each.field.kind === "name" && each.field.name === field;
  const selects = toRowFilter(removeConditions(q ?? "", isOfField), signal);
  return typeof selects === "string" ? () => false : selects;
}

export function spanRow(traceId: string, span: Span): StoredRow {
  return {
    Timestamp: BigInt(span.startTimeUnixNano),
    ResourceAttributes: span.resource,
    ScopeAttributes: {},
    record: span.attributes,
    "Events.Attributes": span.events.map(({ attributes }) => attributes),
    "Links.Attributes": span.links.map(({ attributes }) => attributes),
    lists: {
      "Events.Name": span.events.map(({ name }) => name),
      "Links.TraceId": span.links.map((link) => link.traceId),
      "Links.SpanId": span.links.map(({ spanId }) => spanId),
    },
    texts: {
      ServiceName: span.serviceName,
      SpanName: span.name,
      TraceId: traceId,
      SpanId: span.spanId,
      ParentSpanId: span.parentSpanId,
      SpanKind: span.kind,
      StatusCode: span.status.code,
      StatusMessage: span.status.message,
      ScopeName: span.scopeName,
      ScopeVersion: span.scopeVersion,
    },
    integers: { Duration: BigInt(span.durationNano) },
  };
}

export function logRow(log: LogRecord): StoredRow {
  return {
    Timestamp: BigInt(log.timeUnixNano),
    ResourceAttributes: log.resource,
    ScopeAttributes: {},
    record: log.attributes,
    lists: {},
    texts: {
      ServiceName: log.serviceName,
      TraceId: log.traceId,
      SpanId: log.spanId,
      Body: log.body,
      SeverityText: log.severityText,
      EventName: log.eventName,
      ScopeName: log.scopeName,
    },
    integers: {
      SeverityNumber: BigInt(log.severityNumber),
      TraceFlags: BigInt(log.traceFlags),
    },
  };
}
