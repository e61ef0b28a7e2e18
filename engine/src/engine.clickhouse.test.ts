/**
 * Goal: the engine keeps data through every way of ending, refuses what it must with a clear code, and leaves nothing
 * behind. Method: real engines in temporary folders; processes are killed, not simulated.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { availableParallelism, getPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClickHouseClient, type ClickHouseConnection } from "@throughline/schemas";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { embeddedConnections } from "./connections.ts";
import { startEngine, type Engine, type EngineEvent, type EngineOptions } from "./engine.ts";
import { EngineError } from "./errors.ts";
import { enginePaths } from "./paths.ts";
import { freePorts } from "./testing/free-ports.ts";

let dataDir: string;
const engines: Engine[] = [];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "throughline-engine-"));
});
afterEach(async () => {
  await Promise.all(engines.splice(0).map(async (engine) => engine.stop()));
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(options: Partial<EngineOptions> = {}): Promise<Engine> {
  const [httpPort, tcpPort] = await freePorts();
  const engine = await startEngine({
    dataDir,
    httpPort,
    tcpPort,
    database: "otel",
    memoryLimitBytes: 2 * 1024 ** 3,
    ...options,
  });
  engines.push(engine);
  return engine;
}

/** @returns the answer's text, or throws ClickHouse's message */
async function run(connection: ClickHouseConnection, query: string): Promise<string> {
  const client = createClickHouseClient({ ...connection, database: "default" }, "test");
  try {
    const result = await client.exec({ query });
    let text = "";
    for await (const piece of result.stream) text += String(piece);
    return text.trim();
  } finally {
    await client.close();
  }
}

async function makeTable(engine: Engine): Promise<void> {
  await run(engine.owner, "CREATE DATABASE otel");
  await run(engine.owner, "CREATE TABLE otel.kept (n UInt64) ENGINE = MergeTree ORDER BY n");
  await run(engine.owner, "INSERT INTO otel.kept SELECT number FROM numbers(1000)");
}

