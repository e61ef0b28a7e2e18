/** Goal: what ClickHouse said of refused records reaches the terminal as text. Method: the command with a spool of the test. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { run } from "../run.ts";

const ID = "0006446c5f4000000000000000000001";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "throughline-quarantine-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function quarantine(...words: string[]) {
  const out: string[] = [];
  const exitCode = await run({
    args: ["quarantine", ...words],
    environment: { THROUGHLINE_DATA_DIR: folder },
    workingDir: folder,
    terminal: { out: (line) => out.push(line), err: (line) => out.push(line) },
  });
  return { exitCode, out };
}

test("nothing of a refused record steers the terminal, also not as JSON", async () => {
  const directory = join(folder, "spool", "quarantine");
  const reason = "cannot parse \u009b2J\u202Egpj.exe";
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, `${ID}.seg`), "");
  writeFileSync(join(directory, `${ID}.json`), JSON.stringify({ reason }));
  const shown = await quarantine("show", ID);
  expect(shown.exitCode).toBe(0);
  expect(shown.out).toContain("  reason: cannot parse \\x9b2J\\u202egpj.exe");
  expect((await quarantine("list")).out.join()).toContain("cannot parse \\x9b2J\\u202egpj.exe");
  const json = (await quarantine("list", "--json")).out.join("\n");
  expect(json).toContain("cannot parse \\u009b2J\\u202egpj.exe");
  expect(JSON.parse(json)).toMatchObject([{ id: ID, reason }]);
});
