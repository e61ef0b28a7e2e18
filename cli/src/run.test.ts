/** Goal: what the user types leads to the command, or to one line that says what to type instead. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { COMMANDS } from "./commands/index.ts";
import { run } from "./run.ts";
import { productVersion } from "./version.ts";

let workingDir: string;
beforeEach(() => {
  workingDir = mkdtempSync(join(tmpdir(), "throughline-run-"));
});
afterEach(() => rmSync(workingDir, { recursive: true }));

async function throughline(args: readonly string[], environment: Record<string, string> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await run({
    args,
    environment,
    workingDir,
    terminal: { out: (line) => out.push(line), err: (line) => err.push(line) },
  });
  return { exitCode, out: out.join("\n"), err };
}

test("help lists every command; a command's help lists its options", async () => {
  for (const args of [[], ["help"], ["--help"], ["-h"]]) {
    const { exitCode, out } = await throughline(args);
    expect(exitCode).toBe(0);
    for (const { name, summary } of COMMANDS) {
      expect(out).toContain(name);
      expect(out).toContain(summary);
    }
  }
  for (const { name } of COMMANDS) {
    const { exitCode, out } = await throughline([name, "--help"]);
    expect(exitCode).toBe(0);
    expect(out).toContain(`Usage: throughline ${name}`);
    expect(out).not.toContain("--supervised");
    expect((await throughline(["help", name])).out).toBe(out);
  }
});

test("nothing that a failure quotes steers the terminal", async () => {
  expect(await throughline(["st\u001b[2J\u202Eart"])).toMatchObject({
    exitCode: 2,
    err: [expect.stringContaining('unknown command "st\\x1b[2J\\u202eart"')],
  });
});

test("the version is the package's", async () => {
  for (const args of [["version"], ["--version"], ["-v"]]) {
    expect(await throughline(args)).toEqual({
      exitCode: 0,
      out: `throughline ${productVersion()}`,
      err: [],
    });
  }
});

test("unknown commands, options and settings end with 2 and one line each", async () => {
  expect(await throughline(["strat"])).toEqual({
    exitCode: 2,
    out: "",
    err: ['throughline: unknown command "strat"; did you mean start?'],
  });
  expect(await throughline(["config", "--jason"])).toEqual({
    exitCode: 2,
    out: "",
    err: ["throughline: Unknown option '--jason'; see throughline config --help"],
  });
  expect(await throughline(["start"], { THROUGHLINE_HTPP_PORT: "1", CLICKHOUSE_URL: "x" })).toEqual(
    {
      exitCode: 2,
      out: "",
      err: [
        "throughline: unknown environment variable THROUGHLINE_HTPP_PORT; did you mean THROUGHLINE_HTTP_PORT?",
        'throughline: CLICKHOUSE_URL is "x"; expected a URL such as http://127.0.0.1:8123 (default (unset))',
      ],
    },
  );
  expect(await throughline(["demo", "--rate", "lots"])).toMatchObject({
    exitCode: 2,
    err: [expect.stringContaining('--rate is "lots"; expected requests per second')],
  });
});

test("config prints value, source and variable of every setting, and no secret", async () => {
  writeFileSync(join(workingDir, "throughline.yaml"), "httpPort: 9001\n");
  const environment = { CLICKHOUSE_PASSWORD: "hunter2", THROUGHLINE_OTLP_GRPC_PORT: "9002" };
  const { exitCode, out } = await throughline(["config"], environment);
  expect(exitCode).toBe(0);
  expect(out).toMatch(/^httpPort +9001 +file +THROUGHLINE_HTTP_PORT$/m);
  expect(out).toMatch(/^otlpGrpcPort +9002 +environment +THROUGHLINE_OTLP_GRPC_PORT$/m);
  expect(out).toMatch(/^otlpHttpPort +4318 +default +THROUGHLINE_OTLP_HTTP_PORT$/m);
  expect(out).toMatch(/^clickhouseUrl +\(unset\) +default +CLICKHOUSE_URL$/m);
  expect(out).toMatch(/^clickhousePassword +\*{8} +environment +CLICKHOUSE_PASSWORD$/m);
  expect(out).toContain(`settings file: ${join(workingDir, "throughline.yaml")}`);
  expect(out).not.toContain("hunter2");
});

test("config --json is the same for programs", async () => {
  const { out } = await throughline(["config", "--json"], { CLICKHOUSE_PASSWORD: "hunter2" });
  expect(JSON.parse(out)).toMatchObject({
    file: null,
    settings: {
      httpPort: { value: 8417, source: "default", environment: "THROUGHLINE_HTTP_PORT" },
      clickhouseUrl: { value: null, source: "default", environment: "CLICKHOUSE_URL" },
      clickhousePassword: { value: "********", source: "environment" },
    },
  });
  expect(out).not.toContain("hunter2");
});

test("loglevel changes the file that collectors read, and prints what holds", async () => {
  const path = join(workingDir, "data", "agent-config.yaml");
  expect(await throughline(["loglevel"])).toEqual({
    exitCode: 0,
    out: `default: the application's own\nrequests may ask to be recorded whole: no\nin ${path}`,
    err: [],
  });
  await throughline(["loglevel", "--service", "checkout", "debug", "--request-debug", "on"]);
  await throughline(["loglevel", "WARN"]);
  expect((await throughline(["loglevel"])).out).toBe(
    `default: warn\ncheckout: debug\nrequests may ask to be recorded whole: yes\nin ${path}`,
  );
  await throughline(["loglevel", "--clear", "--service", "checkout"]);
  expect(readFileSync(path, "utf8")).not.toContain("checkout");

  const elsewhere = { THROUGHLINE_AGENT_CONFIG_FILE: "/no/such/folder\0" };
  expect((await throughline(["loglevel", "warn"], elsewhere)).exitCode).toBe(1);
});

test("nothing that an agent's configuration has steers the terminal", async () => {
  await throughline(["loglevel", "--service", "a\u001b[2J\u202Eb", "debug"]);
  expect((await throughline(["loglevel"])).out).toContain("a\\x1b[2J\\u202eb: debug");
});

test.each([
  [["loud"], '"loud" is no level; one of trace, debug, info, warn, error, fatal'],
  [["debug", "checkout"], 'unexpected "checkout"'],
  [["debug", "--clear"], "give a level or --clear, not both"],
  [["--service", "checkout"], "--service needs a level or --clear"],
  [["--request-debug", "maybe"], "--request-debug is on or off"],
])("loglevel %j changes nothing and says what is wrong", async (args, reason) => {
  expect(await throughline(["loglevel", ...args])).toEqual({
    exitCode: 2,
    out: "",
    err: [`throughline: ${reason}; see throughline loglevel --help`],
  });
  expect(existsSync(join(workingDir, "data"))).toBe(false);
});

test("--config names another file", async () => {
  writeFileSync(join(workingDir, "other.yaml"), "httpPort: 9003\n");
  const { out } = await throughline(["config", "--config", "other.yaml"]);
  expect(out).toMatch(/^httpPort +9003 +file/m);
});

test("a role without any ClickHouse says what to set", async () => {
  for (const command of ["migrate", "query", "collector"]) {
    const { exitCode, err } = await throughline([command]);
    expect(exitCode).toBe(1);
    expect(err).toEqual([expect.stringContaining("no ClickHouse to use: set CLICKHOUSE_URL")]);
  }
});

test("migrate names the server that does not answer, in one line", async () => {
  const { exitCode, err } = await throughline(["migrate"], {
    CLICKHOUSE_URL: "http://127.0.0.1:9",
  });
  expect(exitCode).toBe(1);
  expect(err).toEqual(["throughline: http://127.0.0.1:9: connect ECONNREFUSED 127.0.0.1:9"]);
});
