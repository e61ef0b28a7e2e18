/** For the ClickHouse tests: a service over a fresh database, and rows written as a stock exporter would. */
import { createTestDatabase, type TestDatabase } from "@throughline/schemas/testing";
import type { FastifyInstance } from "fastify";
import { pino } from "pino";
import type { QueryLimits, QueryOptions } from "../options.ts";
import { type QueryApp, buildApp } from "../server.ts";
import type * as wire from "../wire.ts";
import { NOW, toTime } from "./ids-and-times.ts";

export { HOUR, MINUTE, NOW, SECOND, spanId, traceId } from "./ids-and-times.ts";

export interface SpanInput {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly service?: string;
  readonly name?: string;
  readonly kind?: string;
  readonly start: bigint;
  readonly durationNano?: bigint;
  readonly status?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly resource?: Readonly<Record<string, string>>;
}

export interface LogInput {
  readonly time: bigint;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly service?: string;
  readonly severityNumber?: number;
  readonly severityText?: string;
  readonly body?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly resource?: Readonly<Record<string, string>>;
}

/** Any answer: a test reads the fields of the one it asked for. */
type Body = wire.Trace &
  wire.TracePage &
  wire.LogPage &
  wire.LogHistogram &
  wire.Services &
  wire.Status &
  wire.Problem;

export interface Fixture {
  readonly database: TestDatabase;
  readonly service: QueryApp;
  readonly app: FastifyInstance;
  /** One more service over the same tables, which knows nothing yet; close it. @param limits those that differ */
  another(limits?: Partial<QueryLimits>): Promise<QueryApp>;
  insertSpans(spans: readonly SpanInput[]): Promise<void>;
  insertLogs(logs: readonly LogInput[]): Promise<void>;
  /** Status and parsed body of a GET. */
  get(url: string): Promise<{ readonly status: number; readonly body: Body }>;
  close(): Promise<void>;
}

export async function createFixture(limits: Partial<QueryLimits> = {}): Promise<Fixture> {
  const database = await createTestDatabase();
  const options: QueryOptions = {
    host: "127.0.0.1",
    port: 0,
    clickhouse: database.queryConnection,
    sqlClickhouse: database.sqlConnection,
    otlpGrpcEndpoint: "http://localhost:4317",
    otlpHttpEndpoint: "http://localhost:4318",
    version: "0.0.0-test",
    logger: pino({ level: "silent" }),
    now: () => NOW,
    // Tests store between two askings of the same.
    limits: { answersKeptMs: 0, ...limits },
  };
  const service = await buildApp(options);
  const insert = async (table: string, values: readonly object[]): Promise<void> => {
    await database.client.insert({
      table,
      values: [...values],
      format: "JSONEachRow",
      clickhouse_settings: { date_time_input_format: "best_effort" },
    });
  };
  return {
    database,
    service,
    app: service.app,
    another: (others) => buildApp({ ...options, limits: { ...options.limits, ...others } }),
    insertSpans: (spans) => insert("otel_traces", spans.map(toSpanRow)),
    insertLogs: (logs) => insert("otel_logs", logs.map(toLogRow)),
    get: async (url) => {
      const response = await service.app.inject({ method: "GET", url });
      return { status: response.statusCode, body: response.json<Body>() };
    },
    close: async () => {
      await service.close();
      await database.drop();
    },
  };
}

function toSpanRow(span: SpanInput): object {
  return {
    Timestamp: toTime(span.start),
    TraceId: span.traceId,
    SpanId: span.spanId,
    ParentSpanId: span.parentSpanId ?? "",
    SpanName: span.name ?? "op",
    SpanKind: span.kind ?? "Internal",
    ServiceName: span.service ?? "shop",
    ResourceAttributes: span.resource ?? {},
    SpanAttributes: span.attributes ?? {},
    Duration: String(span.durationNano ?? 1_000_000n),
    StatusCode: span.status ?? "Unset",
  };
}

function toLogRow(log: LogInput): object {
  return {
    Timestamp: toTime(log.time),
    TraceId: log.traceId ?? "",
    SpanId: log.spanId ?? "",
    SeverityText: log.severityText ?? "INFO",
    SeverityNumber: log.severityNumber ?? 9,
    ServiceName: log.service ?? "shop",
    Body: log.body ?? "a line",
    ResourceAttributes: log.resource ?? {},
    LogAttributes: log.attributes ?? {},
  };
}
