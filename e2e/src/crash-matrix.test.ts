/**
 * Goal: nothing acknowledged is lost and nothing is stored twice, in tables and in every view, whatever dies and when.
 * Method: logs, spans and points of two days, each with an id that occurs once, are sent while the collector, ClickHouse
 * or both get `kill -9` at random moments; meanwhile the collector's own ledger is read and must balance. Then ids are
 * compared with the acknowledged ones, and each view with its own query over its table.
 *
 * `THROUGHLINE_CRASH_ROUNDS` sets the number of rounds (default 8); `npm run test:crash` runs 100.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startCrashRig, type CrashRig } from "./crash-rig.ts";
import { watchLedger } from "./ledger-watch.ts";
import { generateLoad } from "./load.ts";
import { compareStored } from "./stored.ts";

const ROUNDS = Number(process.env["THROUGHLINE_CRASH_ROUNDS"] ?? 8);
const VICTIMS = ["collector", "engine", "collector", "engine", "both"] as const;

let rig: CrashRig;

beforeAll(async () => {
  rig = await startCrashRig();
});
afterAll(() => rig?.dispose());

async function crash(victim: (typeof VICTIMS)[number]): Promise<void> {
  const kills = [];
  if (victim !== "engine") kills.push(rig.killCollector());
  if (victim !== "collector") kills.push(rig.killEngine());
  await Promise.all(kills);
  // Sometimes the collector is back first, sometimes ClickHouse.
  const starts = [
    ...(victim === "engine" ? [] : [() => rig.startCollector()]),
    ...(victim === "collector" ? [] : [() => rig.startEngine()]),
  ];
  await Promise.all(starts.map((start) => start()));
}

test(
  `${ROUNDS} kills lose nothing, double nothing, and the ledger balances all the while`,
  { timeout: 120_000 + ROUNDS * 30_000 },
  async () => {
    const stop = new AbortController();
    const ledger = watchLedger(rig.otlpHttpUrl);
    const loading = generateLoad({
      otlpHttpUrl: rig.otlpHttpUrl,
      run: "c",
      clients: 8,
      recordsPerRequest: 50,
      signal: stop.signal,
      twoDays: true,
      metrics: true,
      pauseMs: 10,
    });
    const kills = { collector: 0, engine: 0, both: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      await sleep(Math.random() * 2500);
      const victim = VICTIMS[round % VICTIMS.length] ?? "collector";
      await crash(victim);
      kills[victim] += 1;
    }
    await sleep(1000);
    stop.abort();
    const load = await loading;
    // Lives of seconds leave a long backlog of small segments.
    await rig.drained(120_000 + ROUNDS * 10_000);
    await ledger.stop();

    const report = await compareStored(rig.clickhouse, "c", load);
    const health = await rig.readiness();
    const figures = {
      kills,
      acknowledged: {
        logs: load.acknowledgedLogs.size,
        spans: load.acknowledgedSpans.size,
        points: load.acknowledgedPoints.size,
      },
      failedRequests: load.failedRequests,
      scrapes: ledger.scrapes,
      ...report,
    };
    console.log(JSON.stringify(figures, undefined, 2));
    expect(load.acknowledgedLogs.size).toBeGreaterThan(500);
    expect(load.acknowledgedSpans.size).toBeGreaterThan(500);
    expect(load.acknowledgedPoints.size).toBeGreaterThan(500);
    for (const compared of [report.logs, report.spans, report.points]) {
      expect(compared).toMatchObject({ lost: 0, duplicated: 0 });
    }
    expect(Object.keys(report.viewDifferences).length).toBeGreaterThanOrEqual(3);
    expect(Object.values(report.viewDifferences).filter((rows) => rows > 0)).toEqual([]);
    expect(health?.spool.segmentsQuarantined).toBe(0);
    expect(ledger.scrapes).toBeGreaterThan(ROUNDS);
    expect(ledger.faults).toEqual([]);
  },
);
