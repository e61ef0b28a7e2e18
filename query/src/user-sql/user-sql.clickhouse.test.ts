/**
 * Goal: whoever types SQL gets answers in five forms and nothing but the telemetry; every limit holds, and who leaves takes
 * the query along. Method: over HTTP against the embedded engine with its real user; a list of everything that must not work,
 * with a real file on the disk.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClickHouseClient } from "@throughline/schemas";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFixture, type Fixture, HOUR, MINUTE, NOW, traceId } from "../testing/fixtures.ts";
import type { Problem, SqlQuery, SqlRows, SqlSchema } from "../wire.ts";

let fixture: Fixture;
let folder: string;
let secretFile: string;
beforeAll(async () => {
  fixture = await createFixture({ sqlRowsMax: 1_000, sqlTimeMs: 20_000 });
  folder = mkdtempSync(join(tmpdir(), "throughline-sql-"));
  secretFile = join(folder, "secret.txt");
  writeFileSync(secretFile, "a-secret-of-the-machine\n");
  await fixture.insertLogs([
    { time: NOW - MINUTE, body: "new", service: "pay" },
    { time: NOW - 2n * HOUR, body: "old", service: "pay" },
  ]);
  await fixture.insertSpans([
    { traceId: traceId(1), spanId: "a1", start: NOW - MINUTE, name: "GET /", durationNano: 70n },
  ]);
});
afterAll(async () => {
  await fixture.close();
  rmSync(folder, { recursive: true });
});

async function post(query: SqlQuery) {
  const response = await fixture.app.inject({ method: "POST", url: "/api/sql", payload: query });
  return response;
}

async function rowsOf(query: SqlQuery): Promise<SqlRows> {
  const response = await post(query);
  expect(response.body).toContain('"meta"');
  expect(response.statusCode).toBe(200);
  return response.json<SqlRows>();
}

async function problemOf(sql: string): Promise<Problem> {
  const response = await post({ sql });
  expect(response.headers["content-type"]).toContain("application/problem+json");
  return response.json<Problem>();
}

describe("an answer", () => {
  test("has columns with types, rows and what it cost; 64-bit numbers are strings", async () => {
    const answer = await rowsOf({
      sql: "SELECT SpanName, Duration, [1, 2] AS list, map('a', 'b') AS m, NULL AS nothing FROM otel_traces;",
    });
    expect(answer.columns.map(({ name, type }) => [name, type])).toEqual([
      ["SpanName", "LowCardinality(String)"],
      ["Duration", "UInt64"],
      ["list", "Array(UInt8)"],
      ["m", "Map(String, String)"],
      ["nothing", "Nullable(Nothing)"],
    ]);
    expect(answer.rows).toEqual([["GET /", "70", [1, 2], { a: "b" }, null]]);
    expect(answer.meta).toMatchObject({ complete: true, rowsRead: 1 });
  });

  test("without rows still has its columns", async () => {
    expect(await rowsOf({ sql: "SELECT Body FROM otel_logs WHERE 0" })).toMatchObject({
      columns: [{ name: "Body", type: "String" }],
      rows: [],
    });
  });

  test("takes parameters as values, never as SQL", async () => {
    const hostile = "'; DROP TABLE otel_logs --";
    const answer = await rowsOf({
      sql: "SELECT {text:String} AS a, {n:UInt8} + 1 AS b",
      params: { text: hostile, n: 4 },
    });
    expect(answer.rows).toEqual([[hostile, 5]]);
    const odd = await post({ sql: "SELECT 1", params: { "a b": 1 } });
    expect(odd.json<Problem>().code).toBe("invalid_parameter");
  });

  test("is bounded in time by its macros", async () => {
    const bodies = async (sql: string, from?: string) =>
      (await rowsOf({ sql, ...(from === undefined ? {} : { from }) })).rows.flat();
    const sql = "SELECT Body FROM otel_logs WHERE $__timeFilter(Timestamp) ORDER BY Timestamp";
    expect(await bodies(sql)).toEqual(["new"]);
    expect(await bodies(sql, "now-1d")).toEqual(["old", "new"]);
    expect(
      await bodies(
        "SELECT toString($__timeInterval(Timestamp)) || ' ' || toString($__interval_s) FROM otel_logs WHERE Timestamp >= $__fromTime AND Timestamp < $__toTime -- $__nothing",
      ),
    ).toEqual(["2026-11-20 11:59:00 60"]);
    expect(await bodies("SELECT '$__timeFilter(x)'")).toEqual(["$__timeFilter(x)"]);
  });

  test("comes as CSV, NDJSON, Parquet and Arrow, with what it cost in headers", async () => {
    const sql = "SELECT 1 AS a, 'x' AS b";
    const csv = await post({ sql, format: "csv" });
    expect(csv.body).toBe('"a","b"\n1,"x"\n');
    expect(csv.headers["throughline-complete"]).toBe("true");
    expect((await post({ sql, format: "ndjson" })).body).toBe('{"a":1,"b":"x"}\n');
    const parquet = await post({ sql, format: "parquet" });
    expect(parquet.rawPayload.subarray(0, 4).toString()).toBe("PAR1");
    const arrow = await post({ sql, format: "arrow" });
    expect(arrow.rawPayload.subarray(0, 6).toString()).toBe("ARROW1");
  });

  test("with more rows than the limit is cut there and says so", async () => {
    const answer = await rowsOf({ sql: "SELECT number FROM numbers(100000)" });
    expect(answer.rows).toHaveLength(1_000);
    expect(answer.meta.complete).toBe(false);
    expect(answer.meta.reason).toContain("sqlRowsMax");
    const exact = await rowsOf({ sql: "SELECT number FROM numbers(1000)" });
    expect([exact.rows.length, exact.meta.complete]).toEqual([1_000, true]);
  });

  test("with more bytes than the limit says so, too", async () => {
    const small = await createFixture({ sqlResultBytes: 100_000 });
    try {
      const response = await small.app.inject({
        method: "POST",
        url: "/api/sql",
        payload: { sql: "SELECT repeat('x', 1000) FROM numbers(100000)" },
      });
      const answer = response.json<SqlRows>();
      expect(answer.meta.complete).toBe(false);
      expect(answer.meta.reason).toContain("sqlResultBytes");
    } finally {
      await small.close();
    }
  });

  test("may be an EXPLAIN, and may ask the views of a request", async () => {
    const explained = await rowsOf({ sql: "EXPLAIN indexes = 1 SELECT * FROM otel_logs" });
    expect(JSON.stringify(explained.rows)).toContain("ReadFromMergeTree");
    const tree = await rowsOf({ sql: `SELECT SpanName FROM request_tree(id='${traceId(1)}')` });
    expect(tree.rows).toEqual([["GET /"]]);
  });
});

describe("a fault", () => {
  test("of the syntax has ClickHouse's code and the place in what was given", async () => {
    const sql = "SELECT 'é', $__interval_s, ) x";
    const problem = await problemOf(`  ${sql}`);
    expect(problem).toMatchObject({ code: "sql_failed", status: 400, clickhouseCode: 62 });
    expect(problem.position).toBe(2 + sql.indexOf(")"));
  });

  test("of a name is told in ClickHouse's words", async () => {
    const problem = await problemOf("SELECT Nobody FROM otel_logs");
    expect(problem).toMatchObject({ code: "sql_failed", clickhouseCode: 47 });
    expect(problem.detail).toContain("Nobody");
  });

  test("of a macro says where and what there is", async () => {
    const problem = await problemOf("SELECT $__timeFiltr(x)");
    expect(problem).toMatchObject({ code: "sql_refused", position: 7 });
    expect(problem.detail).toContain("$__timeFilter");
  });
});

/** Everything here must be refused, whichever of text, reading and rights does it. */
const REFUSED: readonly string[] = [
  "SELECT file('SECRET')",
  "SELECT FiLe('SECRET')",
  "SELECT `file`('SECRET')",
  "SELECT \"file\" ( 'SECRET' )",
  "SELECT file/**/('SECRET')",
  "SELECT (SELECT file('SECRET'))",
  "WITH x AS (SELECT file('SECRET') AS f) SELECT f FROM x",
  "WITH (a -> file(a)) AS f SELECT f('SECRET')",
  "SELECT arrayMap(x -> file(x), ['SECRET'])",
  "SELECT 'SECRET' AS p, file(p)",
  "SELECT 1 WHERE file('SECRET') != ''",
  "SELECT 1 ORDER BY file('SECRET')",
  "EXPLAIN SELECT file('SECRET')",
  "EXPLAIN SYNTAX SELECT file('SECRET')",
  "(SELECT file('SECRET'))",
  "SELECT 1 UNION ALL SELECT length(file('SECRET'))",
  "SELECT * FROM file('SECRET')",
  "SELECT * FROM file('SECRET', 'LineAsString')",
  "SELECT 1 IN file('SECRET', 'LineAsString')",
  "SELECT * FROM `file`('SECRET', LineAsString)",
  "SELECT * FROM filesystem('/')",
  "SELECT * FROM url('http://127.0.0.1:1/', LineAsString)",
  "SELECT * FROM otel_logs WHERE Body IN (SELECT * FROM url('http://127.0.0.1:1/', LineAsString))",
  "DESCRIBE TABLE url('http://127.0.0.1:1/')",
  "DESCRIBE TABLE file('SECRET')",
  "SELECT * FROM s3('http://127.0.0.1:1/x')",
  "SELECT * FROM remote('127.0.0.1', system, one)",
  "SELECT * FROM cluster('default', system.one)",
  "SELECT * FROM mysql('127.0.0.1:1', 'a', 'b', 'c', 'd')",
  "SELECT * FROM postgresql('127.0.0.1:1', 'a', 'b', 'c', 'd')",
  "SELECT * FROM sqlite('SECRET', 't')",
  "SELECT * FROM executable('x', CSV, 'a String')",
  "SELECT * FROM merge('system', '.*')",
  "SELECT * FROM eval('SELECT 1')",
  "SELECT * FROM loop(numbers(1))",
  "SELECT * FROM view(SELECT file('SECRET'))",
  "SELECT 1 INTO OUTFILE 'SECRET.out'",
  "SELECT 1 INTO/**/OUTFILE 'SECRET.out' TRUNCATE",
  "SELECT 1; SELECT 2",
  "SELECT 1; DROP TABLE otel_logs",
  "DROP TABLE otel_logs",
  "INSERT INTO otel_logs (Body) VALUES ('x')",
  "ALTER TABLE otel_logs DELETE WHERE 1",
  "TRUNCATE TABLE otel_logs",
  "CREATE TABLE x (a Int8) ENGINE = Memory",
  "CREATE TEMPORARY TABLE x (a Int8)",
  "KILL QUERY WHERE 1",
  "SYSTEM FLUSH LOGS",
  "SET max_threads = 1",
  "USE system",
  "BACKUP TABLE otel_logs TO File('x')",
  "SELECT 1 SETTINGS max_execution_time = 0",
  "SELECT 1 SETTINGS readonly = 0",
  "SELECT * FROM (SELECT 1 SETTINGS max_memory_usage = 0)",
  "SELECT 1 settings/**/max_result_rows=0",
  "SELECT 1 FORMAT CSV",
  "SELECT * FROM system.query_log",
  "SELECT * FROM system.processes",
  "SELECT * FROM `system`.`users`",
  "SELECT * FROM system . settings",
  "SELECT * FROM system.zookeeper WHERE path = '/'",
  "SELECT * FROM information_schema.tables",
  "SELECT * FROM throughline.migrations",
  "SELECT * FROM default.x",
  "SELECT sleep(3)",
  "SELECT sleepEachRow(1) FROM numbers(3)",
  "SELECT dictGet('x', 'y', 1)",
  "SELECT joinGet('x', 'y', 1)",
  "SELECT getServerSetting('users_config')",
  "SELECT addressToLine(1)",
  "SELECT aiGenerate('x')",
  "SHOW CREATE TABLE otel_logs",
  "SHOW GRANTS",
  "EXPLAIN AST KILL QUERY WHERE 1",
  "EXPLAIN TABLE OVERRIDE mysql('127.0.0.1:1', 'a', 'b', 'c', 'd') PARTITION BY x",
  "",
  ";",
  "-- nothing",
];

