/** Goal: what holds is always right rules: the first ones must be, later ones only replace them when they are. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RuleSet } from "../process/rule-set.ts";
import { RulesError, RulesFile } from "./rules-file.ts";

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
  const log = (...words: unknown[]) => logged.push(String(words.at(-1)));
  file = new RulesFile({
    path,
    hashKey: "",
    logger: { info: log, error: log },
    onLoaded: (rules) => loaded.push(rules),
    onFailed: () => failures++,
  });
});
afterEach(() => {
  file.stop();
  rmSync(folder, { recursive: true });
});

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
