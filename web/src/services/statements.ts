/** Pure: the statements that count from the spans what the pages about services show. */

import type { FiguresFilter } from "../api/services.ts";

const STORED_STATUS = { error: "Error", ok: "Ok", unset: "Unset" } as const;

/** @returns a string literal of ClickHouse, whatever the text holds */
function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

const FIGURES = `count() AS requests, countIf(StatusCode = 'Error') AS errors,
  round(errors / requests, 4) AS error_share,
  quantilesTDigest(0.5, 0.95, 0.99)(Duration) AS p50_p95_p99`;

function whereOf(conditions: readonly string[]): string {
  return ["$__timeFilter(Timestamp)", ...conditions].join(" AND ");
}

function inEnvironment(environment: string): readonly string[] {
  if (environment === "") return [];
  return [`ResourceAttributes['deployment.environment.name'] = ${quote(environment)}`];
}

const SERVED = "SpanKind IN ('Server', 'Consumer')";

export function servicesSql(environment: string): string {
  return `SELECT ServiceName, ${FIGURES}
FROM otel_traces
WHERE ${whereOf([SERVED, ...inEnvironment(environment)])}
GROUP BY ServiceName
ORDER BY requests DESC`;
}

/** @param kinds of spans that are counted, as stored; @param filter empty texts narrow nothing */
export function serviceSql(
  service: string,
  kinds: readonly string[],
  filter: FiguresFilter,
): string {
  const conditions = [
    `ServiceName = ${quote(service)}`,
    ...(kinds.length === 0 ? [] : [`SpanKind IN (${kinds.map(quote).join(", ")})`]),
    ...(filter.operation === "" ? [] : [`SpanName = ${quote(filter.operation)}`]),
    ...(filter.status === "" ? [] : [`StatusCode = '${STORED_STATUS[filter.status]}'`]),
    ...inEnvironment(filter.environment),
  ];
  return `SELECT $__timeInterval(Timestamp) AS time, ${FIGURES}
FROM otel_traces
WHERE ${whereOf(conditions)}
GROUP BY time
ORDER BY time`;
}

/** Calls from one service to another; databases, queues and external systems are in the spans of kind Client and Producer. */
export function mapSql(environment: string): string {
  return `SELECT caller.ServiceName AS caller, called.ServiceName AS callee, count() AS calls,
  countIf(caller.StatusCode = 'Error' OR called.StatusCode = 'Error') AS errors
FROM (SELECT * FROM otel_traces WHERE ${whereOf(inEnvironment(environment))}) AS called
INNER JOIN (SELECT * FROM otel_traces WHERE $__timeFilter(Timestamp)) AS caller
  ON called.TraceId = caller.TraceId AND called.ParentSpanId = caller.SpanId
WHERE caller.ServiceName != called.ServiceName
GROUP BY caller, callee
ORDER BY calls DESC`;
}
