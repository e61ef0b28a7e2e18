/** Goal: a SELECT from the terminal, in every format, to a terminal, a pipe and a file. Method: a real query service. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { startQuery, type QueryServer } from "@throughline/query";
import { createTestDatabase, type TestDatabase } from "@throughline/schemas/testing";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Look } from "../command.ts";
import { run } from "../run.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

let database: TestDatabase;
let query: QueryServer;
let workingDir: string;

beforeAll(async () => {
  workingDir = mkdtempSync(join(tmpdir(), "throughline-sql-"));
  database = await createTestDatabase();
  query = await startQuery({
    host: "127.0.0.1",
    port: 0,
    clickhouse: database.queryConnection,
    sqlClickhouse: database.sqlConnection,
    otlpGrpcEndpoint: "",
    otlpHttpEndpoint: "",
    version: "0.0.0-test",
    logger: pino({ level: "silent" }),
  });
  await database.client.insert({
    table: "otel_logs",
    format: "JSONEachRow",
    clickhouse_settings: { date_time_input_format: "best_effort" },
    values: ["one", "two \u001b[2J", "three 数据"].map((Body, index) => ({
      Timestamp: new Date(Date.now() - 60_000 + index).toISOString(),
      ServiceName: "shop",
      SeverityNumber: index,
      Body,
    })),
  });
});
afterAll(async () => {
  await query.stop();
  await database.drop();
  rmSync(workingDir, { recursive: true });
});

async function sql(args: readonly string[], look?: Look) {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await run({
    args: ["sql", ...args],
    environment: { THROUGHLINE_URL: query.address },
    workingDir,
    terminal: { out: (line) => out.push(line), err: (line) => err.push(line), look },
  });
  return { exitCode, out, err };
}

/** As a process: what is on standard input, and the bytes on standard output. */
async function piped(args: readonly string[], input: string) {
  const child = spawn(process.execPath, [MAIN, "sql", "--url", query.address, ...args], {
    cwd: workingDir,
    env: { PATH: process.env["PATH"] },
  });
  child.stdin.end(input);
  const [out, err] = await Promise.all([buffer(child.stdout), text(child.stderr)]);
  if (child.exitCode === null) await once(child, "exit");
  return { out, err, exitCode: child.exitCode };
}

const BODIES =
  "SELECT SeverityNumber AS number, Body AS body, ServiceName AS service FROM otel_logs WHERE $__timeFilter(Timestamp) ORDER BY number";

test("rows are a table, numbers to the right, text inert", async () => {
  expect(await sql([BODIES], { columns: 80, colours: false })).toEqual({
    exitCode: 0,
    out: [
      "number  body         service",
      "     0  one          shop",
      "     1  two \\x1b[2J  shop",
      "     2  three 数据   shop",
    ],
    err: [],
  });
});

test("no rows is 3, a mistake in the statement and a statement that is refused are 2", async () => {
  expect(await sql(["SELECT 1 AS one WHERE 0"])).toEqual({
    exitCode: 3,
    out: [],
    err: ["throughline: no rows"],
  });
  const mistyped = await sql(["SELECT Bdy FROM otel_logs"]);
  expect(mistyped).toMatchObject({ exitCode: 2, out: [] });
  expect(mistyped.err.join()).toContain("Bdy");
  const refused = await sql(["SELECT * FROM url('http://127.0.0.1:1', LineAsString)"]);
  expect(refused).toMatchObject({ exitCode: 2, out: [] });
});

test.each(["json", "ndjson", "csv", "parquet", "arrow"])(
  "no rows as %s are 3, too",
  async (format) => {
    const none = await sql(["--format", format, "SELECT 1 AS one WHERE 0"]);
    expect(none).toMatchObject({ exitCode: 3, err: ["throughline: no rows"] });
    expect(await sql(["--format", format, "SELECT 1 AS one"])).toMatchObject({
      exitCode: 0,
      err: [],
    });
    expect(await sql(["--format", format, "EXPLAIN SELECT 1"])).toMatchObject({ exitCode: 0 });
  },
);

test("the statement comes from standard input, and bytes go out as ClickHouse wrote them", async () => {
  const csv = await piped(["--format", "csv"], `${BODIES}\n`);
  expect(csv.err).toBe("");
  expect(csv.exitCode).toBe(0);
  // A file keeps what a terminal must not get.
  expect(csv.out.toString()).toContain('1,"two \u001b[2J","shop"');
  const parquet = await piped(["--format", "parquet", "-"], BODIES);
  expect(parquet.exitCode).toBe(0);
  expect(parquet.out.subarray(0, 4).toString()).toBe("PAR1");
  expect(parquet.out.subarray(-4).toString()).toBe("PAR1");
});

test("--json is one object a line", async () => {
  const { exitCode, out } = await sql(["--json", BODIES]);
  expect(exitCode).toBe(0);
  expect(out.map((line) => String(JSON.parse(line).body))).toEqual([
    "one",
    "two \u001b[2J",
    "three 数据",
  ]);
});

test.each([
  [
    ["--format", "xml", "SELECT 1"],
    '--format is "xml"; one of table, json, ndjson, csv, parquet, arrow',
  ],
  [["--format", "arrow", "SELECT 1"], "arrow is no text; send it to a file"],
])("%j is asked wrongly", async (args, reason) => {
  expect(await sql(args, { columns: 80, colours: false })).toEqual({
    exitCode: 2,
    out: [],
    err: [expect.stringContaining(reason)],
  });
});
