/**
 * Goal: `throughline start` keeps its promises as a process: what it says, what it accepts, and that nothing of it is
 * left. Method: the real command with its own embedded ClickHouse, ended in every way a process can be ended.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  CommandProcess,
  descendants,
  freePorts,
  isRunning,
  until,
} from "../testing/command-process.ts";
import { sendSpan, storedSpanIds } from "../testing/one-span.ts";

let dataDir: string;
let started: CommandProcess[];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "throughline-start-"));
  started = [];
});
afterEach(async () => {
  for (const command of started) {
    const left = [...descendants(command.pid).keys()];
    command.signal("SIGKILL");
    await command.exited();
    await until(() => !left.some(isRunning), "what a failed test left running");
  }
  rmSync(dataDir, { recursive: true });
});

type Environment = Record<string, string>;

function start(env: Environment): CommandProcess {
  const command = new CommandProcess(["start"], {
    cwd: dataDir,
    env: { THROUGHLINE_DATA_DIR: dataDir, ...env },
  });
  started.push(command);
  return command;
}

test("a start says what listens where, takes data, stops on Ctrl-C, and goes on where it stopped", async () => {
  const env = await freePorts();
  const first = start(env);
  await first.says("is ready");
  expect(first.stdout).toContain(`http://127.0.0.1:${env.THROUGHLINE_HTTP_PORT}`);
  expect(first.stdout).toContain(
    `OTLP/gRPC        http://127.0.0.1:${env.THROUGHLINE_OTLP_GRPC_PORT}`,
  );
  expect(first.stdout).toContain(
    `OTLP/HTTP        http://127.0.0.1:${env.THROUGHLINE_OTLP_HTTP_PORT}`,
  );
  expect(first.stdout).toContain("clickhouse/credentials.json");
  expect(first.stdout.split("\n").length).toBeLessThan(18);

  expect(await sendSpan(env, "00000000000000a1")).toBe(200);
  await until(async () => (await storedSpanIds(env)).length === 1, "the span in the API");

  const running = [...descendants(first.pid).keys()];
  expect(running.length).toBeGreaterThanOrEqual(3);
  first.signal("SIGINT");
  expect(await first.exited()).toBe(0);
  expect(running.filter(isRunning)).toEqual([]);

  const second = start(env);
  const beginMs = performance.now();
  await until(
    async () => (await sendSpan(env, "00000000000000a2")) === 200,
    "OTLP after the restart",
  );
  expect(performance.now() - beginMs).toBeLessThan(5_000);
  await second.says("is ready");
  await until(async () => (await storedSpanIds(env)).length === 2, "both spans");
  expect(await storedSpanIds(env)).toEqual(["00000000000000a1", "00000000000000a2"]);
  second.signal("SIGTERM");
  expect(await second.exited()).toBe(0);
});

test("a second Ctrl-C kills what does not stop", async () => {
  const command = start(await freePorts());
  await command.says("is ready");
  const running = [...descendants(command.pid).keys()];
  const collector = [...descendants(command.pid)].find(([, line]) => line.includes(" collector "));
  process.kill(collector![0], "SIGSTOP");
  command.signal("SIGINT");
  await command.says("Stopping.");
  await sleep(1_200);
  command.signal("SIGINT");
  expect(await command.exited()).toBe(130);
  await until(() => !running.some(isRunning), "every process to end", 8_000);
});

test("one key press that arrives twice is no second Ctrl-C", async () => {
  const command = start(await freePorts());
  await command.says("is ready");
  command.signal("SIGINT");
  command.signal("SIGINT");
  expect(await command.exited()).toBe(0);
});

test("kill -9 of the supervisor leaves nothing running", async () => {
  const env = await freePorts();
  const command = start(env);
  await command.says("is ready");
  const running = [...descendants(command.pid).keys()];
  command.signal("SIGKILL");
  await command.exited();
  await until(() => !running.some(isRunning), "every process to end", 8_000);
});

test("a collector that is killed comes back on the same ports, and nothing it acknowledged is lost", async () => {
  const env = await freePorts();
  const command = start(env);
  await command.says("is ready");
  expect(await sendSpan(env, "00000000000000b1")).toBe(200);
  const collector = [...descendants(command.pid)].find(([, line]) => line.includes(" collector "));
  process.kill(collector![0], "SIGKILL");
  await until(async () => (await sendSpan(env, "00000000000000b2")) === 200, "OTLP again");
  await until(async () => (await storedSpanIds(env)).length === 2, "both spans");
  expect(command.stderr).toContain("collector ended unexpectedly (killed by SIGKILL)");
  command.signal("SIGINT");
  expect(await command.exited()).toBe(0);
});

test("a data directory in use is said in one line, and its user is left alone", async () => {
  const first = start(await freePorts());
  await first.says("is ready");
  const second = start(await freePorts());
  expect(await second.exited()).toBe(1);
  expect(second.stdout).toBe("");
  const said = second.stderr.trim().split("\n");
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/^throughline: .* is in use by .*; stop it, or/);
  expect(first.stderr).toBe("");
  first.signal("SIGINT");
  expect(await first.exited()).toBe(0);
});

test("a port in use is said in one line that names it, its setting and its holder; nothing is started", async () => {
  const env = await freePorts();
  const holder = createServer();
  holder.listen(Number(env.THROUGHLINE_OTLP_GRPC_PORT), "127.0.0.1");
  await once(holder, "listening");
  const command = start(env);
  expect(await command.exited()).toBe(1);
  holder.close();
  expect(command.stdout).toBe("");
  expect(command.stderr).toBe(
    `throughline: port ${env.THROUGHLINE_OTLP_GRPC_PORT} (OTLP over gRPC) is in use by process ${process.pid} (${commandLineOf(process.pid)}); stop it, or set THROUGHLINE_OTLP_GRPC_PORT to another port\n`,
  );
});

test("with a ClickHouse of one's own that is away, data is taken, the reason is said once, and Ctrl-C ends it", async () => {
  const env = await freePorts();
  const away = `http://127.0.0.1:${env.THROUGHLINE_CLICKHOUSE_HTTP_PORT}`;
  const command = start({ ...env, CLICKHOUSE_URL: away });
  await command.says("waiting for ClickHouse: ");
  await until(async () => (await sendSpan(env, "00000000000000c1")) === 200, "OTLP");
  expect(command.stderr).toContain(
    `ECONNREFUSED 127.0.0.1:${env.THROUGHLINE_CLICKHOUSE_HTTP_PORT}`,
  );
  expect(command.stderr.match(/waiting for ClickHouse/g)).toHaveLength(1);
  expect(command.stdout).not.toContain("is ready");
  const running = [...descendants(command.pid).keys()];
  command.signal("SIGINT");
  expect(await command.exited()).toBe(0);
  expect(running.filter(isRunning)).toEqual([]);
});

/** As the message shortens it. */
function commandLineOf(pid: number): string {
  const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  return words.length > 80 ? `${words.slice(0, 80)}…` : words;
}
