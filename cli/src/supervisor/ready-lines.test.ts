import { expect, test } from "vitest";
import { readSettings } from "../settings/read.ts";
import { readyLines } from "./ready-lines.ts";
import type { ReadyReport } from "./product.ts";

const migration: ReadyReport["migration"] = {
  database: "otel",
  version: 6,
  applied: [],
  retentionChanged: [],
  profile: { kind: "kept", profile: "search" },
  waitedMs: 0,
};

function lines(environment: Record<string, string>, embedded: ReadyReport["embedded"]): string {
  const result = readSettings({ environment, workingDir: "/srv/project" });
  if (result.kind === "invalid") {
    throw new Error(result.problems.join());
  }
  return readyLines({
    settings: result.settings,
    report: { embedded, migration },
    version: "0.1.0",
    workingDir: "/srv/project",
    elapsedMs: 2345,
  }).join("\n");
}

test("the first lines say what listens where and what to type next", () => {
  const embedded = {
    version: "26.7.2.1",
    credentialsFile: "/srv/project/data/clickhouse/credentials.json",
    grafana: {
      url: "http://127.0.0.1:18123",
      username: "grafana",
      password: "secret",
      database: "otel",
    },
  };
  const text = lines({}, embedded);
  expect(text).toBe(`Throughline 0.1.0 is ready (2.3 s).

  Web UI and API   http://127.0.0.1:8417
  OTLP/gRPC        http://127.0.0.1:4317
  OTLP/HTTP        http://127.0.0.1:4318
  ClickHouse       http://127.0.0.1:18123 (26.7.2.1, embedded), native 19000; user grafana, password in data/clickhouse/credentials.json
  Data and logs    data, data/log

Send it a Node application's traces and logs:
  OTEL_SERVICE_NAME=my-app OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4317 \\
    node --import @throughline/sdk/register app.js
Any other OpenTelemetry SDK: the same two variables, with the OTLP address it speaks.
Ctrl-C stops everything.`);
  expect(text).not.toContain("secret");
});

test("a server of one's own is named; all interfaces are shown as an address that can be opened", () => {
  const text = lines(
    { CLICKHOUSE_URL: "http://ch.example:8123", THROUGHLINE_HOST: "0.0.0.0" },
    undefined,
  );
  expect(text).toContain("ClickHouse       http://ch.example:8123, database otel");
  expect(text).toContain("http://127.0.0.1:8417");
});

test("IPv6 addresses are written as URLs need them", () => {
  expect(lines({ THROUGHLINE_HOST: "::1" }, undefined)).toContain("http://[::1]:4317");
});
