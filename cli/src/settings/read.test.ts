/** Goal: what is effective is what the documentation says, and every mistake is answered with its remedy. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_LIMITS as COLLECTOR_LIMITS } from "@throughline/collector/limits";
import { DEFAULT_LIMITS as QUERY_LIMITS } from "@throughline/query/options";
import { DEFAULT_RETENTION_DAYS } from "@throughline/schemas";
import { afterEach, beforeEach, expect, test } from "vitest";
import { migrateOptions } from "../roles/migrate-options.ts";
import { DEFINITIONS, type SettingDefinition } from "./definitions.ts";
import { readSettings } from "./read.ts";

let workingDir: string;
beforeEach(() => {
  workingDir = mkdtempSync(join(tmpdir(), "throughline-settings-"));
});
afterEach(() => rmSync(workingDir, { recursive: true }));

type Environment = Record<string, string>;

function read(environment: Environment = {}, configFile?: string) {
  return readSettings({ environment, workingDir, configFile });
}

function valid(environment: Environment = {}, configFile?: string) {
  const result = read(environment, configFile);
  if (result.kind === "invalid") {
    throw new Error(result.problems.join("\n"));
  }
  return result;
}

function problems(environment: Environment = {}, configFile?: string): readonly string[] {
  const result = read(environment, configFile);
  return result.kind === "invalid" ? result.problems : [];
}

function file(content: string, name = "throughline.yaml"): string {
  const path = join(workingDir, name);
  writeFileSync(path, content);
  return path;
}

test("without file and environment the defaults hold", () => {
  const { settings, limits, effective, file: path } = valid();
  expect(settings).toEqual({
    host: "127.0.0.1",
    httpPort: 8417,
    otlpGrpcPort: 4317,
    otlpHttpPort: 4318,
    dataDir: join(workingDir, "data"),
    schemaProfile: "search",
    retentionTracesDays: 30,
    retentionLogsDays: 30,
    retentionMetricsDays: 30,
    retentionRollupsDays: 90,
    agentConfigFile: join(workingDir, "data", "agent-config.yaml"),
    clickhouseUser: "default",
    clickhousePassword: "",
    sqlPassword: "",
    clickhouseDatabase: "otel",
    clickhouseHttpPort: 18_123,
    clickhouseTcpPort: 19_000,
    logLevel: "info",
  });
  expect(limits).toEqual({ collector: COLLECTOR_LIMITS, query: QUERY_LIMITS });
  expect(effective.map(({ definition }) => definition)).toEqual(DEFINITIONS);
  expect(effective.every(({ source }) => source === "default")).toBe(true);
  expect(path).toBeUndefined();
});

test("retention is by default what the schema's own defaults are", () => {
  expect(migrateOptions(valid().settings).retentionDays).toEqual(DEFAULT_RETENTION_DAYS);
});

test("names are unique, and the documented variables exist", () => {
  const names = DEFINITIONS.flatMap(({ key, environment }) => [key, environment]);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(
    expect.arrayContaining([
      "THROUGHLINE_DATA_DIR",
      "THROUGHLINE_HTTP_PORT",
      "THROUGHLINE_OTLP_GRPC_PORT",
      "THROUGHLINE_OTLP_HTTP_PORT",
      "THROUGHLINE_HOST",
      "CLICKHOUSE_URL",
      "CLICKHOUSE_USER",
      "CLICKHOUSE_PASSWORD",
      "CLICKHOUSE_DATABASE",
      "THROUGHLINE_CLICKHOUSE_HTTP_PORT",
      "THROUGHLINE_CLICKHOUSE_TCP_PORT",
      "THROUGHLINE_CLICKHOUSE_BIN",
    ]),
  );
});

test("the environment wins over the file, the file over the default, key by key", () => {
  file("httpPort: 9001\notlpGrpcPort: 9002\n");
  const { settings, effective } = valid({ THROUGHLINE_OTLP_GRPC_PORT: "9003" });
  expect(settings).toMatchObject({ httpPort: 9001, otlpGrpcPort: 9003, otlpHttpPort: 4318 });
  const sources = Object.fromEntries(
    effective.map(({ definition, source }) => [definition.key, source]),
  );
  expect(sources).toMatchObject({
    httpPort: "file",
    otlpGrpcPort: "environment",
    otlpHttpPort: "default",
  });
});

test("every setting can be given by its variable and by its key", () => {
  const samples = new Map<SettingDefinition, string | number>(
    DEFINITIONS.map((definition) => {
      const { schema } = definition;
      if ("unit" in schema) {
        return [definition, schema.default ?? schema.minimum] as const;
      }
      const particular = new Map([
        ["clickhouseUrl", "http://clickhouse:8123"],
        ["url", "http://query:8417"],
        ["collectorUrl", "http://collector:4318"],
        ["collectorCorsOrigins", "https://shop.example, http://localhost:3000"],
        ["queryCorsOrigins", "https://board.example"],
        ["retentionTables", "otel_traces_red_1m=400, otel_metrics_gauge = 7"],
      ]);
      const value = particular.get(definition.key) ?? "sampleOfMoreThanSixteenCharacters";
      return [definition, "enum" in schema ? (schema.enum[0] ?? "") : value] as const;
    }),
  );
  const environment = Object.fromEntries(
    [...samples].map(([definition, value]) => [definition.environment, String(value)]),
  );
  expect(new Set(valid(environment).effective.map(({ source }) => source))).toEqual(
    new Set(["environment"]),
  );
  const lines = [...samples].map(([definition, value]) => `${definition.key}: ${value}`);
  const path = file(lines.join("\n"), "all.yaml");
  expect(new Set(valid({}, path).effective.map(({ source }) => source))).toEqual(new Set(["file"]));
});

test("limits reach their packages under the packages' names", () => {
  file("otlpBodyMaxBytes: 24MiB\ntraceSpansMax: 50\n");
  const { limits } = valid({
    THROUGHLINE_OTLP_IN_FLIGHT_MAX_REQUESTS: "7",
    THROUGHLINE_QUERY_TIME_MS: "900",
  });
  expect(limits.collector.receive.bodyMaxBytes).toBe(24 * 2 ** 20);
  expect(limits.collector.admit.inFlightMaxRequests).toBe(7);
  expect(limits.query.traceSpansMax).toBe(50);
  expect(limits.query.queryTimeMs).toBe(900);
});

test("limits that contradict each other are refused as the collector would", () => {
  expect(problems({ THROUGHLINE_OTLP_IN_FLIGHT_MAX_BYTES: "1MiB" })).toEqual([
    expect.stringContaining("THROUGHLINE_OTLP_IN_FLIGHT_MAX_BYTES is 1048576"),
  ]);
});

test("unknown names are answered with the nearest known one", () => {
  const path = file("htpPort: 1\nclickhouse_url: x\n");
  expect(problems({ THROUGHLINE_OTLP_PORT: "1", CLICKHOUSE_PASWORD: "x" })).toEqual([
    `${path}: unknown key "htpPort"; did you mean httpPort?`,
    `${path}: unknown key "clickhouse_url"; did you mean clickhouseUrl?`,
    "unknown environment variable THROUGHLINE_OTLP_PORT; did you mean THROUGHLINE_OTLP_GRPC_PORT?",
    "unknown environment variable CLICKHOUSE_PASWORD; did you mean CLICKHOUSE_PASSWORD?",
  ]);
});

test("a wrong value is answered with the key, the value, what is expected, and the default", () => {
  const path = file("logLevel: loud\notlpHttpPort: [1]\n");
  expect(problems({ THROUGHLINE_HTTP_PORT: "http", CLICKHOUSE_URL: "localhost:8123" })).toEqual([
    `${path}: logLevel is "loud"; expected one of debug, info, warn, error (default info)`,
    `${path}: otlpHttpPort is [1]; expected a port number from 1 to 65535 (default 4318)`,
    'THROUGHLINE_HTTP_PORT is "http"; expected a port number from 1 to 65535 (default 8417)',
    'CLICKHOUSE_URL is "localhost:8123"; expected a URL such as http://127.0.0.1:8123 (default (unset))',
  ]);
});

test("a secret of the wrong type is not repeated", () => {
  file("clickhousePassword: 271828\n");
  expect(problems().join()).toMatch(/clickhousePassword is the value given; expected a password/);
  expect(problems().join()).not.toContain("271828");
});

test("an empty variable and an empty key count as unset", () => {
  file("httpPort:\n");
  expect(valid({ CLICKHOUSE_URL: "", THROUGHLINE_CONFIG: "" }).settings).toMatchObject({
    httpPort: 8417,
  });
});

test("an empty file, and one of comments only, change nothing", () => {
  const path = file("# nothing yet\n");
  expect(valid()).toMatchObject({ file: path, settings: { httpPort: 8417 } });
});

test("--config wins over THROUGHLINE_CONFIG, which wins over ./throughline.yaml", () => {
  file("httpPort: 1001\n");
  file("httpPort: 1002\n", "second.yaml");
  file("httpPort: 1003\n", "third.yaml");
  expect(valid().settings.httpPort).toBe(1001);
  expect(valid({ THROUGHLINE_CONFIG: "second.yaml" }).settings.httpPort).toBe(1002);
  expect(valid({ THROUGHLINE_CONFIG: "second.yaml" }, "third.yaml").settings.httpPort).toBe(1003);
});

test("a file that was named must exist and be a YAML mapping", () => {
  expect(problems({}, "missing.yaml")).toEqual([expect.stringContaining("missing.yaml")]);
  file("httpPort: 1\nhttpPort: 2\n", "twice.yaml");
  expect(problems({}, "twice.yaml")).toEqual([expect.stringContaining("is not YAML")]);
  file("- httpPort\n", "list.yaml");
  expect(problems({}, "list.yaml")).toEqual([expect.stringContaining("key: value")]);
});

test("what Kubernetes adds for a Service, and the SDK's variables, are left alone", () => {
  const environment = {
    CLICKHOUSE_SERVICE_HOST: "10.0.0.7",
    CLICKHOUSE_SERVICE_PORT_HTTP: "8123",
    CLICKHOUSE_PORT: "tcp://10.0.0.7:8123",
    THROUGHLINE_PORT_4317_TCP_ADDR: "10.0.0.8",
    THROUGHLINE_SDK_CONSOLE: "1",
    OTEL_SERVICE_NAME: "unrelated",
  };
  expect(valid(environment).settings.httpPort).toBe(8417);
});
