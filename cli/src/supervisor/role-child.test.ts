/** Goal: a role is kept running, its death is explained, and nothing of it is left after a stop. Method: real processes. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readSettings } from "../settings/read.ts";
import { RoleChild } from "./role-child.ts";

const script = fileURLToPath(new URL("testdata/role.mjs", import.meta.url));

let folder: string;
let logged: string[];
let children: RoleChild[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "throughline-role-"));
  logged = [];
  children = [];
});
afterEach(async () => {
  await Promise.all(children.map((child) => child.stop(1_000)));
  rmSync(folder, { recursive: true });
});

function roleThat(...behaviours: string[]): RoleChild {
  const loaded = readSettings({ environment: {}, workingDir: folder });
  if (loaded.kind === "invalid") {
    throw new Error("the defaults are valid");
  }
  const child = new RoleChild({
    role: "collector",
    script,
    logger: pino({ level: "debug" }, { write: (line: string) => void logged.push(line) }),
    message: {
      kind: "start",
      settings: loaded.settings,
      limits: loaded.limits,
      clickhouse: {
        url: "",
        username: join(folder, "starts"),
        password: "",
        database: behaviours.join(","),
      },
    },
  });
  children.push(child);
  return child;
}

function startedPids(): number[] {
  return readFileSync(join(folder, "starts"), "utf8").trim().split("\n").map(Number);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await sleep(20);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("start resolves when the role says that it is ready, stop when it is gone", async () => {
  const child = roleThat();
  await child.start();
  const pid = child.pid!;
  expect(isAlive(pid)).toBe(true);
  await child.stop(5_000);
  expect(isAlive(pid)).toBe(false);
  expect(child.pid).toBeUndefined();
});

test("a role that cannot start says why, and is not started again", async () => {
  await expect(roleThat("fail").start()).rejects.toThrow("the spool is on fire");
  await sleep(500);
  expect(startedPids()).toHaveLength(1);
});

test("a role that ends before it is ready is reported with its exit code", async () => {
  await expect(roleThat("exit").start()).rejects.toThrow("exit code 7");
});

test("a role that dies is started again, waiting longer each time", async () => {
  const child = roleThat("die-twice");
  await child.start();
  await until(() => startedPids().length === 3);
  await until(() => logged.filter((line) => line.includes("is ready")).length === 3);
  const deaths = logged.filter((line) => line.includes("ended unexpectedly"));
  expect(deaths).toHaveLength(2);
  expect(deaths[0]).toContain("(exit code 3); starting it again in 200 ms");
  expect(deaths[1]).toContain("in 400 ms");
});

test("a killed role is started again, and its death is explained by the signal", async () => {
  const child = roleThat();
  await child.start();
  process.kill(child.pid!, "SIGKILL");
  await until(() => startedPids().length === 2);
  expect(logged.join("")).toContain("killed by SIGKILL");
});

test("a role that runs is told to reload, one that does not is left alone", async () => {
  const child = roleThat();
  child.reload();
  const started = child.start();
  child.reload();
  await started;
  child.reload();
  await until(() => existsSync(join(folder, "starts.reloads")));
  expect(readFileSync(join(folder, "starts.reloads"), "utf8")).toBe("reload\n");
  await child.stop(1_000);
  child.reload();
  expect(startedPids()).toHaveLength(1);
});

test("a stop while waiting for the next start leaves nothing to be started", async () => {
  const child = roleThat();
  await child.start();
  process.kill(child.pid!, "SIGKILL");
  await until(() => logged.some((line) => line.includes("starting it again")));
  await child.stop(1_000);
  await sleep(500);
  expect(startedPids()).toHaveLength(1);
});

test("a role that does not hear is killed after the grace", async () => {
  const child = roleThat("deaf");
  await child.start();
  const pid = child.pid!;
  await child.stop(100);
  expect(isAlive(pid)).toBe(false);
  expect(logged.join("")).toContain("did not end within 100 ms");
});

test("stopping twice, and before any start, is no error", async () => {
  const child = roleThat();
  await child.stop(100);
  await child.start();
  await Promise.all([child.stop(1_000), child.stop(1_000)]);
  await child.stop(100);
});

test("a stop during the start ends the start", async () => {
  const child = roleThat();
  const started = child.start();
  const outcome = expect(started).rejects.toThrow("stopped before it was ready");
  await child.stop(5_000);
  await outcome;
});
