/** Goal: what reaches the server has no placeholder left, and no option can be mistaken for SQL. */
import { expect, test } from "vitest";
import { loadMigrations } from "./migrations.ts";
import { MigrationError } from "./migration-error.ts";
import { allRetentionDays, renderTemplate, type TemplateValues } from "./template.ts";

const values: TemplateValues = {
  database: "otel",
  metadataDatabase: "throughline",
  cluster: undefined,
  replicated: false,
  retentionDays: { logs: 7, traces: 14, metrics: 30, rollups: 90 },
};

test("every placeholder of the migrations is known", () => {
  for (const { sql } of loadMigrations()) {
    expect(renderTemplate(sql, values)).not.toMatch(/\{\{|\}\}/);
  }
});

test("an unknown placeholder is an error that lists the known ones", () => {
  expect(() => renderTemplate("SELECT {{retention_days:log}}", values)).toThrow(MigrationError);
  expect(() => renderTemplate("SELECT {{retention_days:log}}", values)).toThrow(
    /\{\{retention_days:log\}\}; known are .*retention_days:logs/,
  );
});

test("ClickHouse's own parameters are left alone", () => {
  expect(renderTemplate("SELECT {n:UInt8}", values)).toBe("SELECT {n:UInt8}");
});

test("a single server gets plain engines, a cluster replicated ones on all of its hosts", () => {
  const sql =
    "CREATE TABLE {{database}}.t {{on_cluster}} ENGINE = {{engine:MergeTree}} {{table_settings}}";
  expect(renderTemplate(sql, values)).toContain(
    "`otel`.t  ENGINE = MergeTree non_replicated_dedup",
  );
  const cluster = renderTemplate(sql, { ...values, cluster: "main", replicated: true });
  expect(cluster).toContain(
    "ON CLUSTER `main` ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}",
  );
  expect(cluster).toContain(" replicated_deduplication_window = 10000");
});

test("a database's name cannot end its quotes", () => {
  expect(renderTemplate("{{database}}", { ...values, database: "a`; DROP" })).toBe("`a\\`; DROP`");
});

test("the windows of traces outlive the spans by more than a week", () => {
  expect(allRetentionDays(values.retentionDays).trace_windows).toBe(22);
});

test.each([0, -1, 1.5, Number.NaN, 1e9])("a retention of %s days is refused", (logs) => {
  expect(() => allRetentionDays({ ...values.retentionDays, logs })).toThrow(/retention of logs/);
});
