/** Goal: a doctor that is interrupted takes the application that it started with it, and leaves nothing behind. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { buildSdk } from "../testing/build-sdk.ts";
import { testNode } from "../testing/test-node.ts";

const COMMAND = fileURLToPath(new URL("../../bin/throughline.mjs", import.meta.url));
const OBEDIENT = "setInterval(() => {}, 1000);";
const DEAF = `${OBEDIENT} for (const name of ["SIGINT", "SIGTERM"]) process.on(name, () => {});`;

let folder: string;
let doctor: ChildProcess;
let app: number;

beforeAll(() => buildSdk(), 60_000);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "throughline-doctor-test-"));
});

afterEach(() => {
  doctor.kill("SIGKILL");
  if (isAlive(app)) process.kill(app, "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** Returns when the application runs; its reports are the one thing in the doctor's TMPDIR. */
async function watch(source: string): Promise<void> {
  const entry = join(folder, "app.cjs");
  const temporary = mkdtempSync(join(folder, "tmp-"));
  writeFileSync(entry, `${source} require("node:fs").writeFileSync("running", "");`);
  doctor = spawn(testNode(), [COMMAND, "doctor", "--seconds", "60", "--app", entry], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", HOME: folder, TMPDIR: temporary },
    stdio: "ignore",
  });
  await vi.waitFor(() => expect(readdirSync(folder)).toContain("running"), { timeout: 20_000 });
  const report = readdirSync(temporary, { recursive: true, encoding: "utf8" });
  app = Number(/(\d+)\.jsonl$/.exec(report.join("\n"))?.[1]);
  expect(isAlive(app)).toBe(true);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    // No such process.
    return false;
  }
}

function leftBehind(): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.includes("throughline-doctor-"),
  );
}

test.each(["SIGINT", "SIGTERM"] as const)(
  "%s ends the doctor as it would any program, after its application and its folder",
  async (signal) => {
    await watch(OBEDIENT);
    doctor.kill(signal);
    expect(await once(doctor, "exit")).toEqual([null, signal]);
    expect(isAlive(app)).toBe(false);
    expect(leftBehind()).toEqual([]);
  },
);

test("an application that does not listen is ended by the second Ctrl-C", async () => {
  await watch(DEAF);
  const ended = once(doctor, "exit");
  doctor.kill("SIGINT");
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(isAlive(app)).toBe(true);
  expect(doctor.exitCode).toBe(null);
  doctor.kill("SIGINT");
  expect(await ended).toEqual([null, "SIGINT"]);
  expect(isAlive(app)).toBe(false);
  expect(leftBehind()).toEqual([]);
});
