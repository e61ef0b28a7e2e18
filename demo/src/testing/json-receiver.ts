import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { isRecord } from "../shared/http-client.ts";

export interface JsonSpan {
  readonly service: string;
  readonly version: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly error: boolean;
  readonly events: readonly string[];
  readonly links: number;
}

interface JsonLog {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly body: string;
}

export interface JsonReceiver {
  readonly endpoint: string;
  readonly spans: readonly JsonSpan[];
  readonly logs: readonly JsonLog[];
  stop(): Promise<void>;
}

/** The smallest collector there is: OTLP/HTTP with JSON, into two arrays. */
export async function startJsonReceiver(): Promise<JsonReceiver> {
  const spans: JsonSpan[] = [];
  const logs: JsonLog[] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      if (request.url === "/v1/traces") spans.push(...readSpans(body));
      else logs.push(...readLogs(body));
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    spans,
    logs,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function readSpans(body: unknown): readonly JsonSpan[] {
  return list(body, "resourceSpans").flatMap((resourceSpans) =>
    list(resourceSpans, "scopeSpans").flatMap((scopeSpans) =>
      list(scopeSpans, "spans").map((span) => ({
        service: resourceAttribute(resourceSpans, "service.name"),
        version: resourceAttribute(resourceSpans, "service.version"),
        traceId: text(span, "traceId"),
        spanId: text(span, "spanId"),
        parentSpanId: text(span, "parentSpanId"),
        name: text(span, "name"),
        kind: Number(field(span, "kind")),
        error: field(field(span, "status"), "code") === 2,
        events: list(span, "events").map((event) => text(event, "name")),
        links: list(span, "links").length,
      })),
    ),
  );
}

function readLogs(body: unknown): readonly JsonLog[] {
  return list(body, "resourceLogs").flatMap((resourceLogs) =>
    list(resourceLogs, "scopeLogs").flatMap((scopeLogs) =>
      list(scopeLogs, "logRecords").map((record) => ({
        service: resourceAttribute(resourceLogs, "service.name"),
        traceId: text(record, "traceId"),
        spanId: text(record, "spanId"),
        body: text(field(record, "body"), "stringValue"),
      })),
    ),
  );
}

function resourceAttribute(holder: unknown, key: string): string {
  const pair = list(field(holder, "resource"), "attributes").find(
    (attribute) => text(attribute, "key") === key,
  );
  return text(field(pair, "value"), "stringValue");
}

function field(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

function list(value: unknown, name: string): readonly unknown[] {
  const items = field(value, name);
  return Array.isArray(items) ? items : [];
}

function text(value: unknown, name: string): string {
  const found = field(value, name);
  return typeof found === "string" ? found : "";
}
