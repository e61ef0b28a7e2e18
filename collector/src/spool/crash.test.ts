/**
 * Goal: `kill -9` at any moment loses nothing that was acknowledged, and nothing returns under another token.
 * Method: a real process on the real disk, killed again and again over one directory.
 * `SPOOL_CRASH_ROUNDS` sets how often.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { MACHINE_CLOCK } from "../clock.ts";
import { lockDirectory } from "./directory-lock.ts";
import { nodeDisk } from "./disk.ts";
import { bodyOf, openTestSpool } from "./testing/test-spool.ts";

const ROUNDS = Number(process.env["SPOOL_CRASH_ROUNDS"] ?? 5);
const CHILD = fileURLToPath(new URL("./testing/append-until-killed.ts", import.meta.url));

const directory = mkdtempSync(join(tmpdir(), "throughline-crash-"));
afterEach(() => rmSync(directory, { recursive: true }));

/** @returns what it reported before it was killed */
async function runAndKill(firstNumber: number, afterMs: number): Promise<readonly string[]> {
  const report = join(directory, `report-${firstNumber}`);
  const child = spawn(process.execPath, [CHILD, directory, `${firstNumber}`, report], {
    stdio: "inherit",
  });
  const ended = once(child, "exit");
  while (child.exitCode === null && !(statSync(report, { throwIfNoEntry: false })?.size ?? 0)) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  child.kill("SIGKILL");
  await ended;
  expect(child.signalCode).toBe("SIGKILL");
  // The last line may be cut off.
  return readFileSync(report, "utf8").split("\n").slice(0, -1);
}

test(
  "kill -9 at random moments loses nothing that was acknowledged",
  { timeout: 60_000 + ROUNDS * 5000 },
  async () => {
    const acknowledged = new Set<string>();
    const insertedUnder = new Map<string, string>();
    let firstNumber = 0;
    for (let round = 0; round < ROUNDS; round++) {
      for (const line of await runAndKill(firstNumber, Math.random() * 400)) {
        const [kind, first, numbers] = line.split(" ");
        if (kind === "a") acknowledged.add(first!);
        else for (const number of numbers!.split(",")) insertedUnder.set(number, first!);
      }
      firstNumber += 1_000_000;

      // The kernel has let go of the dead process's lock.
      const lock = lockDirectory(directory);
      const { sealed } = await openTestSpool({ disk: nodeDisk, directory, clock: MACHINE_CLOCK });
      const waiting = new Map<string, string>();
      for (const segment of sealed) {
        for (const [, number] of (await bodyOf(segment)).matchAll(/<(\d+):/g)) {
          expect(waiting.has(number!)).toBe(false);
          waiting.set(number!, segment.deduplicationToken);
        }
      }
      lock.release();
      // Said to be inserted, and still there: only when the kill came before the release, so with the same token.
      for (const [number, token] of waiting) {
        expect(insertedUnder.get(number) ?? token).toBe(token);
      }
      const lost = [...acknowledged].filter(
        (number) => !waiting.has(number) && !insertedUnder.has(number),
      );
      expect(lost).toEqual([]);
    }
    expect(acknowledged.size).toBeGreaterThan(ROUNDS);
    expect(insertedUnder.size).toBeGreaterThan(0);
  },
);
