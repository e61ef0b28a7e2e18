/**
 * Goal: no secret reaches the disk or ClickHouse, and a running collector takes new rules on SIGHUP and on change, but no
 * wrong ones. Method: `throughline collector` as a process of its own, OTLP over HTTP, rows read from ClickHouse.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestDatabase, type TestDatabase } from "@throughline/schemas/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CommandProcess, freePorts, until } from "../testing/command-process.ts";

let folder: string;
let database: TestDatabase;
let collector: CommandProcess;
let ports: Awaited<ReturnType<typeof freePorts>>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "throughline-rules-"));
  database = await createTestDatabase();
  ports = await freePorts();
});
afterEach(async () => {
  collector.signal("SIGKILL");
  await collector.exited();
  await database.drop();
  rmSync(folder, { recursive: true });
});

function start(): CommandProcess {
  const { url, username, password, database: name } = database.connection;
  collector = new CommandProcess(["collector"], {
    cwd: folder,
    env: {
      ...ports,
      THROUGHLINE_DATA_DIR: join(folder, "data"),
      THROUGHLINE_RULES: "rules.yaml",
      CLICKHOUSE_URL: url,
      CLICKHOUSE_USER: username,
      CLICKHOUSE_PASSWORD: password,
      CLICKHOUSE_DATABASE: name,
    },
  });
  return collector;
}

const origin = () => `http://127.0.0.1:${ports.THROUGHLINE_OTLP_HTTP_PORT}`;

async function send(body: string, severityNumber = 9): Promise<void> {
  const timeUnixNano = String(BigInt(Date.now()) * 1_000_000n);
  const logRecords = [{ timeUnixNano, severityNumber, body: { stringValue: body } }];
  const response = await fetch(`${origin()}/v1/logs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }),
  });
  expect([response.status, await response.text()]).toEqual([200, "{}"]);
}

async function bodies(): Promise<string[]> {
  const query = "SELECT Body FROM otel_logs ORDER BY Timestamp";
  const rows = await database.client.query({ query, format: "JSONEachRow" });
  return (await rows.json<{ Body: string }>()).map(({ Body }) => Body);
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${origin()}/metrics`)).text();
  const lines = text.split("\n").filter((line) => line.startsWith(`throughline_collector_${name}`));
  return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

const rules = (text: string) => writeFileSync(join(folder, "rules.yaml"), text);

function onDisk(directory: string): string {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile())
    .map((file) => readFileSync(join(file.parentPath, file.name), "latin1"))
    .join("");
}

test("secrets are gone before the disk; rules change on SIGHUP and on change, wrong ones change nothing", async () => {
  rules("filters: [{name: quiet, drop: {severityBelow: info}}]");
  await start().says("OTLP/gRPC");
  await send("card 4111 1111 1111 1111");
  await send("noise", 5);
  expect(onDisk(join(folder, "data", "spool"))).not.toContain("4111 1111");
  await until(async () => (await bodies()).length === 1, "the first record");
  expect(await bodies()).toEqual(["card ***1111"]);
  expect(await metric("dropped_by_rule_records_total")).toBe(1);
  expect(await metric('received_records_total{signal="logs"}')).toBe(2);
  expect(await metric('accepted_records_total{signal="logs"}')).toBe(1);

  rules("filters: [{name: quiet, dorp: {}}]");
  collector.signal("SIGHUP");
  await until(async () => (await metric("rules_reload_failures_total")) > 0, "the refusal");
  await collector.says('unknown key "dorp"');
  expect(await metric("rules_version")).toBe(1);
  await send("noise", 5);

  rules("redaction: {rules: [{name: mail, detect: email}]}");
  collector.signal("SIGHUP");
  await until(async () => (await metric("rules_version")) === 2, "the second version");
  await send("debug from jane@example.com", 5);
  await until(async () => (await bodies()).length === 2, "the second record");
  expect(await bodies()).toEqual(["card ***1111", "debug from ***"]);

  rules("redaction: {defaults: false}");
  await until(async () => (await metric("rules_version")) === 3, "the change, by itself");
  await send("card 4111 1111 1111 1111");
  await until(async () => (await bodies()).length === 3, "the third record");
  expect((await bodies()).at(-1)).toBe("card 4111 1111 1111 1111");
  collector.signal("SIGTERM");
  expect(await collector.exited()).toBe(0);
});

test("a collector does not start with wrong rules, and says what is wrong", async () => {
  rules("filtrs: []");
  expect(await start().exited()).toBe(1);
  expect(collector.stderr).toContain('line 1: unknown key "filtrs"; did you mean filters?');
});
