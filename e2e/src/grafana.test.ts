/**
 * Goal: Grafana's ClickHouse data source works on our tables, unmodified and as the user `grafana`. Method: the statements it
 * sends (e2e/grafana/statements.sql) go through clickhouse-go, with the plugin's options, over HTTP and over the native
 * protocol, against the embedded ClickHouse; answers are compared with what was inserted, plans with what the tables promise.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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
import { readPlan } from "./grafana-plan.ts";

/** Granules of 1024 rows in a day of 200 000 logs and 200 000 spans. */
const DAY_GRANULES = 196;

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
    });
  });
  afterAll(() => rig?.close());

  describe.each(PROTOCOLS)("over %s", (protocol) => {
    let answers: ReadonlyMap<string, Answer>;

    beforeAll(async () => {
      const questions = [...statements].map(([name, sql]) => ({ name, sql }));
      const ping = { name: "ping", sql: "" };
      const given = await rig.ask(protocol, [ping, ...questions], { max_execution_time: 60 });
      answers = new Map(given.map((answer) => [answer.name, answer]));
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

    test("log lists are newest first, whole, and bounded by their limit", () => {
      for (const name of ["logs", "logs-1.2.9"]) {
        const times = column(name, "timestamp").map(String);
        expect(times.length).toBe(1_000);
        expect(times.map((time) => Date.parse(time))).toEqual(
          times.map((time) => Date.parse(time)).toSorted((a, b) => b - a),
        );
      }
      expect(new Set(column("logs-level", "level"))).toEqual(new Set(["ERROR"]));
    });

    test("a search for text finds the one line that has it", () => {
      for (const name of ["logs-like", "logs-ilike", "logs-contains"]) {
        expect(column(name, "body"), name).toEqual(["Deadlock found"]);
      }
      expect(column("logs-map", "LogAttributes")).toEqual([
        { "order.id": "order-4711", "user.id": "12345" },
      ]);
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

    test("the trace list has roots only, with milliseconds", () => {
      expect(column("traces", "traceID").length).toBe(1_000);
      expect(new Set(column("traces", "serviceName"))).toEqual(new Set(["gateway"]));
      expect(Math.max(...column("traces", "duration").map(Number))).toBeLessThan(502);
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
      expect(answer("map-keys").rows.flat()).toEqual(
        expect.arrayContaining(["order.id", "cart.items"]),
      );
      expect(answer("map-values").rows.flat().map(String).toSorted()).toEqual([
        "order-4711",
        "order-4712",
      ]);
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
  });

  test.each(PLANS)("$name reads no more than its index leaves", async (expected) => {
    const sql = `EXPLAIN json = 1, indexes = 1 ${statements.get(expected.name) ?? ""}`;
    const [answered] = await rig.ask("http", [{ name: expected.name, sql }]);
    expect(answered?.error).toBe("");
    const plan = readPlan((answered?.rows ?? []).map(([line]) => String(line)).join("\n"));
    const read = plan.at(-1)?.selected ?? Number.NaN;
    expect(read, JSON.stringify(plan)).toBeLessThanOrEqual(expected.granules);
    expect(plan.map(({ name }) => name)).toContain(expected.index);
    expect(Math.max(...plan.map(({ initial }) => initial))).toBeGreaterThanOrEqual(DAY_GRANULES);
  });
});

const REFUSED = [
  "SELECT * FROM url('http://127.0.0.1:1/', LineAsString)",
  "SELECT * FROM file('/etc/hostname', LineAsString)",
  "SELECT file('/etc/hostname')",
  "SELECT * FROM remote('127.0.0.1', 'otel', 'otel_logs')",
  "SELECT * FROM s3('http://127.0.0.1:1/a', LineAsString)",
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

/**
 * READONLY, SETTING_CONSTRAINT_VIOLATION, ACCESS_DENIED, TOO_MANY_ROWS_OR_BYTES; and of the scalar file(), which no grant
 * governs, what the sandbox makes of it: INCORRECT_FILE_NAME or the system's refusal.
 */
const REFUSALS = [164, 452, 497, 396, 1, 76, 36, 107];

/** Granules of 196 that are read at most, and an index without which that could not be. */
const PLANS = [
  { name: "logs", index: "PrimaryKey", granules: 12 },
  { name: "logs-1.2.9", index: "idx_ts", granules: 12 },
  { name: "logs-level", index: "PrimaryKey", granules: 12 },
  { name: "logs-like", index: "PrimaryKey", granules: 12 },
  { name: "logs-ilike", index: "PrimaryKey", granules: 12 },
  { name: "logs-map", index: "idx_log_attr_key", granules: 1 },
  { name: "volume", index: "PrimaryKey", granules: 12 },
  { name: "traces", index: "PrimaryKey", granules: 12 },
  { name: "trace", index: "idx_trace", granules: 1 },
  { name: "trace-logs", index: "idx_trace_id", granules: 1 },
  { name: "map-keys", index: "PrimaryKey", granules: 52 },
  { name: "map-values", index: "idx_log_attr_key", granules: 2 },
  { name: "services-variable", index: "PrimaryKey", granules: 12 },
  { name: "ad-hoc", index: "PrimaryKey", granules: 12 },
  { name: "percentiles", index: "PrimaryKey", granules: 12 },
] as const;

/** Over HTTP the driver gives ClickHouse's error as text. */
function codeOf(answer: Answer | undefined): number {
  const inText = /Code: (\d+)\./.exec(answer?.error ?? "")?.[1];
  return inText === undefined ? (answer?.errorCode ?? 0) : Number(inText);
}

function sum(values: readonly unknown[]): number {
  return values.reduce<number>((total, value) => total + Number(value), 0);
}
