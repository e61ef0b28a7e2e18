/** Goal: each role runs alone against a ClickHouse server, and so does everything together. Method: the shared test server. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestDatabase, type TestDatabase } from "@throughline/schemas/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  CommandProcess,
  descendants,
  freePorts,
  isRunning,
  until,
} from "../testing/command-process.ts";
import { sendSpan, storedSpanIds } from "../testing/one-span.ts";

let folder: string;
let database: TestDatabase;
let env: Awaited<ReturnType<typeof freePorts>> & Record<string, string>;
let commands: CommandProcess[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "throughline-roles-"));
  database = await createTestDatabase({ migrate: false });
  const { url, username, password, database: name } = database.connection;
  env = {
    ...(await freePorts()),
    THROUGHLINE_DATA_DIR: join(folder, "data"),
    THROUGHLINE_COLLECTOR_CORS_ORIGINS: "https://other.example, https://shop.example",
    THROUGHLINE_QUERY_CORS_ORIGINS: "https://board.example",
    CLICKHOUSE_URL: url,
    CLICKHOUSE_USER: username,
    CLICKHOUSE_PASSWORD: password,
    CLICKHOUSE_DATABASE: name,
  };
  commands = [];
});
afterEach(async () => {
  for (const command of commands) {
    const left = [...descendants(command.pid).keys()];
    command.signal("SIGKILL");
    await command.exited();
    await until(() => !left.some(isRunning), "what a failed test left running");
  }
  await database.drop();
  rmSync(folder, { recursive: true });
});

function throughline(...args: string[]): CommandProcess {
  const command = new CommandProcess(args, { cwd: folder, env });
  commands.push(command);
  return command;
}

/** Whether a browser would let a page of the origin go on after its preflight. */
async function allowedOrigin(url: string, origin: string): Promise<string | null> {
  const answer = await fetch(url, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type",
    },
  });
  return answer.headers.get("access-control-allow-origin");
}

test("migrate makes the tables, and the second time finds nothing to do", async () => {
  const first = throughline("migrate");
  expect(await first.exited()).toBe(0);
  expect(first.stdout).toMatch(/is at version \d+:\n {2}.*: \d+ statements in \d+ ms/);
  const second = throughline("migrate");
  expect(await second.exited()).toBe(0);
  expect(second.stdout).toMatch(/is at version \d+; nothing to do\n/);
});

test("collector and query each run alone: what one takes the other answers; both end on SIGTERM", async () => {
  expect(await throughline("migrate").exited()).toBe(0);
  const collector = throughline("collector");
  const query = throughline("query");
  await collector.says(`OTLP/gRPC 127.0.0.1:${env.THROUGHLINE_OTLP_GRPC_PORT}`);
  await query.says(`http://127.0.0.1:${env.THROUGHLINE_HTTP_PORT}`);
  expect(await sendSpan(env, "00000000000000d1")).toBe(200);
  await until(async () => (await storedSpanIds(env)).length === 1, "the span in the API");
  // The page that may send may not read, and the other way around.
  const otlp = `http://127.0.0.1:${env.THROUGHLINE_OTLP_HTTP_PORT}/v1/traces`;
  const api = `http://127.0.0.1:${env.THROUGHLINE_HTTP_PORT}/api/sql`;
  expect(await allowedOrigin(otlp, "https://shop.example")).toBe("https://shop.example");
  expect(await allowedOrigin(otlp, "https://board.example")).toBeNull();
  expect(await allowedOrigin(api, "https://board.example")).toBe("https://board.example");
  expect(await allowedOrigin(api, "https://shop.example")).toBeNull();
  collector.signal("SIGTERM");
  query.signal("SIGTERM");
  expect(await collector.exited()).toBe(0);
  expect(await query.exited()).toBe(0);
});

test("start with CLICKHOUSE_URL makes the tables there and starts no engine", async () => {
  const command = throughline("start");
  await command.says("is ready");
  expect(command.stdout).toContain(
    `${env["CLICKHOUSE_URL"]}, database ${env["CLICKHOUSE_DATABASE"]}`,
  );
  expect(descendants(command.pid).size).toBe(2);
  expect(await sendSpan(env, "00000000000000d2")).toBe(200);
  await until(async () => (await storedSpanIds(env)).length === 1, "the span in the API");
  command.signal("SIGINT");
  expect(await command.exited()).toBe(0);
});
