/**
 * Goal: what the official OpenTelemetry SDKs send is stored, field by field. Method: a sender in each language exports
 * through its SDK and prints the SDK's own account of it; that account is compared with the rows in ClickHouse.
 */
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import type { ClickHouseClient } from "@clickhouse/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectOwner } from "./clickhouse.ts";
import {
  count,
  parseLedger,
  storedMap,
  storedText,
  type Ledger,
  type SentLog,
  type SentSpan,
} from "./ledger.ts";
import { root, startProduct, until, type Product } from "./product.ts";

const run = promisify(execFile);
const senders = path.join(root, "e2e/senders");
/** Where built senders stay between runs; ignored by git. */
const cache = path.join(root, ".throughline/senders");

const hasPython = spawnSync("python3", ["-m", "venv", "--help"]).status === 0;
const hasGo = spawnSync("go", ["version"]).status === 0;

let product: Product;
let clickhouse: ClickHouseClient;

beforeAll(async () => {
  product = await startProduct();
  clickhouse = connectOwner(product);
});

afterAll(async () => {
  await clickhouse?.close();
  await product?.dispose();
});

/** Sends, waits until everything is stored, and compares. */
async function sendAndCompare(program: string, args: readonly string[]): Promise<void> {
  const { stdout } = await run(program, [...args], { timeout: 60_000, maxBuffer: 10_000_000 });
  const ledger = parseLedger(stdout);
  expect(ledger.spans.length).toBe(2);
  expect(ledger.logs.length).toBe(3);
  const traceId = ledger.spans[0]?.traceId ?? "";
  const service = storedMap(ledger.resource)["service.name"] ?? "";
  const since = ledger.logs.map((log) => log.timeUnixNano).toSorted()[0] ?? "0";
  await until(
    async () =>
      (await storedSpans(traceId)).length === 2 && (await storedLogs(service, since)).length >= 3,
    "2 spans and 3 logs to be stored",
  );
  expect(await storedSpans(traceId)).toEqual(expectedSpans(ledger));
  expect(await storedLogs(service, since)).toEqual(expectedLogs(ledger));
}

async function rows(query: string, parameters: Record<string, string>): Promise<unknown[]> {
  const answer = await clickhouse.query({ query, query_params: parameters, format: "JSONEachRow" });
  return answer.json();
}

function storedSpans(traceId: string): Promise<unknown[]> {
  return rows(
    `SELECT TraceId, SpanId, ParentSpanId, TraceState, SpanName, SpanKind, ServiceName, ResourceAttributes,
        ScopeName, ScopeVersion, SpanAttributes, StatusCode, StatusMessage, DroppedAttributesCount,
        toString(toUnixTimestamp64Nano(Timestamp)) AS Start, toString(Duration) AS Duration,
        arrayMap((t, n, a) -> (toString(toUnixTimestamp64Nano(t)), n, a), Events.Timestamp, Events.Name, Events.Attributes) AS Events,
        arrayMap((t, s, w, a) -> (t, s, w, a), Links.TraceId, Links.SpanId, Links.TraceState, Links.Attributes) AS Links
     FROM otel_traces WHERE TraceId = {traceId: String} ORDER BY Timestamp`,
    { traceId },
  );
}

function storedLogs(service: string, since: string): Promise<unknown[]> {
  return rows(
    `SELECT TraceId, SpanId, TraceFlags, SeverityText, SeverityNumber, ServiceName, Body, ResourceAttributes, ScopeName,
        LogAttributes, EventName, toString(toUnixTimestamp64Nano(Timestamp)) AS Time,
        toString(toUnixTimestamp64Nano(ObservedTimestamp)) AS Observed
     FROM otel_logs WHERE ServiceName = {service: String}
       AND Timestamp >= fromUnixTimestamp64Nano(toInt64({since: String})) ORDER BY Timestamp`,
    { service, since },
  );
}

function expectedSpans(ledger: Ledger): unknown[] {
  const resource = storedMap(ledger.resource);
  const row = (span: SentSpan): object => ({
    TraceId: span.traceId,
    SpanId: span.spanId,
    ParentSpanId: span.parentSpanId,
    TraceState: span.traceState,
    SpanName: span.name,
    SpanKind: span.kind,
    ServiceName: resource["service.name"],
    ResourceAttributes: resource,
    ScopeName: span.scopeName,
    ScopeVersion: span.scopeVersion,
    SpanAttributes: storedMap(span.attributes),
    StatusCode: span.status.code,
    StatusMessage: span.status.message,
    DroppedAttributesCount: count(span.droppedAttributesCount),
    Start: span.startTimeUnixNano,
    Duration: String(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)),
    Events: span.events.map((event) => [
      event.timeUnixNano,
      event.name,
      storedMap(event.attributes),
    ]),
    Links: span.links.map((link) => [
      link.traceId,
      link.spanId,
      link.traceState,
      storedMap(link.attributes),
    ]),
  });
  return ledger.spans
    .toSorted((a, b) => (BigInt(a.startTimeUnixNano) < BigInt(b.startTimeUnixNano) ? -1 : 1))
    .map(row);
}

function expectedLogs(ledger: Ledger): unknown[] {
  const resource = storedMap(ledger.resource);
  const row = (log: SentLog): object => ({
    TraceId: log.traceId,
    SpanId: log.spanId,
    TraceFlags: count(log.traceFlags),
    SeverityText: log.severityText,
    SeverityNumber: count(log.severityNumber),
    ServiceName: resource["service.name"],
    Body: storedText(log.body),
    ResourceAttributes: resource,
    ScopeName: log.scopeName,
    LogAttributes: storedMap(log.attributes),
    EventName: log.eventName,
    Time: log.timeUnixNano,
    Observed: log.observedTimeUnixNano,
  });
  return ledger.logs.map(row);
}

describe("Node's SDK", () => {
  const sender = path.join(senders, "node-sender.ts");
  test("over gRPC", () => sendAndCompare(process.execPath, [sender, "grpc", product.otlpGrpcUrl]));
  test("over HTTP with protobuf", () =>
    sendAndCompare(process.execPath, [sender, "proto", product.otlpHttpUrl]));
  test("over HTTP with JSON", () =>
    sendAndCompare(process.execPath, [sender, "json", product.otlpHttpUrl]));
});

describe.runIf(hasPython)("Python's SDK (needs python3 with venv)", () => {
  const venv = path.join(cache, "python");
  const sender = path.join(senders, "python/send.py");

  beforeAll(() => {
    mkdirSync(cache, { recursive: true });
    execFileSync("python3", ["-m", "venv", venv]);
    execFileSync(path.join(venv, "bin/pip"), [
      "install",
      "-q",
      "-r",
      path.join(senders, "python/requirements.txt"),
    ]);
  });

  test("over gRPC", () =>
    sendAndCompare(path.join(venv, "bin/python"), [sender, "grpc", product.otlpGrpcUrl]));
  test("over HTTP", () =>
    sendAndCompare(path.join(venv, "bin/python"), [sender, "http", product.otlpHttpUrl]));
});

describe.runIf(hasGo)("Go's SDK (needs go)", () => {
  const sender = path.join(cache, "go-sender");

  beforeAll(() => {
    mkdirSync(cache, { recursive: true });
    execFileSync("go", ["build", "-o", sender, "."], { cwd: path.join(senders, "go") });
  });

  test("over gRPC", () => sendAndCompare(sender, ["grpc", new URL(product.otlpGrpcUrl).host]));
  test("over HTTP, gzipped", () =>
    sendAndCompare(sender, ["http", new URL(product.otlpHttpUrl).host]));
});
