import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SpoolFiles } from "./spool-files.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "throughline-spool-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const bytes = Buffer.from("batch");
/** No process of this machine: beyond the largest pid Linux gives. */
const DEAD_PID = 4_194_305;

test("a file is taken by one, put back for all, and gone when removed", async () => {
  const files = new SpoolFiles(directory, 1_000);
  expect(await files.write("logs", bytes)).toBe(true);
  const [waiting] = files.waiting();
  expect(waiting?.signal).toBe("logs");
  const taken = files.take(waiting?.name ?? "");
  expect(taken?.bytes).toEqual(bytes);
  expect(files.take(waiting?.name ?? "")).toBeUndefined();
  expect(new SpoolFiles(directory, 1_000).waiting()).toEqual([]);
  taken?.putBack();
  files.take(waiting?.name ?? "")?.remove();
  expect(readdirSync(directory)).toEqual([]);
});

test("what a dead process had taken waits again, what a living one has stays its own", () => {
  writeFileSync(join(directory, `1-a.traces.spool.${DEAD_PID}.taken`), bytes);
  writeFileSync(join(directory, `2-b.logs.spool.${process.ppid}.taken`), bytes);
  const files = new SpoolFiles(directory, 1_000);
  expect(files.waiting()).toEqual([{ name: "1-a.traces.spool", signal: "traces" }]);
});

test("an earlier process with this one's pid is recognized by its time, as in containers where all are pid 1", () => {
  const taken = join(directory, `1-a.logs.spool.${process.pid}.taken`);
  writeFileSync(taken, bytes);
  expect(new SpoolFiles(directory, 1_000).waiting()).toEqual([]);
  utimesSync(taken, new Date(0), new Date(0));
  expect(new SpoolFiles(directory, 1_000).waiting()).toHaveLength(1);
});

test("what is found counts against the limit, and what is removed makes room", async () => {
  new SpoolFiles(directory, 1_000).writeSync("logs", Buffer.alloc(800));
  const files = new SpoolFiles(directory, 1_000);
  expect(files.writeSync("traces", Buffer.alloc(300))).toBe(false);
  files.take(files.waiting()[0]?.name ?? "")?.remove();
  expect(await files.write("traces", Buffer.alloc(300))).toBe(true);
});

test("what other processes have sent makes room for this one", async () => {
  const drainer = new SpoolFiles(directory, 1_000);
  const writer = new SpoolFiles(directory, 1_000);
  expect(await writer.write("logs", Buffer.alloc(800))).toBe(true);
  drainer.take(drainer.waiting()[0]?.name ?? "")?.remove();
  expect(readdirSync(directory)).toEqual([]);
  expect(await writer.write("logs", Buffer.alloc(300))).toBe(true);
});

test("who sends what others wrote gets no more room for itself than there is", () => {
  const drainer = new SpoolFiles(directory, 1_000);
  const writer = new SpoolFiles(directory, 1_000);
  expect(writer.writeSync("logs", Buffer.alloc(500))).toBe(true);
  const others = drainer.waiting()[0]?.name ?? "";
  expect(drainer.writeSync("logs", Buffer.alloc(900))).toBe(true);
  drainer.take(others)?.remove();
  expect(drainer.writeSync("logs", Buffer.alloc(300))).toBe(false);
  const own = drainer.take(drainer.waiting()[0]?.name ?? "");
  own?.putBack();
  drainer.take(drainer.waiting()[0]?.name ?? "")?.remove();
  expect(drainer.writeSync("logs", Buffer.alloc(1_000))).toBe(true);
});

test("a full directory is counted again once a second, with what is being written", async () => {
  let nowMs = 0;
  const files = new SpoolFiles(directory, 1_000, () => nowMs);
  const writing = files.write("logs", Buffer.alloc(800));
  // Nothing of it, or a part, is on the disk yet.
  expect(files.writeSync("logs", Buffer.alloc(300))).toBe(false);
  expect(await writing).toBe(true);
  rmSync(join(directory, files.waiting()[0]?.name ?? ""));
  nowMs = 999;
  expect(files.writeSync("logs", Buffer.alloc(300))).toBe(false);
  nowMs = 1_000;
  expect(files.writeSync("logs", Buffer.alloc(300))).toBe(true);
});

test("a disk that fails is no, not an exception", async () => {
  const files = new SpoolFiles(directory, 1_000);
  rmSync(directory, { recursive: true });
  expect(files.writeSync("logs", bytes)).toBe(false);
  expect(await files.write("logs", bytes)).toBe(false);
  expect(files.waiting()).toEqual([]);
  // For afterEach.
  new SpoolFiles(directory, 1_000);
});
