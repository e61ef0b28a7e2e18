/**
 * Goal: what the spool says is stored comes back, once, and what it refuses leaves it sound.
 * Method: the real spool on a disk in memory that fails on demand; a few on the real disk.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { lockDirectory } from "./directory-lock.ts";
import { nodeDisk } from "./disk.ts";
import type { Disk } from "./disk.ts";
import { FakeDisk } from "./testing/fake-disk.ts";
import { block, bodyOf, openTestSpool, steadyClock, valueOf } from "./testing/test-spool.ts";

const directories: string[] = [];
function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "throughline-spool-"));
  directories.push(directory);
  return directory;
}
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

const refused = expect.objectContaining({ kind: "refused", retryAfterMs: 1000 });

test("what arrives together is synced together and read back in order", async () => {
  const directory = temporaryDirectory();
  const { spool, sealed, metrics } = await openTestSpool({ disk: nodeDisk, directory });
  const outcomes = await Promise.all(["a", "b", "c"].map((text) => spool.append([block(text)])));
  expect(outcomes).toEqual([{ kind: "stored" }, { kind: "stored" }, { kind: "stored" }]);
  const commits = await metrics.syncSeconds.get();
  expect(commits.values.find((value) => value.metricName?.endsWith("_count"))?.value).toBe(1);
  await spool.append([block("d")]);
  await spool.close();
  expect(await Promise.all(sealed.map(bodyOf))).toEqual(["abcd"]);
  expect(sealed[0]).toMatchObject({ rows: 4, bodyBytes: 4, columns: ["Timestamp", "Body"] });
  expect(sealed[0]?.deduplicationToken).toMatch(/^otel_logs\/[0-9a-f]{32}\/[0-9a-f]{8}$/);
});

test("a large append is written once, without zeros ahead of it, and comes back after a power cut", async () => {
  const disk = new FakeDisk();
  const { spool } = await openTestSpool({
    disk,
    directory: "/s",
    limits: { segmentMaxBytes: 2 ** 24 },
  });
  const large = ["b", "c"].map((letter) => letter.repeat(2 ** 21));
  await spool.append([block("a")]);
  for (const text of large) expect(await spool.append([block(text)])).toEqual({ kind: "stored" });
  const { usedBytes } = spool.status();
  expect(usedBytes).toBeGreaterThan(2 ** 22);
  expect(usedBytes).toBeLessThan(2 ** 22 + 8192);
  expect(await spool.append([block("d")])).toEqual({ kind: "stored" });
  disk.crash(() => false);
  const second = await openTestSpool({ disk, directory: "/s" });
  expect(await Promise.all(second.sealed.map(bodyOf))).toEqual([`a${large.join("")}d`]);
});

test("a killed process's segments come back with the same token and body", async () => {
  const disk = new FakeDisk();
  const first = await openTestSpool({ disk, directory: "/s" });
  await first.spool.append([
    block("one"),
    block("two", { table: "otel_traces", signal: "traces" }),
  ]);
  await first.spool.append([block("three", { day: 20_001 })]);
  disk.kill();
  const second = await openTestSpool({ disk, directory: "/s" });
  expect(await Promise.all(second.sealed.map(bodyOf))).toEqual(["one", "two", "three"]);
  expect(second.sealed.map((segment) => segment.day)).toEqual([20_000, 20_000, 20_001]);
  disk.kill();
  const third = await openTestSpool({ disk, directory: "/s" });
  expect(third.sealed.map((segment) => segment.deduplicationToken)).toEqual(
    second.sealed.map((segment) => segment.deduplicationToken),
  );
  expect(third.spool.status()).toMatchObject({ segmentsWaiting: 3, recordsWaiting: 3 });
});

test("a segment is sealed by rows and by bytes, and a block over the bound gets its own", async () => {
  const limits = { segmentRowsMax: 10, segmentMaxBytes: 20 };
  const { spool, sealed } = await openTestSpool({ disk: new FakeDisk(), directory: "/s", limits });
  await spool.append([block("a", { rows: 6 }), block("b", { rows: 5 }), block("c", { rows: 5 })]);
  expect(await Promise.all(sealed.map(bodyOf))).toEqual(["a", "bc"]);
  await spool.append([block("x".repeat(15)), block("y".repeat(100)), block("z")]);
  await spool.sealAll();
  const bodies = await Promise.all(sealed.slice(2).map(bodyOf));
  expect(bodies.map((body) => body.length)).toEqual([15, 100, 1]);
});

test("an inserted file is used again, and nothing of its earlier life shows", async () => {
  const disk = new FakeDisk();
  const first = await openTestSpool({ disk, directory: "/s" });
  await first.spool.append([block("first life, rather long"), block("second frame")]);
  await first.spool.sealAll();
  await first.spool.release(first.sealed[0]!.id);
  expect(disk.paths()).toEqual([`/s/${first.sealed[0]!.id}.free`]);
  await first.spool.append([block("new")]);
  expect(disk.paths()).toHaveLength(1);
  disk.kill();
  const second = await openTestSpool({ disk, directory: "/s" });
  expect(await Promise.all(second.sealed.map(bodyOf))).toEqual(["new"]);
});

test("segments opened at the same moment take different files", async () => {
  const disk = new FakeDisk();
  const { spool, sealed } = await openTestSpool({ disk, directory: "/s" });
  const both = (text: string) => [block(text), block(text, { table: "otel_traces" })];
  await spool.append(both("first"));
  await spool.sealAll();
  for (const segment of sealed.splice(0)) await spool.release(segment.id);
  expect(await spool.append(both("second"))).toEqual({ kind: "stored" });
  expect(disk.paths()).toHaveLength(2);
  await spool.close();
  expect(await Promise.all(sealed.map(bodyOf))).toEqual(["second", "second"]);
});

test("a failed sync refuses its group, keeps what was synced, and goes on in a new file", async () => {
  const disk = new FakeDisk();
  let now = 0;
  const clock = steadyClock(() => now);
  const { spool, sealed } = await openTestSpool({ disk, directory: "/s", clock });
  await spool.append([block("kept")]);
  disk.faults.failingSyncs = 1;
  const failing = await Promise.all([spool.append([block("lost")]), spool.append([block("too")])]);
  expect(failing).toEqual([refused, refused]);
  expect(spool.status()).toMatchObject({ writable: false, recordsWaiting: 1 });
  expect(await spool.append([block("while the disk is suspect")])).toEqual(refused);
  now = 2000;
  expect(await spool.append([block("next")])).toEqual({ kind: "stored" });
  expect(spool.status()).toMatchObject({ writable: true, recordsWaiting: 2 });
  await spool.close();
  expect((await Promise.all(sealed.map(bodyOf))).toSorted()).toEqual(["kept", "next"]);
  expect(disk.misuses).toBe(0);
});

test("a failed segment comes back from a crash without the frames that were refused", async () => {
  const disk = new FakeDisk();
  const { spool, sealed } = await openTestSpool({ disk, directory: "/s" });
  await spool.append([block("kept")]);
  disk.faults.failingSyncs = 1;
  await spool.append([block("refused frame")]);
  await spool.sealAll();
  expect(await Promise.all(sealed.map(bodyOf))).toEqual(["kept"]);
  disk.crash(() => true);
  const after = await openTestSpool({ disk, directory: "/s" });
  expect(after.sealed.map((segment) => segment.deduplicationToken)).toEqual(
    sealed.map((segment) => segment.deduplicationToken),
  );
});

test("a failed segment waits, uninserted, until its end could be synced", async () => {
  const disk = new FakeDisk();
  const { spool, sealed } = await openTestSpool({ disk, directory: "/s" });
  await spool.append([block("kept")]);
  disk.faults.failingSyncs = 3;
  await spool.append([block("refused")]);
  await spool.sealAll();
  expect(sealed).toHaveLength(0);
  expect(spool.status().recordsWaiting).toBe(1);
  await spool.sealAll();
  await spool.sealAll();
  expect(await Promise.all(sealed.map(bodyOf))).toEqual(["kept"]);
});

test("short writes are completed", async () => {
  const disk = new FakeDisk();
  const { spool, sealed } = await openTestSpool({ disk, directory: "/s" });
  disk.faults.shortWrites = [1, 100, 5000, 4096, 3];
  await spool.append([block("some text"), block("and more")]);
  await spool.close();
  expect(await Promise.all(sealed.map(bodyOf))).toEqual(["some textand more"]);
});

test("a full disk takes the files back that were kept for reuse", async () => {
  const disk = new FakeDisk();
  const { spool, sealed } = await openTestSpool({ disk, directory: "/s" });
  await spool.append([block("a"), block("b", { table: "otel_traces" })]);
  await spool.sealAll();
  for (const { id } of sealed) await spool.release(id);
  expect(disk.paths().filter((path) => path.endsWith(".free"))).toHaveLength(2);
  disk.capacityBytes = 600_000;
  expect(await spool.append([block("x".repeat(400_000))])).toMatchObject({ kind: "refused" });
  await spool.sealAll();
  expect(disk.paths().filter((path) => path.endsWith(".free"))).toHaveLength(0);
});

test("no more is taken in than two groups that wait for the disk", async () => {
  const limits = { commitMaxBytes: 1000 };
  const { spool } = await openTestSpool({ disk: new FakeDisk(), directory: "/s", limits });
  const waiting = spool.append([block("x".repeat(3000))]);
  expect(spool.refusal(1)?.message).toContain("THROUGHLINE_COMMIT_MAX_BYTES");
  expect(await spool.append([block("y")])).toMatchObject({ kind: "refused" });
  expect(await waiting).toEqual({ kind: "stored" });
  expect(spool.refusal(1)).toBeUndefined();
});

test("a full disk refuses until there is room, and loses nothing", async () => {
  const disk = new FakeDisk();
  let now = 0;
  const clock = steadyClock(() => now);
  const { spool, sealed } = await openTestSpool({ disk, directory: "/s", clock });
  await spool.append([block("early")]);
  disk.capacityBytes = 300_000;
  expect(await spool.append([block("x".repeat(400_000))])).toMatchObject({
    kind: "refused",
    message: expect.stringContaining("ENOSPC"),
  });
  disk.capacityBytes = Infinity;
  now = 2000;
  expect(await spool.append([block("later")])).toEqual({ kind: "stored" });
  await spool.close();
  expect((await Promise.all(sealed.map(bodyOf))).toSorted()).toEqual(["early", "later"]);
});

test.each(["ENOSPC", "EDQUOT", "EFBIG"] as const)(
  "files kept for reuse make room when a write fails with %s",
  async (code) => {
    const disk = new FakeDisk();
    disk.fullCode = code;
    let now = 0;
    const clock = steadyClock(() => now);
    const { spool, sealed } = await openTestSpool({ disk, directory: "/s", clock });
    const days = [1, 2].map((day) => block("x".repeat(300_000), { day }));
    await spool.append(days);
    await spool.sealAll();
    for (const { id } of sealed) await spool.release(id);
    expect(spool.status().usedBytes).toBeGreaterThan(600_000);
    disk.capacityBytes = 700_000;
    // It is written into the first kept file; the second is only in its way.
    expect(await spool.append([block("y".repeat(800_000))])).toMatchObject({ kind: "refused" });
    await vi.waitFor(() => expect(spool.status().usedBytes).toBe(0));
    now = 2000;
    expect(await spool.append([block("z".repeat(200_000))])).toEqual({ kind: "stored" });
  },
);

test("at the size cap requests are refused before they are encoded, and taken again after an insert", async () => {
  const disk = new FakeDisk();
  const limits = { spoolMaxBytes: 1_000_000, segmentMaxBytes: 200_000 };
  const { spool, sealed } = await openTestSpool({ disk, directory: "/s", limits });
  let stored = 0;
  while ((await spool.append([block("x".repeat(150_000))])).kind === "stored") stored += 1;
  expect(stored).toBeGreaterThanOrEqual(3);
  expect(spool.refusal(150_000)?.message).toContain("THROUGHLINE_SPOOL_MAX_BYTES");
  expect(spool.status().usedBytes).toBeLessThanOrEqual(1_000_000);
  await spool.release(sealed[0]!.id);
  await spool.release(sealed[1]!.id);
  expect(spool.refusal(150_000)).toBeUndefined();
  expect(await spool.append([block("again")])).toEqual({ kind: "stored" });
  await spool.close();
  const bodies = await Promise.all(sealed.slice(2).map(bodyOf));
  expect(bodies.join("").length).toBe((stored - 2) * 150_000 + 5);
});

test("a refused segment moves to quarantine with its reason, and its bytes stay counted", async () => {
  const directory = temporaryDirectory();
  const { spool, sealed, metrics } = await openTestSpool({ disk: nodeDisk, directory });
  await spool.append([block("poison")]);
  await spool.sealAll();
  const { id } = sealed[0]!;
  await spool.quarantine(id, "INCORRECT_DATA");
  expect(readdirSync(join(directory, "quarantine")).toSorted()).toEqual([
    `${id}.json`,
    `${id}.seg`,
  ]);
  expect(readdirSync(directory)).toEqual(["quarantine"]);
  expect(spool.status()).toMatchObject({ segmentsWaiting: 0, segmentsQuarantined: 1 });
  expect(await valueOf(metrics, "quarantined_records_total")).toBe(1);
  expect(await valueOf(metrics, "spool_records")).toBe(0);
  const next = await openTestSpool({ disk: nodeDisk, directory });
  expect(next.sealed).toHaveLength(0);
  expect(next.spool.status()).toMatchObject({ segmentsQuarantined: 1 });
});

test("damage inside a segment costs the damaged frame only, and the file is kept after its insert", async () => {
  const disk = new FakeDisk();
  const first = await openTestSpool({ disk, directory: "/s" });
  await first.spool.append([block("aaaa"), block("bbbb"), block("cccc")]);
  await first.spool.sealAll();
  const { id } = first.sealed[0]!;
  disk.crash(() => true);
  disk.flipBit(`/s/${id}.seg`, 4096 + 32 + 4 + 32 + 1);
  await expect(bodyOf(first.sealed[0]!)).rejects.toMatchObject({ code: "SPOOL_DAMAGED_FRAME" });
  const second = await openTestSpool({ disk, directory: "/s" });
  expect(await Promise.all(second.sealed.map(bodyOf))).toEqual(["aaaacccc"]);
  await second.spool.release(id);
  expect(disk.paths()).toEqual([`/s/quarantine/${id}.json`, `/s/quarantine/${id}.seg`]);
});

test("a damaged last frame of a sealed segment is noticed, not taken for a torn tail", async () => {
  const disk = new FakeDisk();
  const first = await openTestSpool({ disk, directory: "/s" });
  await first.spool.append([block("aaaa")]);
  await first.spool.sealAll();
  const { id } = first.sealed[0]!;
  disk.crash(() => true);
  disk.flipBit(`/s/${id}.seg`, 4096 + 32 + 1);
  const second = await openTestSpool({ disk, directory: "/s" });
  expect(second.sealed).toHaveLength(0);
  expect(disk.paths()).toContain(`/s/quarantine/${id}.seg`);
});

test("a segment whose header cannot be read goes to quarantine", async () => {
  const disk = new FakeDisk();
  const first = await openTestSpool({ disk, directory: "/s" });
  await first.spool.append([block("aaaa")]);
  disk.crash(() => true);
  const path = disk.paths()[0]!;
  disk.flipBit(path, 60);
  const second = await openTestSpool({ disk, directory: "/s" });
  expect(second.sealed).toHaveLength(0);
  expect(second.spool.status()).toMatchObject({ segmentsQuarantined: 1 });
});

test("many days at once keep to the bound of open segments", async () => {
  const limits = { openSegmentsMax: 3 };
  const { spool, sealed } = await openTestSpool({ disk: new FakeDisk(), directory: "/s", limits });
  const days = Array.from({ length: 10 }, (_, day) => block(`${day};`, { day }));
  expect(await spool.append(days)).toEqual({ kind: "stored" });
  expect(sealed).toHaveLength(7);
  await spool.close();
  expect((await Promise.all(sealed.map(bodyOf))).toSorted()).toEqual(
    days.map((_, day) => `${day};`),
  );
});

test("a release whose sync failed counts, and a power cut brings the segment back under its token", async () => {
  const disk = new FakeDisk();
  const { spool, sealed, metrics } = await openTestSpool({ disk, directory: "/s" });
  await spool.append([block("a")]);
  await spool.sealAll();
  disk.faults.failingDirectorySyncs = 1;
  await spool.release(sealed[0]!.id);
  expect(await valueOf(metrics, "inserted_records_total")).toBe(1);
  expect(spool.status().segmentsWaiting).toBe(0);
  disk.crash(() => false);
  const after = await openTestSpool({ disk, directory: "/s" });
  expect(after.sealed.map((segment) => segment.deduplicationToken)).toEqual(
    sealed.map((segment) => segment.deduplicationToken),
  );
});

test("after close everything is refused", async () => {
  const { spool } = await openTestSpool({ disk: new FakeDisk(), directory: "/s" });
  await spool.close();
  expect(await spool.append([block("late")])).toEqual(refused);
});

test("a spool directory has one owner at a time, and says who", () => {
  const directory = temporaryDirectory();
  const lock = lockDirectory(directory);
  expect(() => lockDirectory(directory)).toThrow(`in use by process ${process.pid}`);
  lock.release();
  lockDirectory(directory).release();
});

test("data is taken while an earlier life's segments are still being read, and theirs come oldest first", async () => {
  const disk = new FakeDisk();
  const first = await openTestSpool({ disk, directory: "/s" });
  for (const text of ["a", "b", "c"]) {
    await first.spool.append([block(text)]);
    await first.spool.sealAll();
  }
  const gate = Promise.withResolvers<void>();
  const slow: Disk = {
    ...disk.mount(),
    async open(path, mode) {
      const file = await disk.open(path, mode);
      const read = async (target: Uint8Array, position: number) => {
        await gate.promise;
        return file.read(target, position);
      };
      return { ...file, read };
    },
  };
  const { spool, sealed } = await openTestSpool({ disk: slow, directory: "/s", returnEarly: true });
  expect(await spool.append([block("new")])).toEqual({ kind: "stored" });
  expect(sealed).toEqual([]);
  expect(spool.status()).toMatchObject({ segmentsWaiting: 4, recordsWaiting: 1 });
  gate.resolve();
  await spool.recovered;
  expect(await Promise.all(sealed.map(bodyOf))).toEqual(["a", "b", "c"]);
  expect(spool.status()).toMatchObject({ segmentsWaiting: 4, recordsWaiting: 4 });
});

test("a segment that the disk will not give back is left alone, said, and read by the next start", async () => {
  const disk = new FakeDisk();
  const first = await openTestSpool({ disk, directory: "/s" });
  await first.spool.append([block("a")]);
  await first.spool.sealAll();
  const path = disk.paths().find((name) => name.endsWith(".seg"));
  let reads = 0;
  const broken: Disk = {
    ...disk.mount(),
    open: (name, mode) => {
      // The first one asks for its size.
      if (name === path && mode === "read") reads += 1;
      return reads > 1 ? Promise.reject(new Error("EIO")) : disk.open(name, mode);
    },
  };
  const { spool } = await openTestSpool({ disk: broken, directory: "/s" });
  reads = 0;
  expect(spool.status().segmentsUnreadable).toBe(1);
  expect(await spool.append([block("b")])).toEqual({ kind: "stored" });
  const third = await openTestSpool({ disk, directory: "/s" });
  expect((await Promise.all(third.sealed.map(bodyOf))).join("")).toContain("a");
});

test("a later life knows which segments were sent, and doubts those it cannot tell", async () => {
  const disk = new FakeDisk();
  const first = await openTestSpool({ disk, directory: "/s" });
  for (const text of ["sent", "not sent"]) {
    await first.spool.append([block(text)]);
    await first.spool.sealAll();
  }
  await first.spool.append([block("open")]);
  await first.sealed[0]!.markSent();
  // A power cut that keeps end frames, which are not synced, and one that does not.
  disk.kill();
  const second = await openTestSpool({ disk: disk.mount(), directory: "/s" });
  const doubts = second.sealed.map((segment) => segment.inDoubt);
  expect(await Promise.all(second.sealed.map(bodyOf))).toEqual(["sent", "not sent", "open"]);
  expect(doubts).toEqual([true, false, true]);
  disk.crash(() => false);
  const third = await openTestSpool({ disk: disk.mount(), directory: "/s" });
  expect(third.sealed[0]!.inDoubt).toBe(true);
  expect(await Promise.all(third.sealed.map(bodyOf))).toEqual(["sent", "not sent", "open"]);
});
