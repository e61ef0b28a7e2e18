/**
 * Goal: a ClickHouse that has forgotten which INSERTs it took, as after a power cut (it never syncs that log), stores
 * nothing twice. Method: segments are kept from before their INSERT; after it everything is stopped, the log of tokens of
 * every table deleted, the segments put back as if their release had never reached the disk, and everything started.
 */
import { copyFileSync, linkSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startCrashRig, type CrashRig } from "./crash-rig.ts";
import { generateLoad } from "./load.ts";
import { compareStored } from "./stored.ts";

let rig: CrashRig;
beforeAll(async () => {
  rig = await startCrashRig();
});
afterAll(() => rig?.dispose());

/** @returns how many logs of tokens were deleted */
function forgetTokens(folder: string): number {
  const logs = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) => path.basename(name) === "deduplication_logs",
  );
  for (const name of logs) rmSync(path.join(folder, name), { recursive: true, force: true });
  return logs.length;
}

test("segments whose tokens are forgotten are found by their rows, in tables and views", async () => {
  const aside = path.join(rig.dataDir, "aside");
  mkdirSync(aside);
  const send = async () => {
    const stop = new AbortController();
    const loading = generateLoad({
      otlpHttpUrl: rig.otlpHttpUrl,
      run: "e",
      clients: 4,
      recordsPerRequest: 50,
      signal: stop.signal,
      twoDays: true,
      metrics: true,
    });
    await sleep(1500);
    stop.abort();
    return loading;
  };
  await rig.stopEngine();
  const load = await send();
  await rig.killCollector();
  // Second names of the same files: what the collector notes in them on the way is kept, the rename at the end is not.
  const segments = readdirSync(rig.spoolDir).filter((name) => name.endsWith(".seg"));
  for (const name of segments) linkSync(path.join(rig.spoolDir, name), path.join(aside, name));
  expect(segments.length).toBeGreaterThan(3);

  await rig.startEngine();
  await rig.startCollector();
  await rig.drained();
  await rig.stopCollector();
  await rig.stopEngine();
  expect(forgetTokens(path.join(rig.engineDir, "clickhouse"))).toBeGreaterThan(5);
  for (const name of segments) {
    copyFileSync(path.join(aside, name), path.join(rig.spoolDir, name));
  }
  await rig.startEngine();
  await rig.startCollector();
  expect((await rig.readiness())?.spool.segmentsWaiting).toBeGreaterThan(0);
  await rig.drained();

  const report = await compareStored(rig.clickhouse, "e", load);
  console.log(JSON.stringify({ segments: segments.length, ...report }));
  for (const compared of [report.logs, report.spans, report.points]) {
    expect(compared.stored).toBeGreaterThan(0);
    expect(compared).toMatchObject({ lost: 0, duplicated: 0 });
  }
  expect(Object.values(report.viewDifferences).filter((rows) => rows > 0)).toEqual([]);
});
