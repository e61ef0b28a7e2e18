/**
 * Goal: ClickHouse may be away for long: everything is acknowledged, and on its return what arrives then does not wait
 * for the backlog, and all of it is stored once. Method: ClickHouse is stopped under load for `THROUGHLINE_AWAY_SECONDS`
 * (default 10; `npm run test:crash` takes 300), the collector is killed meanwhile, then ClickHouse is started.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startCrashRig, type CrashRig } from "./crash-rig.ts";
import { watchLedger } from "./ledger-watch.ts";
import { generateLoad } from "./load.ts";
import { compareStored } from "./stored.ts";

const AWAY_SECONDS = Number(process.env["THROUGHLINE_AWAY_SECONDS"] ?? 10);
let rig: CrashRig;

beforeAll(async () => {
  // Small segments, so that even a short absence makes a backlog of many; an absence of minutes need not make thousands.
  const rowsMax = Math.max(1000, 100 * AWAY_SECONDS);
  rig = await startCrashRig({ env: { THROUGHLINE_SEGMENT_ROWS_MAX: String(rowsMax) } });
});
afterAll(() => rig?.dispose());

function load(run: string, signal: AbortSignal) {
  return generateLoad({
    otlpHttpUrl: rig.otlpHttpUrl,
    run,
    clients: 8,
    recordsPerRequest: 100,
    signal,
    twoDays: true,
    metrics: true,
    pauseMs: 20,
  });
}

test(
  `${AWAY_SECONDS} s without ClickHouse delay, and lose nothing`,
  { timeout: 180_000 + AWAY_SECONDS * 4000 },
  async () => {
    const ledger = watchLedger(rig.otlpHttpUrl);
    await rig.stopEngine();
    const stop = new AbortController();
    const loading = load("a", stop.signal);
    await sleep(AWAY_SECONDS * 500);
    await rig.killCollector();
    await rig.startCollector();
    await sleep(AWAY_SECONDS * 500);
    stop.abort();
    const during = await loading;
    const backlog = (await rig.readiness())?.spool;

    await rig.startEngine();
    const after = new AbortController();
    const sentAt = performance.now();
    const loadingAfter = load("b", after.signal);
    let freshAfterMs = 0;
    let waitingThen = 0;
    while (freshAfterMs === 0) {
      const answer = await rig.clickhouse.query({
        query: "SELECT count() AS n FROM otel_logs WHERE startsWith(Body, '000b')",
        format: "JSONEachRow",
      });
      const [row] = await answer.json<{ n: string }>();
      if (Number(row?.n) > 0) {
        freshAfterMs = performance.now() - sentAt;
        waitingThen = (await rig.readiness())?.spool.segmentsWaiting ?? 0;
      }
      await sleep(50);
    }
    after.abort();
    const afterwards = await loadingAfter;
    await rig.drained(120_000 + AWAY_SECONDS * 2000);
    const drainedAfterMs = performance.now() - sentAt;
    await ledger.stop();

    const reports = [
      await compareStored(rig.clickhouse, "a", during),
      await compareStored(rig.clickhouse, "b", afterwards),
    ];
    console.log(
      JSON.stringify({ backlog, freshAfterMs, waitingThen, drainedAfterMs, reports }, undefined, 2),
    );
    expect(backlog?.segmentsWaiting).toBeGreaterThan(4);
    expect(waitingThen).toBeGreaterThan(0);
    for (const { logs, spans, points, viewDifferences } of reports) {
      for (const compared of [logs, spans, points]) {
        expect(compared).toMatchObject({ lost: 0, duplicated: 0 });
      }
      expect(Object.values(viewDifferences).filter((rows) => rows > 0)).toEqual([]);
    }
    expect(ledger.faults).toEqual([]);
  },
);
