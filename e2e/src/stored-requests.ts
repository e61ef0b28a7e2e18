/** What ClickHouse holds of one service, and its requests drawn as the tree that a reader would see. */
import type { ClickHouseClient } from "@clickhouse/client";

interface StoredSpan {
  readonly TraceId: string;
  readonly SpanId: string;
  readonly ParentSpanId: string;
  readonly SpanKind: string;
  readonly SpanName: string;
  readonly StatusCode: string;
  readonly SpanAttributes: Readonly<Record<string, string>>;
  readonly ResourceAttributes: Readonly<Record<string, string>>;
  readonly EventNames: readonly string[];
}

interface StoredLog {
  readonly TraceId: string;
  readonly SpanId: string;
  readonly SeverityNumber: number;
  readonly SeverityText: string;
  readonly Body: string;
  readonly LogAttributes: Readonly<Record<string, string>>;
  readonly ResourceAttributes: Readonly<Record<string, string>>;
}

export interface StoredRequests {
  /** By time, as the logs; OpenTelemetry starts spans on whole milliseconds, so those of one are in the order of their names. */
  readonly spans: readonly StoredSpan[];
  readonly logs: readonly StoredLog[];
}

export async function readRequests(
  clickhouse: ClickHouseClient,
  service: string,
): Promise<StoredRequests> {
  const rows = async <T>(query: string): Promise<T[]> => {
    const query_params = { service };
    const answer = await clickhouse.query({ query, query_params, format: "JSONEachRow" });
    return answer.json<T>();
  };
  const [spans, logs] = await Promise.all([
    rows<StoredSpan>(
      `SELECT TraceId, SpanId, ParentSpanId, SpanKind, SpanName, StatusCode, SpanAttributes, ResourceAttributes,
          Events.Name AS EventNames
       FROM otel_traces WHERE ServiceName = {service: String} ORDER BY Timestamp, SpanName`,
    ),
    rows<StoredLog>(
      `SELECT TraceId, SpanId, SeverityNumber, SeverityText, Body, LogAttributes, ResourceAttributes
       FROM otel_logs WHERE ServiceName = {service: String} ORDER BY Timestamp, ObservedTimestamp, Body`,
    ),
  ]);
  return { spans, logs };
}

/**
 * One line per span, its children and its log records below it and indented, traces by their first span; records of no span come last.
 * What names a span that is not stored is drawn under it, by the words `not stored`.
 */
export function drawRequests({ spans, logs }: StoredRequests): string {
  const known = new Set(spans.map((span) => keyOf(span)));
  const lines: string[] = [];
  const draw = (span: StoredSpan, depth: number): void => {
    const failed = span.StatusCode === "Error" ? " failed" : "";
    lines.push(`${"  ".repeat(depth)}${span.SpanKind} ${span.SpanName}${failed}`);
    for (const log of logs.filter((each) => keyOf(each) === keyOf(span))) {
      lines.push(`${"  ".repeat(depth + 1)}- ${log.SeverityText} ${log.Body}`);
    }
    for (const child of spans) {
      const isChild = child.TraceId === span.TraceId && child.ParentSpanId === span.SpanId;
      if (isChild) draw(child, depth + 1);
    }
  };
  for (const span of spans) {
    if (span.ParentSpanId === "") draw(span, 0);
    else if (!known.has(`${span.TraceId} ${span.ParentSpanId}`)) {
      lines.push("not stored");
      draw(span, 1);
    }
  }
  for (const log of logs) {
    if (log.SpanId === "") lines.push(`- ${log.SeverityText} ${log.Body}`);
    else if (!known.has(keyOf(log)))
      lines.push("not stored", `  - ${log.SeverityText} ${log.Body}`);
  }
  return lines.join("\n");
}

function keyOf(of: { readonly TraceId: string; readonly SpanId: string }): string {
  return `${of.TraceId} ${of.SpanId}`;
}
