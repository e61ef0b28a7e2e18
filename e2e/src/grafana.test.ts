/**
 * Goal: Grafana's ClickHouse data source works on our tables, unmodified and as the user `grafana`. Method: the statements it
 * sends (e2e/grafana/statements.sql) go through clickhouse-go, with the plugin's options, over HTTP and over the native
 * protocol, against the embedded ClickHouse; answers are compared with what was inserted, plans with what the tables promise.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  type Answer,
  DATABASE,
  hasGo,
  KNOWN,
  PROTOCOLS,
  readStatements,
  type Rig,
  startRig,
} from "./grafana-rig.ts";
import { readPlans } from "./grafana-plan.ts";
import { BOUNDS, type Reads, readsOf, tableSizes } from "./grafana-reads.ts";

/** Of 1024 rows: two days of 200 000 logs and 200 000 spans each. */
const TABLE_GRANULES = 390;

/** What the server says of itself reads at most this: a row for each function that it has. */
const LOOKUP_ROWS = 10_000;

describe.runIf(hasGo)("Grafana's ClickHouse data source (needs go)", () => {
  let rig: Rig;
  let statements: ReadonlyMap<string, string>;

  beforeAll(async () => {
    rig = await startRig();
    statements = readStatements("statements.sql", {
      database: DATABASE,
      from: rig.from,
      to: rig.to,
      trace_id: KNOWN.traceId,
      unknown_trace_id: "dead".repeat(8),
    });
  });
  afterAll(() => rig?.close());

  describe.each(PROTOCOLS)("over %s", (protocol) => {
    let answers: ReadonlyMap<string, Answer>;
    let reads: ReadonlyMap<string, Reads>;
    let sizes: ReadonlyMap<string, Reads>;

    beforeAll(async () => {
      const questions = [...statements].map(([name, sql]) => ({ name, sql }));
      const ping = { name: "ping", sql: "" };
      const given = await rig.ask(protocol, [ping, ...questions], { max_execution_time: 60 });
      answers = new Map(given.map((answer) => [answer.name, answer]));
      // What has ended is logged a moment after its answer.
      await vi.waitFor(
        async () => {
          const byText = await readsOf(rig.client, protocol);
          reads = new Map(
            questions.flatMap(({ name, sql }) => {
              const read = byText.get(sql);
              return read === undefined ? [] : [[name, read] as const];
            }),
          );
          expect(reads.size).toBe(statements.size);
        },
        { timeout: 30_000, interval: 250 },
      );
      sizes = await tableSizes(rig.client);
    });

    const answer = (name: string): Answer => {
      const found = answers.get(name);
      if (found === undefined) throw new Error(`no answer to ${name}`);
      return found;
    };
    const column = (name: string, of: string): readonly unknown[] => {
      const { columns, rows } = answer(name);
      const at = columns.findIndex((one) => one.name === of);
      expect(at, `${name} has a column ${of}`).not.toBe(-1);
      return rows.map((row) => row[at]);
    };

    test("no statement is refused", () => {
      const failed = [...answers.values()].filter(({ error }) => error !== "");
      expect(failed).toEqual([]);
      expect(answers.size).toBe(statements.size + 1);
    });

    test("health and handshake are what the plugin looks for", () => {
      expect(answer("health")).toMatchObject({ columns: [{ name: "1" }], rows: [[1]] });
      const [, version, , timezone] = answer("handshake").rows[0] ?? [];
      expect(answer("version").rows).toEqual([[version]]);
      expect(Number(String(version).split(".")[0])).toBeGreaterThanOrEqual(26);
      expect(String(timezone)).toMatch(/UTC$/);
    });

    test("lookups show the telemetry and no other database", () => {
      expect(answer("databases").rows).toEqual([[DATABASE]]);
      const tables = answer("tables").rows.flat();
      expect(tables).toEqual(
        expect.arrayContaining(["otel_logs", "otel_traces", "otel_traces_trace_id_ts"]),
      );
      expect(new Set(column("all-tables", "database"))).toEqual(new Set([DATABASE]));
      expect(column("functions", "name")).toContain("multiSearchAny");
    });

    test("describing a table tells the OpenTelemetry columns, and the window of traces", () => {
      const logs = column("describe-logs", "name");
      // TimestampTime is what tells the plugin that the older column map will do as well.
      expect(logs).toEqual(expect.arrayContaining(["Timestamp", "Body", "TimestampTime"]));
      expect(column("schema", "name")).toEqual(logs);
      // Without these three the plugin does without the window, and reads every day for a trace.
      expect(column("describe-windows", "name").slice(0, 3)).toEqual(["TraceId", "Start", "End"]);
      const spans = column("columns", "name");
      expect(spans).toEqual(
        expect.arrayContaining(["Duration", "Events.Timestamp", "Links.TraceId"]),
      );
    });

    test.each(BOUNDS)("$name reads its share of the table at most", (bound) => {
      const read = reads.get(bound.name);
      const size = sizes.get(bound.table);
      expect(size?.rows).toBeGreaterThanOrEqual(100_000);
      const share = (of: keyof Reads): number => (read?.[of] ?? NaN) / (size?.[of] ?? NaN);
      expect(share("rows"), JSON.stringify(read)).toBeLessThanOrEqual(bound.rows);
      expect(share("bytes"), JSON.stringify(read)).toBeLessThanOrEqual(bound.bytes);
    });

    test("what is not held to a share reads no telemetry", () => {
      const bounded = new Set(BOUNDS.map(({ name }) => name));
      const others = [...statements.keys()].filter((name) => !bounded.has(name));
      expect(bounded.size + others.length).toBe(statements.size);
      for (const name of others) {
        expect(reads.get(name)?.granules, name).toBe(0);
        expect(reads.get(name)?.rows, name).toBeLessThanOrEqual(LOOKUP_ROWS);
      }
    });

    test("log lists are newest first, whole, and bounded by their limit", () => {
      for (const name of ["logs", "logs-1.2.9"]) {
        const times = column(name, "timestamp").map(String);
        expect(times.length).toBe(1_000);
        expect(times.map((time) => Date.parse(time))).toEqual(
          times.map((time) => Date.parse(time)).toSorted((a, b) => b - a),
        );
      }
      expect(new Set(column("logs-level", "level"))).toEqual(new Set(["ERROR"]));
      expect(column("logs-level", "level").length).toBe(1_000);
    });

    test("a search for text finds the one line that has it", () => {
      for (const name of ["logs-like", "logs-ilike", "logs-level-like", "logs-contains"]) {
        expect(column(name, "body"), name).toEqual(["Deadlock found"]);
      }
      expect(column("logs-map", "LogAttributes")).toEqual([
        { "order.id": "order-4711", "user.id": "12345" },
      ]);
      // Those of the known request, and of no other resource.
      expect(column("logs-resource-map", "traceID")).toEqual(
        Array.from({ length: 5 }, () => KNOWN.traceId),
      );
    });

    test("the volume counts each log once, by level", () => {
      const levels = ["critical", "error", "warn", "info", "debug", "trace", "unknown"];
      const sums = levels.map((level) => sum(column("volume", level)));
      // An hour of the day's logs, 0.432 s apart, every fifth of one level; and the known request's.
      const each = 8_333 / 5;
      expect(sums.map((count) => Math.round(count / each))).toEqual([0, 1, 1, 2, 1, 0, 0]);
      expect(sum(sums)).toBeGreaterThanOrEqual(8_333 + 5);
      expect(sum(sums)).toBeLessThanOrEqual(8_335 + 5);
    });

    test.each([
      ["SECOND", 3_600],
      ["HOUR", 2],
      ["DAY", 1],
    ] as const)("the volume by the %s counts the same", async (interval, mostRows) => {
      const sql = (statements.get("volume") ?? "").replace("1 MINUTE", `1 ${interval}`);
      const [volume] = await rig.ask(protocol, [{ name: "volume", sql }]);
      expect(volume?.error).toBe("");
      expect(volume?.rows.length).toBeGreaterThan(0);
      expect(volume?.rows.length).toBeLessThanOrEqual(mostRows);
      const total = (rows: Answer["rows"]): number => sum(rows.flatMap(([, ...sums]) => sums));
      expect(total(volume?.rows ?? [])).toBe(total(answer("volume").rows));
    });

    test("the trace list has roots only, with milliseconds", () => {
      expect(column("traces", "traceID").length).toBe(1_000);
      expect(new Set(column("traces", "serviceName"))).toEqual(new Set(["gateway"]));
      expect(Math.max(...column("traces", "duration").map(Number))).toBeLessThan(502);
      expect(column("traces-map", "traceID")).toEqual([KNOWN.traceId]);
    });

    test("a trace by its id is whole: spans, tags, events as logs, links as references", () => {
      const { columns, rows } = answer("trace");
      const spans = rows.map((row) =>
        Object.fromEntries(columns.map(({ name }, index) => [name, row[index]])),
      );
      const bySpan = new Map(spans.map((span) => [span["spanID"], span]));
      expect(spans.length).toBe(3);
      expect(bySpan.get(KNOWN.root)).toMatchObject({
        traceID: KNOWN.traceId,
        parentSpanID: "",
        serviceName: "gateway",
        operationName: "POST /order",
        startTime: rig.from * 1_000 + 600_000,
        duration: 250,
        tags: [{ key: "http.route", value: "/order" }],
        statusCode: 2,
        kind: "Server",
        statusMessage: "payment failed",
        traceState: "vendor=1",
      });
      expect(bySpan.get(KNOWN.root)?.["serviceTags"]).toContainEqual({
        key: "service.version",
        value: "2.0",
      });
      expect(bySpan.get(KNOWN.payment)).toMatchObject({
        parentSpanID: KNOWN.root,
        logs: [
          {
            name: "exception",
            timestamp: String(rig.from * 1_000 + 600_150),
            fields: [{ key: "exception.type", value: "Deadlock" }],
          },
        ],
        references: [{ spanID: "0000000000000001", tags: [{ key: "why", value: "retry" }] }],
      });
    });

    test("a trace's window is known, and a trace that nobody knows is empty", () => {
      const [[start, end] = []] = answer("trace-window").rows;
      const known = rig.from * 1_000 + 600_000;
      expect(Date.parse(String(start))).toBe(known);
      expect(Date.parse(String(end))).toBe(known + 1_000);
      expect(answer("trace-unknown").rows).toEqual([]);
    });

    test("its logs are found without a time range", () => {
      expect(column("trace-logs", "body")).toEqual([
        "order received",
        "charging",
        "waiting for a lock",
        "Deadlock found",
        "order failed",
      ]);
    });

    test("keys, values and names for the query builder are those that are stored", () => {
      for (const name of ["map-keys", "map-keys-subcolumn"]) {
        expect(answer(name).rows.flat(), name).toEqual(
          expect.arrayContaining(["order.id", "cart.items"]),
        );
      }
      expect(answer("map-keys-sample").rows.flat()).toContain("user.id");
      expect(answer("map-values").rows.flat().map(String).toSorted()).toEqual([
        "order-4711",
        "order-4712",
      ]);
      expect(answer("map-values-spans").rows.flat()).toContain("/order");
      expect(answer("distinct-services").rows.length).toBe(8);
      expect(answer("services-variable").rows.flat()).toEqual([
        "cart",
        "gateway",
        "payment",
        "shipping",
      ]);
    });

    test("ad-hoc filters hold", () => {
      // Of 8 services and 5 levels, logs of the pair are every fortieth; and the known one.
      expect(column("ad-hoc", "level").length).toBeGreaterThanOrEqual(208);
      expect(column("ad-hoc", "level").length).toBeLessThanOrEqual(210);
      expect(new Set(column("ad-hoc", "level"))).toEqual(new Set(["ERROR"]));
    });

    test("the bundled dashboards' percentiles and service map have answers", () => {
      expect(column("percentiles", "p99")).toEqual([200_000_000]);
      expect(Math.max(...column("failures", "failed").map(Number))).toBe(1);
      expect(column("failed-spans", "TraceId")).toContain(KNOWN.traceId);
      expect(
        answer("service-map").rows.map(([source, target]) => `${String(source)} ${String(target)}`),
      ).toEqual(expect.arrayContaining(["gateway payment", "gateway cart", "gateway shipping"]));
    });

    test("the data source's row limit is the setting `limit`", async () => {
      const sql = statements.get("logs") ?? "";
      const [limited] = await rig.ask(protocol, [{ name: "logs", sql }], { limit: 7 });
      expect(limited?.error).toBe("");
      expect(limited?.rows.length).toBe(7);
    });

    test.each(REFUSED)("refused: %s", async (sql) => {
      const [refused] = await rig.ask(protocol, [{ name: "refused", sql }]);
      expect(refused?.error, JSON.stringify(refused?.rows)).not.toBe("");
      expect(REFUSALS, refused?.error).toContain(codeOf(refused));
    });

    test("the scalar function file() opens nothing outside, where there is a sandbox", async ({
      skip,
    }) => {
      if (rig.sandbox !== "landlock") skip(`no sandbox here: ${rig.sandbox}`);
      // All of them are there, and this process may read them.
      for (const file of ["/etc/passwd", import.meta.filename, `/proc/${process.pid}/environ`]) {
        readFileSync(file);
        const [refused] = await rig.ask(protocol, [
          { name: "file", sql: `SELECT file('${file}')` },
        ]);
        expect(refused?.rows, file).toEqual([]);
        expect(codeOf(refused), refused?.error).toBe(CANNOT_OPEN_FILE);
        expect(refused?.error).toContain("Permission denied");
      }
    });
  });

  const plansOf = async (sql: string): Promise<ReturnType<typeof readPlans>> => {
    const explain = `EXPLAIN json = 1, indexes = 1 ${sql}`;
    const [answered] = await rig.ask("http", [{ name: "plan", sql: explain }]);
    expect(answered?.error).toBe("");
    return readPlans((answered?.rows ?? []).map(([line]) => String(line)).join("\n"));
  };

  test.each(BOUNDS.filter(({ index }) => index !== undefined))(
    "$name reads no more than its index leaves",
    async ({ name, index, granules }) => {
      const plans = await plansOf(statements.get(name) ?? "");
      expect(plans.length).toBe(name === "service-map" ? 2 : 1);
      for (const plan of plans) {
        expect(plan.at(-1)?.selected, JSON.stringify(plan)).toBeLessThanOrEqual(granules);
        expect(plan.map((use) => use.name)).toContain(index);
        expect(plan[0]?.initial).toBeGreaterThanOrEqual(TABLE_GRANULES);
      }
    },
  );

  test.each(OWN_FILTERS)("in %s an index answers %s", async (table, filter, index, found) => {
    const sql = `FROM ${DATABASE}.${table} WHERE ${filter}`;
    const [plan = []] = await plansOf(`SELECT * ${sql}`);
    const use = plan.find(({ name }) => name === index);
    expect(use?.selected, JSON.stringify(plan)).toBeLessThanOrEqual(2);
    const [answered] = await rig.ask("http", [{ name: "own", sql: `SELECT count() ${sql}` }]);
    expect(answered?.rows.flat().map(Number)).toEqual([found]);
  });
});

