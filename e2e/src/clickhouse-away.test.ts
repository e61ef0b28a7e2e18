/**
 * Goal: the product runs on a ClickHouse of somebody else's, and that one may be away. Method: the test starts a ClickHouse
 * itself, gives the product only its address, and stops and starts it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startEngine, type Engine } from "@throughline/engine";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePorts, startProduct, until, type Product } from "./product.ts";

const dataDir = mkdtempSync(path.join(tmpdir(), "throughline-e2e-server-"));
let ports: readonly number[];
let engine: Engine;
let product: Product;

async function startServer(): Promise<Engine> {
  const [httpPort = 0, tcpPort = 0] = ports;
  return startEngine({ dataDir, httpPort, tcpPort, database: "otel" });
}

beforeAll(async () => {
  ports = await freePorts(2);
  engine = await startServer();
  product = await startProduct({
    env: {
      CLICKHOUSE_URL: engine.owner.url,
      CLICKHOUSE_USER: engine.owner.username,
      CLICKHOUSE_PASSWORD: engine.owner.password,
    },
  });
});

afterAll(async () => {
  await product?.dispose();
  await engine?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function sendLog(body: string): Promise<number> {
  const record = {
    timeUnixNano: String(BigInt(Date.now()) * 1_000_000n),
    body: { stringValue: body },
  };
  const resource = { attributes: [{ key: "service.name", value: { stringValue: "away" } }] };
  const response = await fetch(`${product.otlpHttpUrl}/v1/logs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords: [record] }] }] }),
  });
  return response.status;
}

async function readyz(): Promise<{
  ready: boolean;
  problems: readonly string[];
  clickhouse: { reachable: boolean };
}> {
  const response = await fetch(`${product.otlpHttpUrl}/readyz`);
  return (await response.json()) as Awaited<ReturnType<typeof readyz>>;
}

async function isFound(body: string): Promise<boolean> {
  const response = await fetch(`${product.uiUrl}/api/logs?service=away`);
  return response.ok && (await response.text()).includes(body);
}

test("it stores what it is sent", async () => {
  expect(await sendLog("before")).toBe(200);
  await until(() => isFound("before"), "the record to be found", product.output);
});

test("while ClickHouse is away requests are acknowledged, and readyz and the API say what is wrong", async () => {
  await engine.stop();
  expect(await sendLog("meanwhile")).toBe(200);
  await until(
    async () => !(await readyz()).clickhouse.reachable,
    "readyz to notice",
    product.output,
  );
  const health = await readyz();
  expect(health.ready).toBe(true);
  expect(health.problems.join(" ")).toContain("ClickHouse");

  const answer = await fetch(`${product.uiUrl}/api/logs?service=away`);
  expect(answer.status).toBe(503);
  expect(answer.headers.get("content-type")).toContain("application/problem+json");
});

test("what was acknowledged meanwhile arrives when ClickHouse is back", async () => {
  engine = await startServer();
  await until(() => isFound("meanwhile"), "the record to be found", product.output);
  await until(
    async () => (await readyz()).problems.length === 0,
    "readyz to be content",
    product.output,
  );
});
