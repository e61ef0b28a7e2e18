/**
 * Goal: what the disk has damaged costs only itself, and a person can look at it, send it again and drop it while the
 * collector runs. Method: one bit of one of several frames is flipped under a stopped collector; then the commands.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startCrashRig, type CrashRig } from "./crash-rig.ts";
import { until } from "./product.ts";

let rig: CrashRig;
beforeAll(async () => {
  // Nothing is sealed by age: all requests become frames of one segment.
  rig = await startCrashRig({ env: { THROUGHLINE_SEGMENT_AGE_MS: "3600000" } });
});
afterAll(() => rig?.dispose());

interface Listed {
  readonly id: string;
  readonly inserted: boolean;
  readonly table: string;
  readonly rows: number;
  readonly damage: string;
}

async function list(): Promise<readonly Listed[]> {
  return JSON.parse(await rig.command("quarantine", "list", "--json")) as readonly Listed[];
}

async function sendLog(text: string): Promise<void> {
  const record = {
    timeUnixNano: String(BigInt(Date.now()) * 1_000_000n),
    body: { stringValue: text },
  };
  const response = await fetch(`${rig.otlpHttpUrl}/v1/logs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] }),
  });
  expect(response.status).toBe(200);
}

async function bodies(): Promise<readonly string[]> {
  const query = "SELECT Body FROM otel_logs ORDER BY Body";
  const answer = await rig.clickhouse.query({ query, format: "JSONEachRow" });
  return (await answer.json<{ Body: string }>()).map((row) => row.Body);
}

test("a damaged frame costs itself only, and list, show, replay and drop work beside the collector", async () => {
  await rig.stopEngine();
  for (const text of ["first line", "second line", "third line"]) await sendLog(text);
  await rig.killCollector();
  const [name = "", ...others] = readdirSync(rig.spoolDir).filter((file) => file.endsWith(".seg"));
  expect(others).toEqual([]);
  const file = path.join(rig.spoolDir, name);
  const bytes = readFileSync(file);
  const at = bytes.indexOf("second line");
  expect(at).toBeGreaterThan(0);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(file, bytes);

  await rig.startEngine();
  await rig.startCollector();
  await rig.drained();
  expect(await bodies()).toEqual(["first line", "third line"]);
  const [damaged, ...more] = await list();
  expect(more).toEqual([]);
  expect(damaged).toMatchObject({ inserted: true, table: "otel_logs", rows: 2 });
  expect(damaged?.damage).toContain("gap");
  const id = damaged?.id ?? "";
  expect((await rig.readiness())?.problems.join(" ")).toContain("throughline quarantine list");
  expect(await rig.command("quarantine", "show", id.slice(-8))).toContain("Body: first line");

  await rig.command("quarantine", "replay", id);
  await until(
    async () =>
      readFileNames().includes(`${id}.seg`) && (await rig.readiness())?.spool.segmentsWaiting === 0,
    "the collector to take it, find its rows, and keep the damaged file",
  );
  expect(await bodies()).toEqual(["first line", "third line"]);

  await expect(rig.command("quarantine", "drop", id)).rejects.toThrow("--yes");
  await rig.command("quarantine", "drop", id, "--yes");
  expect(await list()).toEqual([]);
  await until(
    async () => (await rig.readiness())?.spool.segmentsQuarantined === 0,
    "the collector to notice",
  );
});

function readFileNames(): readonly string[] {
  return readdirSync(path.join(rig.spoolDir, "quarantine"));
}