async function until(holds: () => boolean | Promise<boolean>, timeoutMs = 15_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not so within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("it answers within five seconds, says its version, and ends without a trace", async () => {
  const startedAt = performance.now();
  const engine = await start();
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect(engine.version).toMatch(/^\d+\.\d+\.\d+/);
  expect(await run(engine.owner, "SELECT version()")).toBe(engine.version);
  const { pid } = engine;
  await engine.stop();
  expect(isAlive(pid!)).toBe(false);
  expect(readdirSync(enginePaths(dataDir).runs)).toEqual([]);
});

test("it gives way to whoever receives: ClickHouse's threads, and their session where the kernel groups by it", async ({
  skip,
}) => {
  if (process.platform !== "linux") skip("threads have priorities of their own on Linux only");
  const engine = await start();
  const tasks = `/proc/${engine.pid}/task`;
  const threads = readdirSync(tasks)
    .filter((thread) => readFileSync(`${tasks}/${thread}/comm`, "utf8").startsWith("BgSchPool"))
    .map(Number);
  expect(threads.length).toBeGreaterThan(0);
  expect(new Set(threads.map((thread) => getPriority(thread)))).toEqual(new Set([10]));
  const session = `/proc/${engine.pid}/autogroup`;
  if (!existsSync(session)) skip("this kernel does not group by session");
  expect(readFileSync(session, "utf8")).toMatch(/ nice 10\n$/);
  // Whoever started it is not drawn along.
  expect(readFileSync("/proc/self/autogroup", "utf8")).not.toMatch(/ nice 10\n$/);
});

test("data and passwords survive a stop and a start", async () => {
  const first = await start();
  await makeTable(first);
  await first.stop();
  const second = await start();
  expect(second.owner.password).toBe(first.owner.password);
  expect(await run(second.query, "SELECT sum(n) FROM otel.kept")).toBe("499500");
});

test("it logs queries after a restart on the same directory too", async () => {
  const logged = async (engine: Engine): Promise<number> => {
    await run(engine.owner, "SELECT 'asked for the log'");
    await run(engine.owner, "SYSTEM FLUSH LOGS");
    return Number(
      await run(
        engine.owner,
        "SELECT countIf(type = 'QueryFinish' AND query = 'SELECT \\'asked for the log\\'') FROM system.query_log",
      ),
    );
  };
  const first = await start();
  expect(await logged(first)).toBe(1);
  await first.stop();
  const second = await start();
  expect(await logged(second)).toBe(1);
});

test("its connections are known as soon as it was called, before it answers", async () => {
  const [httpPort, tcpPort] = await freePorts();
  const address = { dataDir, httpPort, database: "otel" };
  expect(embeddedConnections(address)).toBeUndefined();
  const starting = startEngine({ ...address, tcpPort, memoryLimitBytes: 2 * 1024 ** 3 });
  const known = embeddedConnections(address);
  const engine = await starting;
  engines.push(engine);
  const { owner, query, grafana } = engine;
  expect(known).toMatchObject({ owner, query, grafana });
});

test("killed, it comes back on the same ports with its rows", async () => {
  const events: EngineEvent[] = [];
  const engine = await start({ onEvent: (event) => events.push(event) });
  await makeTable(engine);
  const pid = engine.pid!;
  process.kill(pid, "SIGKILL");
  await until(() => engine.pid !== undefined && engine.pid !== pid);
  expect(await run(engine.query, "SELECT count() FROM otel.kept")).toBe("1000");
  expect(events.map((event) => event.kind)).toEqual(["ready", "died", "ready"]);
});

test("a parent that is killed takes the engine with it", async () => {
  const [httpPort, tcpPort] = await freePorts();
  const script = fileURLToPath(new URL("testing/start-engine.ts", import.meta.url));
  const parent = spawn(process.execPath, [script, dataDir, String(httpPort), String(tcpPort)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [output] = (await once(parent.stdout, "data")) as [Buffer];
  const pid = Number(output.toString().trim());
  expect(isAlive(pid)).toBe(true);
  const killed = once(parent, "exit");
  parent.kill("SIGKILL");
  await killed;
  // The next start needs no hand, even at once: it waits for the old engine to let go of directory and ports.
  await start({ httpPort, tcpPort });
  await until(() => !isAlive(pid));
});

test.each([0, 150, 300, 400, 500, 700])(
  "a stop %i ms after a death ends the restarting, wherever it is",
  async (delayMs) => {
    const engine = await start();
    const { pid } = engine;
    process.kill(pid!, "SIGKILL");
    await until(() => engine.pid === undefined);
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    await engine.stop();
    await expect(run(engine.owner, "SELECT 1")).rejects.toThrow();
    expect(readdirSync(enginePaths(dataDir).runs)).toEqual([]);
  },
);

test("passwords lie in a file that only their owner may read", async () => {
  await start();
  expect(statSync(enginePaths(dataDir).credentials).mode & 0o777).toBe(0o600);
});

test("the log is a file, without a line per query", async () => {
  const engine = await start();
  await run(engine.owner, "SELECT 'a query that nobody needs in the log'");
  expect(engine.logFile).toBe(enginePaths(dataDir).logFile);
  expect(existsSync(engine.logFile)).toBe(true);
  expect(readFileSync(engine.logFile, "utf8")).not.toContain("<Debug>");
});

describe("a start is refused", () => {
  test("in a directory that an engine uses, naming the directory and the process", async () => {
    const first = await start();
    const error = await start().catch((refused: unknown) => refused);
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({ code: "DATA_DIR_IN_USE" });
    expect(String(error)).toContain(enginePaths(dataDir).root);
    expect(String(error)).toContain(`process ${first.pid}`);
    expect(String(error)).not.toContain("\n");
    // The first is none the worse.
    expect(await run(first.owner, "SELECT 1")).toBe("1");
  });

  test.each(["httpPort", "tcpPort"] as const)(
    "on a %s in use, naming who holds it",
    async (field) => {
      const holder = createServer();
      await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", () => resolve()));
      const address = holder.address();
      const port = typeof address === "object" && address ? address.port : 0;
      const error = await start({ [field]: port }).catch((refused: unknown) => refused);
      await new Promise((resolve) => holder.close(resolve));
      expect(error).toMatchObject({ code: "PORT_IN_USE", field });
      expect(String(error)).toContain(String(port));
      if (process.platform === "linux") expect(String(error)).toContain(`process ${process.pid}`);
    },
  );

  test("without a library for the platform, naming the ways out", async () => {
    process.env["CHDB_LIBCHDB_PATH"] = join(dataDir, "none.so");
    const error = await start().catch((refused: unknown) => refused);
    delete process.env["CHDB_LIBCHDB_PATH"];
    expect(error).toMatchObject({ code: "UNSUPPORTED_PLATFORM" });
    expect(String(error)).toContain("CLICKHOUSE_URL");
  });

  test("in a directory that cannot be made, naming it", async () => {
    const file = join(dataDir, "a-file");
    writeFileSync(file, "");
    const error = await start({ dataDir: file }).catch((refused: unknown) => refused);
    expect(error).toMatchObject({ code: "START_FAILED" });
    expect(String(error)).toContain(enginePaths(file).root);
  });

  test("with a binary that is not there", async () => {
    const error = await start({ binary: join(dataDir, "clickhouse") }).catch((it: unknown) => it);
    expect(error).toMatchObject({ code: "BINARY_NOT_FOUND" });
  });

  test("when ClickHouse cannot read its tables, with its last words", async () => {
    const first = await start();
    await makeTable(first);
    await first.stop();
    const metadata = join(enginePaths(dataDir).data, "metadata");
    writeFileSync(join(metadata, "broken.sql"), "ATTACH DATABASE broken ENGINE = NoSuchEngine");
    const error = await start().catch((refused: unknown) => refused);
    expect(error).toMatchObject({ code: "START_FAILED" });
    expect(String(error)).toMatch(/NoSuchEngine|UNKNOWN_DATABASE_ENGINE/);
    expect(String(error)).toContain(enginePaths(dataDir).logFile);
  });
});

test("a binary runs as a server under the same supervisor", async () => {
  // A stand-in that takes `server --config-file=…` and ends on SIGTERM as the real one does, with the library inside.
  const binary = join(dataDir, "clickhouse-binary");
  const child = fileURLToPath(new URL("child.ts", import.meta.url));
  const paths = enginePaths(dataDir);
  writeFileSync(
    binary,
    `#!${process.execPath}
const { readFileSync, writeFileSync } = require("node:fs");
const config = process.argv[3].slice("--config-file=".length);
if (process.argv[2] !== "server") process.exit(9);
const users = /<users_config>(.*)</.exec(readFileSync(config, "utf8"))[1];
if (readFileSync(users, "utf8").includes("<default>\\n      <password>")) process.exit(8);
const internal = "<default><password></password><networks><ip>127.0.0.1</ip></networks><profile>internal</profile><quota>default</quota></default>";
writeFileSync(users, readFileSync(users, "utf8").replace("<users>", "<users>" + internal));
const engine = require("node:child_process").spawn(process.execPath,
  [${JSON.stringify(child)}, "library", config, ${JSON.stringify(paths.data)}, ${JSON.stringify(paths.log)}],
  { stdio: ["pipe", "inherit", "inherit"] });
process.on("SIGTERM", () => engine.stdin.end());
engine.on("exit", (code) => process.exit(code));
`,
  );
  chmodSync(binary, 0o755);
  const engine = await start({ binary });
  expect(await run(engine.owner, "SELECT currentUser()")).toBe("throughline");
  const { pid } = engine;
  await engine.stop();
  expect(isAlive(pid!)).toBe(false);
  await expect(run(engine.owner, "SELECT 1")).rejects.toThrow();
});

describe("the users", () => {
  test("the owner may do everything in its two databases and nothing in others", async () => {
    const engine = await start();
    await makeTable(engine);
    await run(engine.owner, "CREATE DATABASE throughline");
    await run(engine.owner, "DROP DATABASE throughline");
    await expect(run(engine.owner, "CREATE DATABASE other")).rejects.toThrow(/privileges/);
    await expect(
      run(engine.owner, "SELECT * FROM file('/etc/hostname', LineAsString)"),
    ).rejects.toThrow(/privileges/);
  });

  test.each(["query", "grafana"] as const)("%s reads telemetry, within limits", async (role) => {
    const engine = await start();
    await makeTable(engine);
    await run(engine.owner, "CREATE DATABASE throughline");
    await run(
      engine.owner,
      "CREATE TABLE throughline.secrets (s String) ENGINE = MergeTree ORDER BY s",
    );
    const reader = engine[role];
    expect(
      await run(reader, "SELECT count() FROM otel.kept SETTINGS max_execution_time = 64"),
    ).toBe("1000");
    expect(await run(reader, "SELECT name FROM system.tables WHERE database = 'otel'")).toBe(
      "kept",
    );
    for (const refused of [
      "INSERT INTO otel.kept VALUES (1)",
      "ALTER TABLE otel.kept DELETE WHERE 1",
      "DROP TABLE otel.kept",
      "CREATE TABLE otel.more (n UInt64) ENGINE = MergeTree ORDER BY n",
      "SELECT * FROM throughline.secrets",
      "SELECT name FROM system.users",
      "SELECT query FROM system.query_log",
      "SELECT * FROM url('http://127.0.0.1:1/', LineAsString)",
      "SELECT * FROM file('/etc/hostname', LineAsString)",
      "SELECT * FROM remote('127.0.0.1', 'otel', 'kept')",
      "SELECT * FROM executable('id', 'TSV', 'a String')",
      "SELECT 1 SETTINGS max_execution_time = 100000",
      "SELECT 1 SETTINGS max_memory_usage = 100000000000",
      "SELECT 1 SETTINGS readonly = 0",
      "SELECT 1 INTO OUTFILE '/tmp/throughline-must-not-exist'",
    ]) {
      await expect(run(reader, refused), refused).rejects.toThrow();
    }
  });

  test.each(["query", "grafana", "sql"] as const)(
    "%s uses more than one core, also where there is little memory",
    async (role) => {
      const engine = await start({ memoryLimitBytes: 1024 ** 3 });
      const plan = await run(
        engine[role],
        "EXPLAIN PIPELINE SELECT sum(number) FROM numbers_mt(100000000)",
      );
      expect(plan).toMatch(availableParallelism() > 1 ? /NumbersRange × \d/ : /NumbersRange/);
    },
  );

  test("nobody can log in as default, with or without a session", async () => {
    const engine = await start();
    const anybody = { ...engine.owner, username: "default", password: "" };
    await expect(run(anybody, "SELECT 1")).rejects.toThrow(/session/);
    const response = await fetch(`${engine.owner.url}/?query=SELECT%201&session_id=mine`, {
      headers: { connection: "close" },
    });
    expect(response.ok).toBe(false);
  });

  test("no query reads a file outside of ClickHouse's own folders", async ({ skip }) => {
    const engine = await start();
    if (engine.sandbox !== "landlock") skip(`no sandbox here: ${engine.sandbox}`);
    const { credentials } = enginePaths(dataDir);
    for (const file of ["/etc/passwd", credentials, `/proc/${process.pid}/environ`]) {
      // The scalar function, which no grant governs.
      await expect(run(engine.grafana, `SELECT file('${file}')`), file).rejects.toThrow(
        /Permission denied/,
      );
    }
  });
});
