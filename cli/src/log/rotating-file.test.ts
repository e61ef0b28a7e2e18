import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { RotatingFile } from "./rotating-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "throughline-log-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a full file becomes x.log.1, and the one before that is gone", () => {
  const path = join(folder, "deep", "x.log");
  const file = new RotatingFile(path, 10);
  for (const line of ["first-line\n", "second-line\n", "third-line\n"]) {
    file.write(line);
  }
  file.close();
  expect(readFileSync(path, "utf8")).toBe("third-line\n");
  expect(readFileSync(`${path}.1`, "utf8")).toBe("second-line\n");
});

test("a second start goes on where the first ended, its size included", () => {
  const path = join(folder, "x.log");
  const before = new RotatingFile(path, 15);
  before.write("before the restart\n");
  before.close();
  const after = new RotatingFile(path, 15);
  after.write("after\n");
  after.close();
  expect(readFileSync(path, "utf8")).toBe("after\n");
  expect(existsSync(`${path}.1`)).toBe(true);
});
