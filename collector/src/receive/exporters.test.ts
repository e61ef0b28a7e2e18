/** Goal: the official exporters of OpenTelemetry for Node work against both receivers. */
import { diag, type DiagLogger } from "@opentelemetry/api";
import { OTLPTraceExporter as GrpcExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startReceivers, until, type ReceiversUnderTest } from "./testing/start-receivers.ts";

let receivers: ReceiversUnderTest;
const said: string[] = [];

beforeEach(async () => {
  receivers = await startReceivers();
  said.length = 0;
  const hear = (...words: unknown[]) => said.push(words.join(" "));
  const ignore = () => undefined;
  const logger: DiagLogger = {
    error: hear,
    warn: hear,
    info: ignore,
    debug: ignore,
    verbose: ignore,
  };
  diag.setLogger(logger);
});
afterEach(async () => {
  diag.disable();
  await receivers.stop();
});

const exporters = {
  "gRPC, gzip": () =>
    new GrpcExporter({ url: `http://${receivers.grpc.address}`, compression: "gzip" as never }),
  "HTTP protobuf, gzip": () =>
    new ProtobufExporter({
      url: `http://${receivers.http.address}/v1/traces`,
      compression: "gzip" as never,
    }),
  "HTTP JSON": () => new JsonExporter({ url: `http://${receivers.http.address}/v1/traces` }),
};

test.each(Object.entries(exporters))("%s: a span arrives", async (_name, create) => {
  const provider = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter: create() })],
  });
  provider.getTracer("checkout").startSpan("GET /cart").end();
  await until(() => receivers.calls.length, 1);
  await provider.shutdown();
  expect(receivers.calls[0]?.signal).toBe("traces");
  expect(Buffer.from(receivers.calls[0]!.body).includes("GET /cart")).toBe(true);
  expect(said).toEqual([]);
});

test.each(Object.entries(exporters))("%s: partial success is understood", async (_name, create) => {
  receivers.answer = { kind: "accepted", rejected: 1, reason: "span id is all zero" };
  const provider = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter: create() })],
  });
  provider.getTracer("checkout").startSpan("GET /cart").end();
  await until(() => said.length, 1);
  await provider.shutdown();
  expect(said[0]).toMatch(
    /Partial Success.*"rejectedSpans":"?1"?,"errorMessage":"span id is all zero"/u,
  );
});

test("over HTTP, a span refused for now is sent again after the delay and arrives", async () => {
  let refused = 0;
  receivers.answer = async () => {
    if (refused++ === 0) return { kind: "overloaded", message: "full", retryAfterMs: 100 };
    return { kind: "accepted", rejected: 0, reason: "" };
  };
  const provider = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter: exporters["HTTP JSON"]() })],
  });
  provider.getTracer("checkout").startSpan("GET /cart").end();
  await until(() => receivers.calls.length, 2, 5000);
  await provider.shutdown();
});
