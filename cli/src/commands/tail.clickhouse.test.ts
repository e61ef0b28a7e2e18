/** Goal: tail prints each record once, as it is stored, in order, until Ctrl-C. Method: a real query service, a real process. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { startQuery, type QueryServer } from "@throughline/query";
import { createTestDatabase, type TestDatabase } from "@throughline/schemas/testing";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CommandProcess, until } from "../testing/command-process.ts";

let database: TestDatabase;
let query: QueryServer;
let workingDir: string;

beforeAll(async () => {
  workingDir = mkdtempSync(join(tmpdir(), "throughline-tail-"));
  database = await createTestDatabase();
  query = await start(0);
});

function start(port: number): Promise<QueryServer> {
  return startQuery({
    host: "127.0.0.1",
    port,
    clickhouse: database.queryConnection,
    otlpGrpcEndpoint: "",
    otlpHttpEndpoint: "",
    version: "0.0.0-test",
    logger: pino({ level: "silent" }),
    limits: { tailPollMs: 100, tailRowsPerSecondMax: 400 },
  });
}
afterAll(async () => {
  await query.stop();
  await database.drop();
  rmSync(workingDir, { recursive: true });
});

/** @param agoMs how long before now each was made */
async function store(bodies: readonly string[], agoMs: number, service = "shop"): Promise<void> {
  await database.client.insert({
    table: "otel_logs",
    format: "JSONEachRow",
    clickhouse_settings: { date_time_input_format: "best_effort" },
    values: bodies.map((Body, index) => ({
      Timestamp: new Date(Date.now() - agoMs + index).toISOString(),
      ServiceName: service,
      SeverityNumber: 17,
      Body,
    })),
  });
}

test("each record once, late ones too, only those that meet the filter", async () => {
  await store(["before the tail", "long ago"], 5_000);
  const tail = new CommandProcess(["tail", "service:shop", "--json", "--url", query.address], {
    cwd: workingDir,
  });
  const bodies = (): string[] =>
    tail.stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => String(JSON.parse(line).body));
  await until(() => bodies().length === 2, "what was there");
  await store(["not of the shop"], 0, "mail");
  await store(["first", "second"], 0);
  await until(() => bodies().length === 4, "what was stored while it ran");
  // Made before those that are printed already.
  await store(["late"], 3_000);
  await until(() => bodies().length === 5, "what was stored late");
  expect(bodies()).toEqual(["before the tail", "long ago", "first", "second", "late"]);
  tail.signal("SIGINT");
  expect(await tail.exited()).toBe(130);
  expect(tail.stderr).toBe("");
});

test("more than it may give are told, not hidden", async () => {
  const tail = new CommandProcess(["tail", "service:flood", "--url", query.address], {
    cwd: workingDir,
  });
  await store(["start"], 10_000, "flood");
  await tail.says("ERROR flood start");
  const bodies = Array.from({ length: 2_000 }, (_, n) => `record ${n}`);
  await store(bodies, 2_000, "flood");
  await tail.says("more records at once; left out");
  tail.signal("SIGINT");
  expect(await tail.exited()).toBe(130);
  const leftOut = Number(/(\d+) more records at once/.exec(tail.stderr)?.[1]);
  // The newest are shown.
  expect(tail.stdout.trim().split("\n").length).toBe(2_001 - leftOut);
  expect(tail.stdout.includes("record 1999\n")).toBe(true);
});

test("a query service that goes away is waited for, and nothing is lost meanwhile", async () => {
  const tail = new CommandProcess(["tail", "service:again", "--url", query.address], {
    cwd: workingDir,
  });
  await store(["one"], 0, "again");
  await tail.says("again one");
  const port = Number(new URL(query.address).port);
  await query.stop();
  await tail.says("has gone away");
  await store(["two"], 0, "again");
  query = await start(port);
  await tail.says("again two");
  tail.signal("SIGINT");
  expect(await tail.exited()).toBe(130);
  expect(tail.stdout.match(/again one/g)).toHaveLength(1);
});

test("a filter that is none ends it at once", async () => {
  const tail = new CommandProcess(["tail", "service:(", "--url", query.address], {
    cwd: workingDir,
  });
  expect(await tail.exited()).toBe(2);
  expect(tail.stderr).toContain("^");
});

test("what the service cannot read meanwhile is told, and that it goes on", async () => {
  const problem = (code: string, status: number, detail: string) =>
    JSON.stringify({ type: `urn:throughline:problem:${code}`, title: "", status, code, detail });
  const events = [
    `event: start\nid: 1\ndata: {}\n\n`,
    `event: problem\nid: 1\ndata: ${problem("clickhouse_unavailable", 503, "ClickHouse is \u001b[31maway.")}\n\n`,
    `event: start\nid: 1\ndata: {}\n\n`,
    `event: problem\nid: 9\ndata: ${problem("query_limit", 422, "Rows 2 to 9 are left out.")}\n\n`,
  ];
  const service = createServer((request, response) => {
    if (request.url?.startsWith("/api/logs/tail") === true) {
      response.writeHead(200, { "content-type": "text/event-stream" }).write(events.join(""));
      return;
    }
    const meta = { elapsedMs: 0, rowsRead: 0, bytesRead: 0, complete: true };
    response
      .writeHead(200, { "content-type": "application/json" })
      .end(JSON.stringify({ logs: [], meta }));
  });
  await new Promise<void>((listening) => service.listen(0, "127.0.0.1", listening));
  const address = service.address();
  const port = typeof address === "object" ? address?.port : undefined;
  try {
    for (const more of [[], ["--json"]]) {
      const tail = new CommandProcess(["tail", ...more, "--url", `http://127.0.0.1:${port}`], {
        cwd: workingDir,
      });
      await tail.says("Rows 2 to 9 are left out.");
      tail.signal("SIGINT");
      expect(await tail.exited()).toBe(130);
      expect(tail.stdout).toBe("");
      expect(tail.stderr.trim().split("\n")).toEqual([
        "throughline: ClickHouse is \\x1b[31maway.",
        "throughline: logs can be read again",
        "throughline: Rows 2 to 9 are left out.",
      ]);
    }
  } finally {
    service.closeAllConnections();
    service.close();
  }
});
