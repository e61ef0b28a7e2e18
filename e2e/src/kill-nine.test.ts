/**
 * Goal: no acknowledged record is lost and none is stored twice, whatever is killed. Method: load with ids that occur once
 * runs against `throughline start` while the collector, or ClickHouse, gets `kill -9` at random moments; then the ids in the
 * tables are compared with the acknowledged ones, and the counts of every view with the tables.
 *
 * THROUGHLINE_CRASH_ROUNDS sets the number of kills (default 4); `npm run test:crash` runs 100.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { ClickHouseClient } from "@clickhouse/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectOwner } from "./clickhouse.ts";
import { generateLoad } from "./load.ts";
import { descendants, startProduct, until, type Product } from "./product.ts";

const ROUNDS = Number(process.env["THROUGHLINE_CRASH_ROUNDS"] ?? 4);

let product: Product;
let clickhouse: ClickHouseClient;

beforeAll(async () => {
  product = await startProduct();
  clickhouse = connectOwner(product);
});

afterAll(async () => {
  await clickhouse?.close();
  await product?.dispose();
});

async function number(query: string): Promise<number> {
  const answer = await clickhouse.query({ query, format: "JSONEachRow" });
  const [row] = await answer.json<{ n: string | number }>();
  return Number(row?.n);
}

async function ids(query: string): Promise<ReadonlySet<string>> {
  const answer = await clickhouse.query({ query, format: "JSONEachRow" });
  const found = await answer.json<{ id: string }>();
  return new Set(found.map((row) => row.id));
}

function kill(role: RegExp): number {
  const victim = descendants(product.pid).find((process) => role.test(process.command));
  if (victim === undefined) return 0;
  process.kill(victim.pid, "SIGKILL");
  return victim.pid;
}

/** True when no segment waits in the spool: what was acknowledged is inserted. */
async function spoolIsEmpty(): Promise<boolean> {
  const response = await fetch(`${product.otlpHttpUrl}/readyz`).catch(() => undefined);
  if (response === undefined) return false;
  const report = JSON.stringify(await response.json());
  return /"segmentsWaiting":0\b/.test(report) && /"reachable":true/.test(report);
}

/** @returns ids that were acknowledged but are not stored; empty means that nothing is lost */
function missing(
  acknowledged: ReadonlySet<string>,
  stored: ReadonlySet<string>,
): readonly string[] {
  return [...acknowledged].filter((id) => !stored.has(id));
}

async function loadWhileKilling(run: string, role: RegExp, pauseMs: () => number) {
  const stop = new AbortController();
  const load = generateLoad({
    otlpHttpUrl: product.otlpHttpUrl,
    run,
    clients: 8,
    recordsPerRequest: 50,
    signal: stop.signal,
    twoDays: true,
  });
  let kills = 0;
  for (let round = 0; round < ROUNDS; round++) {
    await sleep(pauseMs());
    if (kill(role) > 0) kills++;
  }
  await sleep(1500);
  stop.abort();
  const result = await load;
  await until(spoolIsEmpty, "the spool to drain", product.output);
  return { ...result, kills };
}

describe.each([
  { victim: "the collector", role: /main\.ts collector/, run: "c0" },
  { victim: "ClickHouse", role: /child\.ts/, run: "e0" },
])("kill -9 of $victim under load", ({ role, run }) => {
  test("loses nothing acknowledged and stores nothing twice", async () => {
    const result = await loadWhileKilling(run, role, () => 800 + Math.random() * 1500);
    expect(result.kills).toBe(ROUNDS);
    expect(result.acknowledgedLogs.size).toBeGreaterThan(1000);
    expect(result.acknowledgedSpans.size).toBeGreaterThan(1000);

    const prefix = run.padStart(4, "0");
    const logs = await ids(`SELECT Body AS id FROM otel_logs WHERE startsWith(Body, '${prefix}')`);
    const spans = await ids(
      `SELECT SpanId AS id FROM otel_traces WHERE startsWith(SpanId, '${prefix}')`,
    );
    expect(missing(result.acknowledgedLogs, logs)).toEqual([]);
    expect(missing(result.acknowledgedSpans, spans)).toEqual([]);
    expect(
      await number(`SELECT count() AS n FROM otel_logs WHERE startsWith(Body, '${prefix}')`),
    ).toBe(logs.size);
    expect(
      await number(`SELECT count() AS n FROM otel_traces WHERE startsWith(SpanId, '${prefix}')`),
    ).toBe(spans.size);
  });

  test("leaves every view equal to its table", async () => {
    const logs = await number("SELECT count() AS n FROM otel_logs");
    const spans = await number("SELECT count() AS n FROM otel_traces");
    expect(await number("SELECT sum(Count) AS n FROM otel_logs_rate_1m")).toBe(logs);
    expect(await number("SELECT sum(Requests) AS n FROM otel_traces_red_1m")).toBe(spans);
    expect(await number("SELECT uniqExact(TraceId) AS n FROM otel_traces_trace_id_ts")).toBe(
      await number("SELECT uniqExact(TraceId) AS n FROM otel_traces"),
    );
  });
});
