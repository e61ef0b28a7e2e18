/**
 * Goal: whoever types SQL gets answers in five forms and nothing but the telemetry; every limit holds, and who leaves takes
 * the query along. Method: over HTTP against the embedded engine with its real user; a list of everything that must not work,
 * with a real file on the disk.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClickHouseClient } from "@throughline/schemas";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFixture, type Fixture, HOUR, MINUTE, NOW, traceId } from "../testing/fixtures.ts";
import {
  ACCEPTED,
  NONSENSE,
  NONSENSE_WITH_PARAMS,
  REFUSED,
  REFUSED_WITH_PARAMS,
} from "../testing/refused-statements.ts";
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

/** Of the dashboards for Grafana, with one service for what a viewer chooses. */
function statementsOfDashboards(): readonly string[] {
  const dashboards = new URL("../../../deploy/grafana/dashboards/", import.meta.url);
  const found = readdirSync(dashboards).flatMap((name) =>
    [
      ...readFileSync(new URL(name, dashboards), "utf8").matchAll(/"rawSql": ("(?:[^"\\]|\\.)*")/g),
    ].map(([, text = '""']) =>
      String(JSON.parse(text))
        .replaceAll(/\$__conditionalAll\((.*), \$\w+\)/g, "$1")
        .replaceAll(/\$\{\w+:sqlstring\}/g, "'pay'"),
    ),
  );
  return [...new Set(found)];
}

describe("run:", () => {
  test.each([...ACCEPTED, ...statementsOfDashboards()])("%s", async (sql) => {
    const response = await post({ sql });
    expect([response.statusCode, response.body]).toEqual([200, expect.stringContaining('"meta"')]);
  });
});

test("an index of the telemetry database may be read, its name written or given beside", async () => {
  const { database } = fixture.database.sqlConnection;
  const indexed = (name: string) =>
    `SELECT count() FROM mergeTreeTextIndex(${name}, 'otel_logs', 'idx_log_attr_items')`;
  const written = await rowsOf({ sql: indexed(`'${database}'`) });
  const given = await rowsOf({ sql: indexed("{d:String}"), params: { d: database } });
  expect([written.rows.length, given.rows.length]).toEqual([1, 1]);
});

test("names that may be read may be parameters", async () => {
  const answer = await rowsOf({
    sql: "SELECT {c:Identifier}, arrayMap({f:Identifier}, ['a']) FROM {t:Identifier} WHERE {c:Identifier} = 'new'",
    params: { c: "Body", f: "upper", t: "otel_logs" },
  });
  expect(answer.rows).toEqual([["new", ["A"]]]);
});

