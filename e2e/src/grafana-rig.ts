/**
 * A ClickHouse with two days of telemetry and one known request in it, and clickhouse-go to ask it as Grafana's data source does:
 * the program in e2e/grafana, over HTTP and over the native protocol, as the user `grafana`.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import type { ClickHouseClient } from "@clickhouse/client";
import { startEngine } from "@throughline/engine";
import { type ClickHouseConnection, createClickHouseClient, migrate } from "@throughline/schemas";
import { freePorts, root } from "./product.ts";

const SOURCE = path.join(root, "e2e/grafana");
export const hasGo = spawnSync("go", ["version"]).status === 0;

export const PROTOCOLS = ["http", "native"] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** One statement's answer; `main.go` writes it. */
export interface Answer {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly (readonly unknown[])[];
  readonly elapsedMs: number;
  /** ClickHouse's; 0 where it did not refuse. */
  readonly errorCode: number;
  readonly error: string;
}

interface Question {
  /** `ping` is the driver's health check, without a statement. */
  readonly name: string;
  readonly sql: string;
}

/** The known request: a trace of three spans in two services, five logs. */
export const KNOWN = {
  traceId: "c0ffee00c0ffee00c0ffee00c0ffee00",
  root: "aaaaaaaaaaaaaaa1",
  payment: "aaaaaaaaaaaaaaa2",
  database: "aaaaaaaaaaaaaaa3",
} as const;

export interface Rig {
  readonly client: ClickHouseClient;
  readonly grafana: ClickHouseConnection;
  /** Unix seconds: the hour, half-open, in which the known request is. */
  readonly from: number;
  readonly to: number;
  /** `landlock`, or why nothing shuts the engine in. */
  readonly sandbox: string;
  /** Asks in order, over one pool of connections. `settings` are the data source's custom settings. */
  ask(
    protocol: Protocol,
    questions: readonly Question[],
    settings?: Readonly<Record<string, string | number>>,
  ): Promise<readonly Answer[]>;
  close(): Promise<void>;
}

export const DATABASE = "otel";

