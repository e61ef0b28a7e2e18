import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readSettings } from "./settings.ts";
import { SDK_VERSION } from "./version.ts";

test("defaults: gRPC, metrics off, queues of OpenTelemetry's size, one second", () => {
  const settings = readSettings({}, {}, failOnWarning);
  expect(settings).toMatchObject({
    disabled: false,
    protocols: { traces: "grpc", logs: "grpc", metrics: "grpc" },
    exporters: { traces: ["otlp"], logs: ["otlp"], metrics: [] },
    spanQueue: { queueItemsMax: 2048, batchItemsMax: 512, scheduleDelayMs: 1000 },
    flushTimeoutMs: 5000,
    captureConsole: true,
  });
});

test("an impossible value is named with its remedy and the default stays", () => {
  const lines: string[] = [];
  const settings = readSettings(
    {},
    {
      OTEL_BSP_MAX_QUEUE_SIZE: "many",
      OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: "carrier-pigeon",
      THROUGHLINE_SDK_FLUSH_TIMEOUT_MS: "-1",
    },
    (line) => lines.push(line),
  );
  expect(settings.spanQueue.queueItemsMax).toBe(2048);
  expect(settings.protocols.logs).toBe("grpc");
  expect(settings.flushTimeoutMs).toBe(5000);
  expect(lines).toEqual([
    expect.stringContaining("carrier-pigeon is not one of grpc, http/protobuf, http/json"),
    expect.stringContaining("OTEL_BSP_MAX_QUEUE_SIZE=many"),
    expect.stringContaining("THROUGHLINE_SDK_FLUSH_TIMEOUT_MS=-1"),
  ]);
});

test("an exporter we do not know leaves the signal to the OpenTelemetry SDK; none turns it off", () => {
  const environment = { OTEL_TRACES_EXPORTER: "zipkin", OTEL_LOGS_EXPORTER: "none" };
  expect(readSettings({}, environment, failOnWarning).exporters).toMatchObject({
    traces: undefined,
    logs: [],
  });
});

test("options win over the environment", () => {
  const environment = { OTEL_EXPORTER_OTLP_PROTOCOL: "http/json", THROUGHLINE_SDK_CONSOLE: "true" };
  const options = { protocol: "grpc", captureConsole: false } as const;
  expect(readSettings(options, environment, failOnWarning)).toMatchObject({
    protocols: { traces: "grpc" },
    captureConsole: false,
  });
});

test("the version the SDK reports is the one it is published with", () => {
  const file = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  expect(JSON.parse(file)).toMatchObject({ version: SDK_VERSION });
});

function failOnWarning(line: string): void {
  throw new Error(line);
}
