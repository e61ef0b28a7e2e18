/**
 * Goal: a full spool, by its cap or by its disk, refuses with a delay over both transports, loses nothing that was
 * acknowledged, and takes data again by itself as soon as there is room. Method: ClickHouse is stopped and the spool
 * filled, once up to its cap, once on a file system of 24 MiB; then ClickHouse comes back. Then with both on one disk, which
 * is filled while ClickHouse runs; and, needing no mount, with a limit on the size of files.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { startCrashRig, type CrashRig } from "./crash-rig.ts";
import { exportOneLogOverGrpc } from "./grpc-log.ts";
import { watchLedger } from "./ledger-watch.ts";
import { generateLoad, type LoadResult } from "./load.ts";
import { until } from "./product.ts";
import { compareStored } from "./stored.ts";

let rig: CrashRig | undefined;
let mounted: string | undefined;
afterEach(async () => {
  await rig?.dispose();
  rig = undefined;
  if (mounted !== undefined) {
    // ClickHouse may hold files for a moment yet.
    spawnSync("umount", ["-l", mounted]);
    rmSync(mounted, { recursive: true, force: true });
    mounted = undefined;
  }
});

function mountSmallDisk(size = "24m"): string | undefined {
  const folder = mkdtempSync(path.join(tmpdir(), "throughline-small-disk-"));
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder]);
  if (status === 0) return folder;
  rmSync(folder, { recursive: true });
  return undefined;
}

const smallDisk = mountSmallDisk();
if (smallDisk !== undefined) spawnSync("umount", [smallDisk]);
if (smallDisk !== undefined) rmSync(smallDisk, { recursive: true });

async function postLog(url: string) {
  const response = await fetch(`${url}/v1/logs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{}] }] }] }),
  });
  const status = response.status;
  const retryAfter = response.headers.get("retry-after");
  return { status, retryAfter, body: await response.text() };
}

/** Sends until the spool is full, and goes on for a while. */
async function fill(of: CrashRig): Promise<LoadResult> {
  const stop = new AbortController();
  const loading = generateLoad({
    otlpHttpUrl: of.otlpHttpUrl,
    run: "f",
    clients: 8,
    recordsPerRequest: 500,
    signal: stop.signal,
    twoDays: true,
    metrics: true,
  });
  await until(
    async () => (await of.readiness())?.ready === false,
    "the spool to be full",
    () => of.output(),
  );
  await sleep(2000);
  stop.abort();
  return loading;
}

async function refusesThenRecovers(of: CrashRig): Promise<void> {
  const ledger = watchLedger(of.otlpHttpUrl);
  await of.stopEngine();
  const load = await fill(of);
  expect(load.failedRequests).toBeGreaterThan(0);

  // Small requests may still find room beside large ones; a refusal must be complete, not universal.
  const refused = await firstAnswer(async () => {
    const answer = await postLog(of.otlpHttpUrl);
    return answer.status === 200 ? undefined : answer;
  });
  expect([429, 503]).toContain(refused.status);
  expect(Number(refused.retryAfter)).toBeGreaterThanOrEqual(1);
  const overGrpc = await firstAnswer(async () => {
    const answer = await exportOneLogOverGrpc(of.otlpGrpcUrl);
    return answer.status === 0 ? undefined : answer;
  });
  expect(overGrpc.status).toBe(8);
  expect(overGrpc.details).toContain("google.rpc.RetryInfo");
  const pid = of.collectorPid;

  await of.startEngine();
  await of.drained();
  await until(async () => (await postLog(of.otlpHttpUrl)).status === 200, "HTTP to accept again");
  expect((await exportOneLogOverGrpc(of.otlpGrpcUrl)).status).toBe(0);
  expect(of.collectorPid).toBe(pid);
  await of.drained();
  await ledger.stop();
  const report = await compareStored(of.clickhouse, "f", load);
  console.log(JSON.stringify({ failed: load.failedRequests, ...report }));
  expect(load.acknowledgedLogs.size).toBeGreaterThan(1000);
  for (const compared of [report.logs, report.spans, report.points]) {
    expect(compared).toMatchObject({ lost: 0, duplicated: 0 });
  }
  expect(Object.values(report.viewDifferences).filter((rows) => rows > 0)).toEqual([]);
  expect(ledger.faults).toEqual([]);
}