describe("refused:", () => {
  test.each(REFUSED)("%s", async (sql) => {
    const response = await post({ sql: sql.replaceAll("SECRET", secretFile) });
    expect(response.body).not.toContain("a-secret-of-the-machine");
    const { code, status } = response.json<Problem>();
    if (sql === "") expect(code).toBe("invalid_parameter");
    else expect([code, status]).toEqual(["sql_refused", 403]);
  });

  const withSecret = (sql: string, params: Readonly<Record<string, string>>): SqlQuery => ({
    sql: sql.replaceAll("SECRET", secretFile),
    params: Object.fromEntries(
      Object.entries(params).map(([name, value]) => [name, value.replaceAll("SECRET", secretFile)]),
    ),
  });

  test.each(REFUSED_WITH_PARAMS)("%s with %j", async (sql, params) => {
    const response = await post(withSecret(sql, params));
    expect(response.body).not.toContain("a-secret-of-the-machine");
    expect(response.json<Problem>()).toMatchObject({ code: "sql_refused", status: 403 });
  });

  test.each(NONSENSE_WITH_PARAMS)("or not understood: %s with %j", async (sql, params) => {
    const response = await post(withSecret(sql, params));
    expect(response.body).not.toContain("a-secret-of-the-machine");
    expect(response.json<Problem>().code).toMatch(/^sql_(?:refused|failed)$/);
  });

  test.each(NONSENSE)("or not understood: %j", async (sql) => {
    const response = await post({ sql: sql.replaceAll("SECRET", secretFile) });
    expect(response.body).not.toContain("a-secret-of-the-machine");
    expect(response.json<Problem>().code).toMatch(/^sql_(?:refused|failed)$/);
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
  test.each([
    [{ sqlTimeMs: 1_000 }, 159, "sqlTimeMs"],
    [{ sqlRowsReadMax: 1_000 }, 158, "sqlRowsReadMax"],
    [{ sqlResultBytes: 1_000 }, 396, "sqlResultBytes"],
  ])("%j are named by the option", async (given, clickhouseCode, option) => {
    const limited = await createFixture(given);
    try {
      const sql =
        option === "sqlResultBytes"
          ? `SELECT ${Array.from({ length: 500 }, (_, n) => n).join(", ")}`
          : "SELECT count() FROM numbers(1000000000000) WHERE NOT ignore(number)";
      const response = await limited.app.inject({
        method: "POST",
        url: "/api/sql",
        payload: { sql },
      });
      const problem = response.json<Problem>();
      expect(problem, response.body).toMatchObject({ code: "query_limit", clickhouseCode });
      expect(problem.detail).toContain(option);
    } finally {
      await limited.close();
    }
  });

  test("behind IN a column of a nested one is refused with what finds the same", async () => {
    const problem = await problemOf("SELECT count() FROM otel_traces WHERE 'x' IN Events.Name");
    expect(problem.code).toBe("sql_refused");
    expect(problem.detail).toContain("the table Name of the database Events");
    expect(problem.detail).toContain("has(Events.Name, value)");
    const advised = await rowsOf({
      sql: "SELECT count() FROM otel_traces WHERE has(Events.Name, 'x')",
    });
    expect(advised.rows).toEqual([["0"]]);
  });

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

  describe("who leaves takes the query along", () => {
    let address: string;
    beforeAll(async () => {
      await fixture.app.listen({ port: 0, host: "127.0.0.1" });
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on TCP
      const { port } = fixture.app.server.address() as AddressInfo;
      address = `http://127.0.0.1:${port}`;
    });

    const running = async (mark: string): Promise<number> => {
      const result = await fixture.database.client.query({
        query:
          "SELECT query_id FROM system.processes WHERE user = 'throughline_sql' AND query LIKE {like:String}",
        query_params: { like: `SELECT % AS ${mark}%` },
        format: "JSONEachRow",
      });
      return (await result.json()).length;
    };

    const FORMATS = ["json", "ndjson", "csv", "parquet", "arrow"] as const;
    /** One that counts for ever, and one of which rows come now and then. */
    const STATEMENTS = [
      ["counts", "SELECT count() AS MARK FROM numbers(1000000000000) WHERE NOT ignore(number)"],
      [
        "gives rows",
        "SELECT number AS MARK FROM numbers(1000000000000) WHERE cityHash64(number) % 20000000 = 7",
      ],
    ] as const;
    const cases = FORMATS.flatMap((format) =>
      STATEMENTS.map(([what, sql]) => ({ format, what, sql })),
    );

    test.each(cases)("as $format, while it $what", async ({ format, what, sql }) => {
      const mark = `who_leaves_${format}_${what.length}`;
      const leaving = new AbortController();
      const asked = fetch(`${address}/api/sql`, {
        method: "POST",
        signal: leaving.signal,
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ sql: sql.replace("MARK", mark), format }),
      }).catch(() => "left");
      await expect.poll(() => running(mark), { timeout: 10_000 }).toBe(1);
      leaving.abort();
      expect(await asked).toBe("left");
      await expect.poll(() => running(mark), { timeout: 10_000 }).toBe(0);
    });
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
  expect(schema.meta).toMatchObject({ complete: true });
  const again = await fixture.app.inject({
    method: "GET",
    url: "/api/sql/schema",
    headers: { "if-none-match": String(response.headers.etag) },
  });
  expect([again.statusCode, again.body]).toEqual([304, ""]);
});

test("a schema that is too large is cut, and says so", async () => {
  const small = await createFixture({ sqlSchemaRowsMax: 3 });
  try {
    const response = await small.app.inject("/api/sql/schema");
    const { tables, functions, meta } = response.json<SqlSchema>();
    expect(tables.length).toBe(3);
    expect(functions.length).toBeLessThanOrEqual(3);
    expect(meta.complete).toBe(false);
    expect(meta.reason).toContain("more tables, columns, functions; the first 3 of each");
    expect(meta.reason).toContain("sqlSchemaRowsMax");
  } finally {
    await small.close();
  }
});
