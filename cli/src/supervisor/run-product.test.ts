/** Goal: `throughline start` outlives SIGHUP and hands it on, and whoever reads its output. Method: the real command; its ClickHouse does not answer. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CommandProcess, descendants, freePorts, until } from "../testing/command-process.ts";

let folder: string;
let product: CommandProcess;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "throughline-run-"));
});
afterEach(async () => {
  product.signal("SIGKILL");
  await product.exited();
  rmSync(folder, { recursive: true });
});

function log(): string {
  const files = readdirSync(join(folder, "data", "log"));
  return files.map((name) => readFileSync(join(folder, "data", "log", name), "utf8")).join("");
}

test("a pipe that nobody reads any more cuts neither the run nor its end short", async () => {
  product = new CommandProcess(["start"], {
    cwd: folder,
    env: {
      ...(await freePorts()),
      THROUGHLINE_DATA_DIR: join(folder, "data"),
      CLICKHOUSE_URL: "http://127.0.0.1:1",
    },
  });
  await product.says("waiting for ClickHouse");
  await until(() => log().includes("collector is ready"), "the collector");
  product.stopReading();
  const collector = [...descendants(product.pid)].find(([, line]) => line.includes(" collector "));
  process.kill(collector![0], "SIGKILL");
  await until(() => log().includes("collector ended unexpectedly"), "a warning that nobody reads");
  await until(() => log().split("collector is ready").length === 3, "the collector again");
  product.signal("SIGINT");
  expect(await product.exited()).toBe(0);
  expect(log()).toMatch(/"role":"supervisor".*"msg":"stopped"/);
});

test("SIGHUP lets the collector read its rules again and ends nothing; SIGTERM ends all", async () => {
  writeFileSync(join(folder, "rules.yaml"), "redaction: {defaults: true}");
  product = new CommandProcess(["start"], {
    cwd: folder,
    env: {
      ...(await freePorts()),
      THROUGHLINE_DATA_DIR: join(folder, "data"),
      THROUGHLINE_RULES: "rules.yaml",
      CLICKHOUSE_URL: "http://127.0.0.1:1",
    },
  });
  await product.says("waiting for ClickHouse");
  await until(() => log().includes("collector is ready"), "the collector");
  for (const times of [1, 2]) {
    product.signal("SIGHUP");
    await until(
      () => log().split("rules: SIGHUP, and").length === times + 1,
      `the rules read again, ${times}`,
      10_000,
    );
  }
  expect(log()).not.toContain("ended unexpectedly");
  product.signal("SIGTERM");
  expect(await product.exited()).toBe(0);
});
