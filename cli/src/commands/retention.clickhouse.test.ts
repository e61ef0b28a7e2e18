/** Goal: what would go is told first, and gone only after `apply`. Method: the command as a process, against the test server. */
import { createTestDatabase, type TestDatabase } from "@throughline/schemas/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CommandProcess } from "../testing/command-process.ts";

let database: TestDatabase;
let env: Record<string, string>;
beforeAll(async () => {
  database = await createTestDatabase();
  const { url, username, password, database: name } = database.connection;
  env = {
    CLICKHOUSE_URL: url,
    CLICKHOUSE_USER: username,
    CLICKHOUSE_PASSWORD: password,
    CLICKHOUSE_DATABASE: name,
  };
  await database.client.command({
    query:
      "INSERT INTO otel_logs (Timestamp, Body) SELECT now() - toIntervalDay(number), 'a day' FROM numbers(10)",
  });
});
afterAll(async () => {
  await database.drop();
});

async function retention(
  words: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Promise<CommandProcess & { readonly code: number | null }> {
  const command = new CommandProcess(["retention", ...words], { env: { ...env, ...settings } });
  return Object.assign(command, { code: await command.exited() });
}

const SHORTER = { THROUGHLINE_RETENTION_LOGS_DAYS: "4" };

test("show prints what every table keeps and holds", async () => {
  const { code, stdout } = await retention(["show"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^otel_logs +30 days +10 rows +0\.0 MB +since \d{4}-\d\d-\d\d \d\d:\d\d$/m,
  );
  expect(stdout).toMatch(/^otel_traces_trace_id_ts +38 days +empty$/m);
  expect(stdout).toContain("disk: no limit");
});

test("preview names what would go; nothing goes before apply", async () => {
  const preview = await retention(["preview"], SHORTER);
  expect(preview.stdout).toMatch(/^otel_logs: 4 days instead of 30; [56] rows, 0\.0 MB, go now:$/m);
  expect(
    preview.stdout.match(/^ {2}otel_logs \d{4}-\d\d-\d\d: 1 rows, 0\.0 MB$/gm)?.length,
  ).toBeGreaterThanOrEqual(5);
  const held = await retention(["show", "--json"]);
  expect(JSON.parse(held.stdout)).toMatchObject({
    tables: expect.arrayContaining([expect.objectContaining({ table: "otel_logs", rows: 10 })]),
  });
  const apply = await retention(["apply"], SHORTER);
  expect(apply.stdout).toMatch(/^otel_logs: kept 4 days instead of 30; [56] rows are gone$/m);
  const again = await retention(["apply"], SHORTER);
  expect(again.stdout).toBe("nothing to do\n");
});

test("a table that is not there, and a word that is none, are refused", async () => {
  const table = await retention(["apply"], { THROUGHLINE_RETENTION_TABLES: "otel_lgos = 3" });
  expect(table.code).toBe(1);
  expect(table.stderr).toContain("no table otel_lgos");
  const text = await retention(["apply"], { THROUGHLINE_RETENTION_TABLES: "otel_logs: 3" });
  expect(text.code).toBe(2);
  const word = await retention(["forget"]);
  expect(word.code).toBe(2);
});
