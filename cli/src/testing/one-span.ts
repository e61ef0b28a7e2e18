/** The least that shows the way from OTLP to the API: spans of one trace. */
import { Trace } from "@throughline/query/wire";
import { Value } from "typebox/value";

interface Ports {
  readonly THROUGHLINE_HTTP_PORT: string;
  readonly THROUGHLINE_OTLP_HTTP_PORT: string;
}

const TRACE_ID = "5b8efff798038103d269b633813fc60c";

/** One span, sent as OTLP/JSON. @returns the HTTP status, 0 while nobody listens */
export async function sendSpan(ports: Ports, spanId: string): Promise<number> {
  const nowNano = `${Date.now()}000000`;
  const span = {
    traceId: TRACE_ID,
    spanId,
    name: "GET /",
    kind: 2,
    startTimeUnixNano: nowNano,
    endTimeUnixNano: nowNano,
  };
  const service = { key: "service.name", value: { stringValue: "cli-test" } };
  const body = {
    resourceSpans: [{ resource: { attributes: [service] }, scopeSpans: [{ spans: [span] }] }],
  };
  return fetch(`http://127.0.0.1:${ports.THROUGHLINE_OTLP_HTTP_PORT}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  }).then(
    (response) => response.status,
    () => 0,
  );
}

/** @returns the ids of the test trace's spans that the API answers with, sorted; none while there are none */
export async function storedSpanIds(ports: Ports): Promise<string[]> {
  const response = await fetch(
    `http://127.0.0.1:${ports.THROUGHLINE_HTTP_PORT}/api/traces/${TRACE_ID}`,
  );
  const body: unknown = await response.json();
  return Value.Check(Trace, body) ? body.spans.map(({ spanId }) => spanId).toSorted() : [];
}
