/**
 * Goal: a ClickHouse that hangs (takes connections and answers nothing) is noticed and said within seconds, holds nobody
 * up, and when it goes on everything arrives once. Method: SIGSTOP to ClickHouse under load, then SIGCONT.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startCrashRig, type CrashRig } from "./crash-rig.ts";
import { watchLedger } from "./ledger-watch.ts";
import { generateLoad } from "./load.ts";
import { until } from "./product.ts";
import { compareStored } from "./stored.ts";

const STALL_MS = 2000;
let rig: CrashRig;

beforeAll(async () => {
  rig = await startCrashRig({ env: { THROUGHLINE_INSERT_STALL_MS: String(STALL_MS) } });
});
afterAll(async () => {
  if (rig !== undefined && rig.enginePid > 0) process.kill(rig.enginePid, "SIGCONT");
  await rig?.dispose();
});

async function problems(): Promise<string> {
  return (await rig.readiness())?.problems.join(" ") ?? "";
}

test("a hung ClickHouse is noticed, its INSERTs are cut and repeated, and all arrives once", async () => {
  const stop = new AbortController();
  const ledger = watchLedger(rig.otlpHttpUrl);
  const loading = generateLoad({
    otlpHttpUrl: rig.otlpHttpUrl,
    run: "d",
    clients: 4,
    recordsPerRequest: 50,
    signal: stop.signal,
    twoDays: true,
    metrics: true,
    pauseMs: 20,
  });
  await sleep(2000);
  process.kill(rig.enginePid, "SIGSTOP");
  const stoppedAt = performance.now();
  await until(
    async () => /An INSERT has been under way/.test(await problems()),
    "readyz to say so",
  );
  const saidAfterMs = performance.now() - stoppedAt;
  await until(
    async () => (await rig.readiness())?.clickhouse.reachable === false,
    "the INSERTs cut",
  );
  const cutAfterMs = performance.now() - stoppedAt;
  expect((await rig.readiness())?.ready).toBe(true);
  expect(await problems()).toContain("ClickHouse has not taken data");
  // Long enough for tries against the hung server.
  await sleep(3 * STALL_MS);
  process.kill(rig.enginePid, "SIGCONT");
  await until(async () => (await rig.readiness())?.clickhouse.reachable === true, "its return");
  await sleep(500);
  stop.abort();
  const load = await loading;
  await rig.drained();
  await ledger.stop();

  console.log(JSON.stringify({ saidAfterMs, cutAfterMs, scrapes: ledger.scrapes }));
  // A segment has to be sealed and sent first, and this may be a busy machine.
  expect(saidAfterMs).toBeLessThan(STALL_MS + 8000);
  expect(load.failures).toEqual({});
  const report = await compareStored(rig.clickhouse, "d", load);
  for (const compared of [report.logs, report.spans, report.points]) {
    expect(compared).toMatchObject({ lost: 0, duplicated: 0 });
  }
  expect(Object.values(report.viewDifferences).filter((rows) => rows > 0)).toEqual([]);
  expect(ledger.faults).toEqual([]);
  expect(await problems()).toBe("");
});