describe("refused:", () => {
  test.each(REFUSED)("%s", async (sql) => {
    const response = await post({ sql: sql.replaceAll("SECRET", secretFile) });
    expect(response.body).not.toContain("a-secret-of-the-machine");
    const { code, status } = response.json<Problem>();
    if (sql === "") expect(code).toBe("invalid_parameter");
    else expect([code, status]).toEqual(["sql_refused", 403]);
  });

  test("what reads like it and is harmless is run", async () => {
    const harmless =
      "SELECT 'file(1); DROP TABLE x' AS a, 1 AS file, URLHash('a') > 0 AS hash, format('{}', 'f') AS format, 2 AS settings /* ; INTO OUTFILE */";
    expect((await rowsOf({ sql: harmless })).rows).toEqual([
      ["file(1); DROP TABLE x", 1, 1, "f", 2],
    ]);
  });

  test("also where the service is passed by: the user itself may not", async () => {
    const user = createClickHouseClient(fixture.database.sqlConnection, "test");
    const tryIt = async (sql: string): Promise<string> => {
      try {
        const result = await user.query({ query: sql, format: "TabSeparated" });
        return await result.text();
      } catch (error) {
        return `refused: ${error instanceof Error ? error.message.slice(0, 200) : ""}`;
      }
    };
    // By its rights; that a scalar file() cannot read elsewhere is the sandbox's doing, where the system has one.
    // Settings of a subquery are checked by nobody but the service.
    const byRights = REFUSED.filter((sql) =>
      /FROM (file|url|s3|remote|mysql|postgresql|sqlite|executable)\(|^(DROP|INSERT|ALTER|TRUNCATE|CREATE|KILL|SYSTEM|SET|BACKUP)|^SELECT 1 SETTINGS|query_log|processes|users`|zookeeper|throughline\./.test(
        sql,
      ),
    );
    expect(byRights.length).toBeGreaterThan(25);
    for (const sql of byRights) {
      expect([sql, await tryIt(sql.replaceAll("SECRET", secretFile))]).toEqual([
        sql,
        expect.stringMatching(/^refused/),
      ]);
    }
    await user.close();
  });
});

describe("limits", () => {
  test("of time end a statement", async () => {
    const quick = await createFixture({ sqlTimeMs: 1_000 });
    try {
      const response = await quick.app.inject({
        method: "POST",
        url: "/api/sql",
        payload: { sql: "SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(number)" },
      });
      expect(response.json<Problem>().code).toBe("query_limit");
    } finally {
      await quick.close();
    }
  });

  test("of memory end a statement and nothing else", async () => {
    const small = await createFixture({ sqlMemoryBytes: 20_000_000 });
    try {
      const response = await small.app.inject({
        method: "POST",
        url: "/api/sql",
        payload: { sql: "SELECT groupArray(number) FROM numbers(100000000)" },
      });
      expect(response.json<Problem>()).toMatchObject({ code: "query_limit", clickhouseCode: 241 });
      expect((await small.get("/api/services")).status).toBe(200);
    } finally {
      await small.close();
    }
  });

  test("who leaves takes the query along", async () => {
    await fixture.app.listen({ port: 0, host: "127.0.0.1" });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on TCP
    const { port } = fixture.app.server.address() as AddressInfo;
    const mark = "who_leaves_takes_the_query_along";
    const leaving = new AbortController();
    const asked = fetch(`http://127.0.0.1:${port}/api/sql`, {
      method: "POST",
      signal: leaving.signal,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        sql: `SELECT count() AS ${mark} FROM numbers(1000000000000) WHERE NOT ignore(number)`,
      }),
    }).catch(() => "left");
    const running = async (): Promise<string> => {
      const result = await fixture.database.client.query({
        query:
          "SELECT toString(count()) AS n FROM system.processes WHERE user = 'throughline_sql' AND query LIKE {like:String}",
        query_params: { like: `SELECT count() AS ${mark}%` },
        format: "JSONEachRow",
      });
      const [row] = await result.json<{ n: string }>();
      return row?.n ?? "";
    };
    while ((await running()) !== "1") await sleep(50);
    leaving.abort();
    expect(await asked).toBe("left");
    while ((await running()) !== "0") await sleep(50);
  });
});

test("the schema has what an editor completes, and is not sent twice", async () => {
  const response = await fixture.app.inject({ method: "GET", url: "/api/sql/schema" });
  const schema = response.json<SqlSchema>();
  const logs = schema.tables.find((table) => table.name === "otel_logs");
  expect(logs?.columns).toContainEqual(
    expect.objectContaining({ name: "Body", type: "String", isComputed: false }),
  );
  expect(schema.tables.find((table) => table.name === "request_spans")?.isView).toBe(true);
  const names = schema.functions.map((each) => each.name);
  expect(names).toContain("quantile");
  expect(names).not.toContain("file");
  expect(schema.macros.map((macro) => macro.name)).toContain("$__timeFilter");
  const again = await fixture.app.inject({
    method: "GET",
    url: "/api/sql/schema",
    headers: { "if-none-match": String(response.headers.etag) },
  });
  expect([again.statusCode, again.body]).toEqual([304, ""]);
});