/** What docs/grafana.md writes instead of filters of the builder: table, filter, its index, and how many of the known records it finds. */
const OWN_FILTERS = [
  ["otel_logs", "hasAllTokens(lower(Body), lower('DEADLOCK found'))", "idx_lower_body", 1],
  ["otel_logs", "has(ResourceAttributeItems, 'service.version=2.0')", "idx_res_attr_items", 6],
  ["otel_traces", "has(SpanAttributeItems, 'http.route=/order')", "idx_span_attr_items", 1],
] as const;

const REFUSED = [
  "SELECT * FROM url('http://127.0.0.1:1/', LineAsString)",
  "SELECT * FROM file('/etc/hostname', LineAsString)",
  "SELECT * FROM remote('127.0.0.1', 'otel', 'otel_logs')",
  "SELECT * FROM s3('http://127.0.0.1:1/bucket/file', LineAsString)",
  "SELECT * FROM executable('id', 'TSV', 'a String')",
  "INSERT INTO otel.otel_logs (Body) VALUES ('forged')",
  "ALTER TABLE otel.otel_logs DELETE WHERE 1",
  "TRUNCATE TABLE otel.otel_logs",
  "DROP TABLE otel.otel_logs",
  "CREATE TABLE otel.mine (n UInt64) ENGINE = Memory",
  "CREATE TEMPORARY TABLE mine (n UInt64)",
  "SYSTEM FLUSH LOGS",
  "SYSTEM STOP MERGES otel.otel_logs",
  "KILL QUERY WHERE 1",
  "SELECT * FROM throughline.migrations",
  "SELECT query FROM system.query_log",
  "SELECT name FROM system.users",
  "SELECT 1 SETTINGS max_execution_time = 100000",
  "SELECT 1 SETTINGS max_memory_usage = 0",
  "SELECT 1 SETTINGS readonly = 0",
  "SELECT number FROM numbers(2000000)",
] as const;

/** READONLY, SETTING_CONSTRAINT_VIOLATION, ACCESS_DENIED, TOO_MANY_ROWS_OR_BYTES. */
const REFUSALS = [164, 452, 497, 396];

const CANNOT_OPEN_FILE = 76;

/** Over HTTP the driver gives ClickHouse's error as text. */
function codeOf(answer: Answer | undefined): number {
  const inText = /Code: (\d+)\./.exec(answer?.error ?? "")?.[1];
  return inText === undefined ? (answer?.errorCode ?? 0) : Number(inText);
}

function sum(values: readonly unknown[]): number {
  return values.reduce<number>((total, value) => total + Number(value), 0);
}
