/**
 * Goal: a person can look at what was refused, send it again and drop it, beside a running collector and without one.
 * Method: a spool on a real disk with refused segments; the functions behind `throughline quarantine`.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nodeDisk } from "./disk.ts";
import {
  dropQuarantined,
  findQuarantined,
  listQuarantine,
  previewQuarantined,
  replayQuarantined,
} from "./quarantine.ts";
import { block, bodyOf, openTestSpool, valueOf } from "./testing/test-spool.ts";
import type { TestSpool } from "./testing/test-spool.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "throughline-quarantine-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

async function refused(texts: readonly string[]): Promise<TestSpool & { readonly id: string }> {
  const life = await openTestSpool({ disk: nodeDisk, directory });
  for (const text of texts) await life.spool.append([block(text)]);
  await life.spool.sealAll();
  const { id } = life.sealed[0]!;
  await life.sealed[0]!.markSent();
  await life.spool.quarantine(id, "ClickHouse code 117 (INCORRECT_DATA): no");
  return { ...life, id };
}

async function expectBalance({ metrics }: TestSpool): Promise<void> {
  const value = (name: string) => valueOf(metrics, name);
  for (const unit of ["records", "bytes"]) {
    const waiting = unit === "records" ? "spool_records" : "spool_block_bytes";
    expect(
      (await value(`spooled_${unit}_total`)) +
        (await value(`recovered_${unit}_total`)) +
        (await value(`replayed_${unit}_total`)),
    ).toBe(
      (await value(`inserted_${unit}_total`)) +
        (await value(`quarantined_${unit}_total`)) +
        (await value(waiting)),
    );
  }
}

test("the list says what, how much, of which day, and why", async () => {
  const { id } = await refused(["one", "two"]);
  expect(await listQuarantine(nodeDisk, directory)).toEqual([
    {
      id,
      replayAsked: false,
      createdUnixMs: 1_000_000,
      sizeBytes: 262_144,
      reason: "ClickHouse code 117 (INCORRECT_DATA): no",
      inserted: false,
      table: "otel_logs",
      day: 20_000,
      rows: 2,
      damage: "",
    },
  ]);
});

test("a running collector takes a replayed segment, under its token, and counts it", async () => {
  const life = await refused(["one", "two"]);
  const { deduplicationToken: token } = life.sealed[0]!;
  await replayQuarantined(nodeDisk, directory, life.id);
  expect((await listQuarantine(nodeDisk, directory))[0]).toMatchObject({ replayAsked: true });
  await life.spool.noticeQuarantine();
  expect(life.spool.status()).toMatchObject({ segmentsQuarantined: 0, segmentsWaiting: 1 });
  const again = life.sealed[1]!;
  expect(again).toMatchObject({ id: life.id, deduplicationToken: token, inDoubt: true, rows: 2 });
  expect(await bodyOf(again)).toBe("onetwo");
  expect(await valueOf(life.metrics, "replayed_records_total")).toBe(2);
  await expectBalance(life);
  await life.spool.release(life.id);
  await expectBalance(life);
  expect(readdirSync(join(directory, "quarantine"))).toEqual([]);
});

test("without a collector the next one takes a replayed segment", async () => {
  const { id } = await refused(["one"]);
  await replayQuarantined(nodeDisk, directory, id);
  const next = await openTestSpool({ disk: nodeDisk, directory });
  await next.spool.recovered;
  expect(next.sealed.map((segment) => segment.id)).toEqual([id]);
  expect(next.spool.status().segmentsQuarantined).toBe(0);
  await expectBalance(next);
});

test("a replayed segment that is refused again is in quarantine again, with the new reason", async () => {
  const life = await refused(["one"]);
  await replayQuarantined(nodeDisk, directory, life.id);
  await life.spool.noticeQuarantine();
  await life.spool.quarantine(life.id, "still no");
  expect(await listQuarantine(nodeDisk, directory)).toMatchObject([
    { id: life.id, reason: "still no" },
  ]);
  await expectBalance(life);
});

test("a dropped segment is gone, and a running collector gives its space back to the cap", async () => {
  const life = await refused(["one"]);
  const before = life.spool.status().usedBytes;
  await dropQuarantined(nodeDisk, directory, life.id);
  await life.spool.noticeQuarantine();
  expect(life.spool.status().segmentsQuarantined).toBe(0);
  expect(life.spool.status().usedBytes).toBeLessThan(before);
  expect(readdirSync(join(directory, "quarantine"))).toEqual([]);
  await expectBalance(life);
});

test("the end of an id is enough, unless several end so", async () => {
  const { id } = await refused(["one"]);
  expect(await findQuarantined(nodeDisk, directory, id.slice(-6))).toMatchObject({ id });
  await expect(findQuarantined(nodeDisk, directory, "ffff0123")).rejects.toMatchObject({
    code: "SPOOL_NOT_IN_QUARANTINE",
  });
  await refused(["two"]);
  await expect(findQuarantined(nodeDisk, directory, "")).rejects.toThrow("2 segments");
});

test("a file that holds nothing readable is listed, and refused for replay", async () => {
  const { id } = await refused(["one"]);
  writeFileSync(join(directory, "quarantine", `${id}.seg`), Buffer.alloc(8192, 0x55));
  const [found] = await listQuarantine(nodeDisk, directory);
  expect(found).toMatchObject({ rows: 0, table: "" });
  expect(found?.damage).not.toBe("");
  await expect(replayQuarantined(nodeDisk, directory, id)).rejects.toMatchObject({
    code: "SPOOL_NOT_REPLAYABLE",
  });
  const preview = await previewQuarantined(nodeDisk, directory, { id, rowsMax: 5 });
  expect(preview.rows).toEqual([]);
  expect(preview.problem).not.toBe("");
});

test("an empty or missing spool has an empty quarantine", async () => {
  expect(await listQuarantine(nodeDisk, join(directory, "none"))).toEqual([]);
});
