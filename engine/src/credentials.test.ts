/** Goal: passwords are made once, kept, and readable by their owner only. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadCredentials } from "./credentials.ts";
import { EngineError } from "./errors.ts";

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "throughline-credentials-"));
  file = join(directory, "credentials.json");
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

test("the file has mode 0600, and three different passwords", () => {
  const made = loadCredentials(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(new Set(Object.values(made)).size).toBe(3);
  for (const password of Object.values(made)) expect(password.length).toBeGreaterThanOrEqual(32);
});

test("the next start uses the same passwords, and closes a file that was opened up", () => {
  const made = loadCredentials(file);
  chmodSync(file, 0o644);
  expect(loadCredentials(file)).toEqual(made);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test.each(["", "{", "{}", `{"throughline":"a","throughline_query":"","grafana":"c"}`, "null"])(
  "a damaged file (%j) is an error that names it, and is not overwritten",
  (text) => {
    writeFileSync(file, text);
    expect(() => loadCredentials(file)).toThrow(EngineError);
    expect(() => loadCredentials(file)).toThrow(file);
    expect(readFileSync(file, "utf8")).toBe(text);
  },
);
