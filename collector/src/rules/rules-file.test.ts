/** Goal: what holds is always right rules: the first ones must be, later ones only replace them when they are. */
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RuleSet } from "../process/rule-set.ts";
import { RulesError, RulesFile, type RulesFileOptions } from "./rules-file.ts";

const GOOD = "filters: [{name: quiet, drop: {severityBelow: info}}]";
let folder: string;
let path: string;
let loaded: RuleSet[];
let failures: number;
let logged: string[];
let file: RulesFile;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "throughline-rules-"));
  path = join(folder, "rules.yaml");
  loaded = [];
  failures = 0;
  logged = [];
  file = new RulesFile(optionsOf());
});
afterEach(() => {
  file.stop();
  rmSync(folder, { recursive: true });
});

function optionsOf(): RulesFileOptions {
  const log = (...words: unknown[]) => logged.push(String(words.at(-1)));
  return {
    path,
    hashKey: "",
    logger: { info: log, error: log },
    onLoaded: (rules) => loaded.push(rules),
    onFailed: () => failures++,
  };
}

test("a collector does not start with a file that is missing or wrong", () => {
  expect(() => file.start()).toThrow(RulesError);
  writeFileSync(path, "filtrs: []");
  expect(() => file.start()).toThrow(/line 1: unknown key "filtrs"/);
  expect(loaded).toEqual([]);
});

test("a right file replaces the rules, a wrong or missing one does not, and the log says so", () => {
  writeFileSync(path, GOOD);
  file.start();
  writeFileSync(path, "filters: [{name: x}]");
  file.reload("SIGHUP");
  expect(failures).toBe(1);
  expect(logged.at(-1)).toContain("the rules of version 1 go on holding");
  rmSync(path);
  file.reload("SIGHUP");
  expect(failures).toBe(2);
  writeFileSync(path, GOOD.replace("quiet", "louder"));
  file.reload("SIGHUP");
  expect(loaded.map(({ version, drops }) => [version, drops[0]?.name])).toEqual([
    [1, "quiet"],
    [2, "louder"],
  ]);
  file.reload("SIGHUP");
  expect(logged.at(-1)).toContain("says what it said before");
  expect(loaded).toHaveLength(2);
});

test("a file that is being written is not read before it is whole, and an empty one does not take the rules away", () => {
  vi.useFakeTimers();
  try {
    writeFileSync(path, GOOD);
    file.start();
    const names = () => loaded.map(({ drops }) => drops.map(({ name }) => name));
    const lines = ["a", "b"].map((name) => `  - {name: ${name}, drop: {severityBelow: info}}\n`);
    writeFileSync(path, "");
    for (const line of ["filters:\n", ...lines]) {
      vi.advanceTimersByTime(1_000);
      appendFileSync(path, line);
    }
    expect(names()).toEqual([["quiet"]]);
    vi.advanceTimersByTime(2_000);
    expect(names()).toEqual([["quiet"], ["a", "b"]]);
    writeFileSync(path, "");
    vi.advanceTimersByTime(5_000);
    file.reload("SIGHUP");
    expect(names()).toHaveLength(2);
    expect(failures).toBe(2);
    expect(logged.at(-1)).toContain("is empty");
  } finally {
    vi.useRealTimers();
  }
});

test("a path that cannot be looked at is a wrong file, not the end of the collector", () => {
  const inner = join(folder, "folder");
  mkdirSync(inner);
  path = join(inner, "rules.yaml");
  file = new RulesFile({ ...optionsOf(), path });
  writeFileSync(path, GOOD);
  file.start();
  rmSync(inner, { recursive: true });
  // A link to itself: ELOOP.
  symlinkSync(inner, inner);
  file.reload("SIGHUP");
  expect(failures).toBe(1);
  expect(logged.at(-1)).toContain("ELOOP");
});

test("a change is noticed without being told", async () => {
  writeFileSync(path, GOOD);
  file.start();
  writeFileSync(path, GOOD.replace("quiet", "much-louder"));
  const end = Date.now() + 15_000;
  while (loaded.length < 2 && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(loaded.at(-1)?.drops[0]?.name).toBe("much-louder");
});
