/**
 * Goal: no acknowledged record is lost and none is stored twice, whatever is killed. Method: load with ids that occur once
 * runs against `throughline start` while the collector, or ClickHouse, gets `kill -9` at random moments; then the ids in the
 * tables are compared with the acknowledged ones, and every view with its own query over its table.
 *
 * Four kills of each: the supervisor waits longer with every death. `crash-matrix.test.ts` kills without it, 100 times.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { ClickHouseClient } from "@clickhouse/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectOwner } from "./clickhouse.ts";
import { generateLoad } from "./load.ts";
import { descendants, startProduct, until, type Product } from "./product.ts";
import { compareStored } from "./stored.ts";

const ROUNDS = 4;

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

async function loadWhileKilling(run: string, role: RegExp, pauseMs: () => number) {
  const stop = new AbortController();
  const load = generateLoad({
    otlpHttpUrl: product.otlpHttpUrl,
    run,
    clients: 8,
    recordsPerRequest: 50,
    signal: stop.signal,
    twoDays: true,
    metrics: true,
  });
  let kills = 0;
  for (let round = 0; round < ROUNDS; round++) {
    await sleep(pauseMs());
    // Between two lives there is nobody to kill.
    await until(() => kill(role) > 0, "a process to kill", product.output);
    kills++;
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
  test("loses nothing acknowledged and stores nothing twice, in tables and in views", async () => {
    const result = await loadWhileKilling(run, role, () => 800 + Math.random() * 1500);
    expect(result.kills).toBe(ROUNDS);
    expect(result.acknowledgedLogs.size).toBeGreaterThan(500);
    expect(result.acknowledgedSpans.size).toBeGreaterThan(500);

    expect(result.acknowledgedPoints.size).toBeGreaterThan(500);

    const report = await compareStored(clickhouse, run, result);
    for (const compared of [report.logs, report.spans, report.points]) {
      expect(compared).toMatchObject({ lost: 0, duplicated: 0 });
    }
    expect(Object.keys(report.viewDifferences).length).toBeGreaterThanOrEqual(3);
    expect(Object.values(report.viewDifferences).filter((rows) => rows > 0)).toEqual([]);
  });
});