async function firstAnswer<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  let found: T | undefined;
  await until(async () => (found = await attempt()) !== undefined, "a refusal");
  if (found === undefined) throw new Error("no refusal");
  return found;
}

test("a spool at its cap refuses with a delay over both transports, and recovers by itself", async () => {
  rig = await startCrashRig({ env: { THROUGHLINE_SPOOL_MAX_BYTES: String(8 * 1024 * 1024) } });
  await refusesThenRecovers(rig);
});

test.skipIf(smallDisk === undefined)(
  "a full disk refuses with a delay over both transports, and recovers by itself",
  async () => {
    mounted = mountSmallDisk() ?? "";
    rig = await startCrashRig({ collectorDir: mounted });
    await refusesThenRecovers(rig);
  },
);

test.skipIf(process.platform !== "linux")(
  "a disk that lets no file grow refuses with a delay, keeps what was acknowledged, and goes on in new files",
  async () => {
    rig = await startCrashRig({ fileSizeMaxBytes: 1024 * 1024 });
    const ledger = watchLedger(rig.otlpHttpUrl);
    await rig.stopEngine();
    const stop = AbortSignal.timeout(6000);
    const load = await generateLoad({
      otlpHttpUrl: rig.otlpHttpUrl,
      run: "b",
      clients: 8,
      recordsPerRequest: 500,
      signal: stop,
      metrics: true,
    });
    const failures = Object.keys(load.failures);
    expect(failures).toContainEqual(expect.stringMatching(/^429 .*EFBIG/u));
    expect(failures.filter((failure) => !failure.startsWith("429 "))).toEqual([]);
    await rig.startEngine();
    await rig.drained();
    await ledger.stop();
    const report = await compareStored(rig.clickhouse, "b", load);
    expect(load.acknowledgedLogs.size).toBeGreaterThan(1000);
    for (const compared of [report.logs, report.spans, report.points]) {
      expect(compared).toMatchObject({ lost: 0, duplicated: 0 });
    }
    expect((await rig.readiness())?.spool.segmentsQuarantined).toBe(0);
    expect(ledger.faults).toEqual([]);
  },
);

/** So little is left on the disk that both share when the load begins. */
const LEFT_BYTES = 24 * 1024 * 1024;

test.skipIf(smallDisk === undefined)(
  "a full disk that ClickHouse shares delays both, and neither loses nor gives up what was acknowledged",
  async () => {
    mounted = mountSmallDisk("512m") ?? "";
    rig = await startCrashRig({ dataDir: path.join(mounted, "data") });
    const ledger = watchLedger(rig.otlpHttpUrl);
    const { bavail, bsize } = statfsSync(mounted);
    const ballast = path.join(mounted, "ballast");
    writeFileSync(ballast, Buffer.alloc(bavail * bsize - LEFT_BYTES));
    const load = await fill(rig);
    expect(load.failedRequests).toBeGreaterThan(0);
    const failures = Object.keys(load.failures);
    expect(failures.filter((failure) => !failure.startsWith("429 "))).toEqual([]);
    await until(
      () => /NOT_ENOUGH_SPACE|No space left/u.test(insertFailures(rig?.output() ?? "")),
      "ClickHouse to refuse an INSERT",
      () => rig?.output() ?? "",
    );
    rmSync(ballast);
    await rig.drained();
    const url = rig.otlpHttpUrl;
    // The spool itself tries the disk again only after a while.
    await until(async () => (await postLog(url)).status === 200, "HTTP to accept again");
    await rig.drained();
    await ledger.stop();
    const report = await compareStored(rig.clickhouse, "f", load);
    expect(load.acknowledgedLogs.size).toBeGreaterThan(1000);
    for (const compared of [report.logs, report.spans, report.points]) {
      expect(compared).toMatchObject({ lost: 0, duplicated: 0 });
    }
    expect(Object.values(report.viewDifferences).filter((rows) => rows > 0)).toEqual([]);
    expect((await rig.readiness())?.spool.segmentsQuarantined).toBe(0);
    expect(ledger.faults).toEqual([]);
  },
);

function insertFailures(output: string): string {
  return output
    .split("\n")
    .filter((line) => line.includes("insert failed"))
    .join("\n");
}