export async function startRig(): Promise<Rig> {
  const program = buildProgram();
  const dataDir = mkdtempSync(path.join(tmpdir(), "throughline-grafana-"));
  const [httpPort = 0, tcpPort = 0] = await freePorts(2);
  const engine = await startEngine({ dataDir, httpPort, tcpPort, database: DATABASE });
  await migrate(engine.owner);
  const client = createClickHouseClient(engine.owner, "e2e");
  // Whole UTC days that are over, so that what they hold does not depend on the hour of the test.
  const day = Math.floor(Date.now() / 86_400_000) * 86_400 - 86_400;
  const noon = day + 43_200;
  // So that the query log exists, and whoever may not read it is refused for that.
  await client.command({ query: "SYSTEM FLUSH LOGS" });
  await insertDay(client, day);
  await insertDay(client, day - 86_400);
  await insertKnown(client, BigInt(noon) * 1_000_000_000n + 600_000_000_000n);
  const addresses = { http: `127.0.0.1:${httpPort}`, native: `127.0.0.1:${tcpPort}` };
  return {
    client,
    grafana: engine.grafana,
    from: noon,
    to: noon + 3_600,
    sandbox: engine.sandbox,
    ask: (protocol, statements, settings = {}) =>
      runProgram([program, protocol, addresses[protocol]], engine.grafana, {
        settings,
        statements,
      }),
    close: async () => {
      await client.close();
      await engine.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Built programs stay between runs; ignored by git. */
function buildProgram(): string {
  const cache = path.join(root, ".throughline/senders");
  mkdirSync(cache, { recursive: true });
  const program = path.join(cache, "grafana");
  execFileSync("go", ["build", "-o", program, "."], { cwd: SOURCE });
  return program;
}

async function runProgram(
  [program, protocol, address]: readonly [string, Protocol, string],
  user: ClickHouseConnection,
  request: object,
): Promise<readonly Answer[]> {
  const child = spawn(program, [protocol, address], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { CLICKHOUSE_PASSWORD: user.password },
  });
  child.stdin.end(JSON.stringify({ ...request, username: user.username, database: user.database }));
  const exited = once(child, "close");
  const [answers, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await exited;
  if (child.exitCode !== 0)
    throw new Error(`${program} ended with ${child.exitCode}: ${complaints}`);
  const lines = answers.split("\n").filter((line) => line !== "");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the program is ours, and its tests fail otherwise
  return lines.map((line) => JSON.parse(line) as Answer);
}

/** The statements of a file, by name, with its {{names}} put in. */
export function readStatements(
  file: "statements.sql" | "bulk.sql",
  values: Readonly<Record<string, string | number>>,
): ReadonlyMap<string, string> {
  const parts = readFileSync(path.join(SOURCE, file), "utf8")
    .split(/^-- name: /m)
    .slice(1);
  return new Map(
    parts.map((part) => {
      const end = part.indexOf("\n");
      const sql = part.slice(end + 1).trim();
      const filled = sql.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
        const value = values[name];
        if (value === undefined) throw new Error(`${file}: no value for ${name}`);
        return String(value);
      });
      return [part.slice(0, end).trim(), filled] as const;
    }),
  );
}

async function insertDay(client: ClickHouseClient, day: number): Promise<void> {
  for (const query of readStatements("bulk.sql", { day }).values()) {
    await client.command({ query });
  }
}

async function insertKnown(client: ClickHouseClient, start: bigint): Promise<void> {
  const at = (ms: number): string => toDateTime64(start + BigInt(ms) * 1_000_000n);
  const resource = (service: string) => ({ "service.name": service, "service.version": "2.0" });
  const span = { TraceId: KNOWN.traceId, StatusCode: "Unset", SpanAttributes: {} };
  const shop = { ServiceName: "gateway", ResourceAttributes: resource("gateway") };
  const pay = { ServiceName: "payment", ResourceAttributes: resource("payment") };
  await client.insert({
    table: "otel_traces",
    format: "JSONEachRow",
    values: [
      {
        ...span,
        ...shop,
        Timestamp: at(0),
        SpanId: KNOWN.root,
        SpanName: "POST /order",
        SpanKind: "Server",
        Duration: "250000000",
        StatusCode: "Error",
        StatusMessage: "payment failed",
        TraceState: "vendor=1",
        SpanAttributes: { "http.route": "/order" },
      },
      {
        ...span,
        ...pay,
        Timestamp: at(20),
        SpanId: KNOWN.payment,
        ParentSpanId: KNOWN.root,
        SpanName: "charge",
        SpanKind: "Server",
        Duration: "200000000",
        StatusCode: "Error",
        "Events.Timestamp": [at(150)],
        "Events.Name": ["exception"],
        "Events.Attributes": [{ "exception.type": "Deadlock" }],
        "Links.TraceId": ["00000000000000000000000000000001"],
        "Links.SpanId": ["0000000000000001"],
        "Links.TraceState": [""],
        "Links.Attributes": [{ why: "retry" }],
      },
      {
        ...span,
        ...pay,
        Timestamp: at(30),
        SpanId: KNOWN.database,
        ParentSpanId: KNOWN.payment,
        SpanName: "SELECT accounts",
        SpanKind: "Client",
        Duration: "120000000",
      },
    ],
  });
  const log = (ms: number, SpanId: string, Body: string) => ({
    Timestamp: at(ms),
    TraceId: KNOWN.traceId,
    SpanId,
    Body,
    SeverityText: "INFO",
    SeverityNumber: 9,
    ...pay,
  });
  await client.insert({
    table: "otel_logs",
    format: "JSONEachRow",
    values: [
      { ...log(1, KNOWN.root, "order received"), ...shop },
      {
        ...log(21, KNOWN.payment, "charging"),
        LogAttributes: { "order.id": "order-4711", "user.id": "12345" },
      },
      log(31, KNOWN.database, "waiting for a lock"),
      { ...log(151, KNOWN.payment, "Deadlock found"), SeverityText: "ERROR", SeverityNumber: 17 },
      {
        ...log(249, KNOWN.root, "order failed"),
        ...shop,
        SeverityText: "ERROR",
        SeverityNumber: 17,
      },
      // Outside of the day, for what looks at the last hours only.
      {
        ...log(0, "", "just now"),
        TraceId: "",
        Timestamp: toDateTime64(BigInt(Date.now() - 60_000) * 1_000_000n),
        LogAttributes: { "order.id": "order-4712", "cart.items": "3" },
      },
    ],
  });
}

function toDateTime64(nanos: bigint): string {
  const whole = new Date(Number(nanos / 1_000_000n)).toISOString().slice(0, 19).replace("T", " ");
  return `${whole}.${String(nanos % 1_000_000_000n).padStart(9, "0")}`;
}
