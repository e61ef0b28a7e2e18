/**
 * Goal: what a Node team does, one flag and one variable, ends in ClickHouse as whole requests. Method: real applications,
 * CommonJS and ESM, started with `node --import @throughline/sdk/register` against the running product; what is compared is
 * what is stored.
 */
import { execFile, execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { promisify } from "node:util";
import type { ClickHouseClient } from "@clickhouse/client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectOwner } from "./clickhouse.ts";
import { freePorts, root, startProduct, until, type Product } from "./product.ts";
import { drawRequests, readRequests, type StoredRequests } from "./stored-requests.ts";

const run = promisify(execFile);
const APPS = path.join(root, "sdk/testdata/apps");
const PREPARE = path.join(root, "sdk/src/testing/prepare.ts");
const FATAL = 21;

let product: Product;
let clickhouse: ClickHouseClient;
const applications: ChildProcess[] = [];

beforeAll(async () => {
  execFileSync(process.execPath, [PREPARE]);
  product = await startProduct();
  clickhouse = connectOwner(product);
});

afterAll(async () => {
  for (const application of applications) application.kill("SIGKILL");
  await clickhouse?.close();
  await product?.dispose();
});

interface Application {
  readonly service: string;
  readonly child: ChildProcess;
  /** Standard output so far. */
  readonly output: () => string;
  /** @returns exit code and what was printed on standard error */
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
}

/** @param file of sdk/testdata/apps, or a path; its name is the service's */
function startApplication(
  file: string,
  environment: Readonly<Record<string, string>> = {},
): Application {
  const service = path.basename(file);
  const child = spawn(
    process.execPath,
    ["--import", "@throughline/sdk/register", path.resolve(APPS, file)],
    {
      // Where `@throughline/sdk` is installed.
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env["PATH"],
        OTEL_SERVICE_NAME: service,
        OTEL_EXPORTER_OTLP_ENDPOINT: product.otlpGrpcUrl,
        ...environment,
      },
    },
  );
  applications.push(child);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, "close").then(() => ({ code: child.exitCode, stderr }));
  return { service, child, output: () => stdout, ended };
}

/** Waits until as much is stored as is asked for; a test then says what it must be, and that it is no more. */
async function stored(service: string, spans: number, logs: number): Promise<StoredRequests> {
  let found: StoredRequests = { spans: [], logs: [] };
  await until(
    async () => {
      found = await readRequests(clickhouse, service);
      return found.spans.length >= spans && found.logs.length >= logs;
    },
    `${spans} spans and ${logs} log records of ${service}`,
    () => drawRequests(found),
    30_000,
  );
  return found;
}

async function storedOf(application: Application, spans: number, logs: number) {
  expect(await application.ended).toEqual({ code: 0, stderr: "" });
  return stored(application.service, spans, logs);
}

/** The values of an attribute over all spans and log records. */
function valuesOf({ spans, logs }: StoredRequests, attribute: string): readonly unknown[] {
  const all = [
    ...spans.map(({ SpanAttributes }) => SpanAttributes[attribute]),
    ...logs.map(({ LogAttributes }) => LogAttributes[attribute]),
  ];
  return [...new Set(all)];
}

async function portOf(application: Application): Promise<string> {
  await until(() => /port \d+/.test(application.output()), `the port of ${application.service}`);
  return /port (\d+)/.exec(application.output())?.[1] ?? "";
}

describe.concurrent.each(["mjs", "cjs"])("%s", (kind) => {
  test(`http, fetch and pino: one request is one tree, its lines inside`, async () => {
    const found = await storedOf(startApplication(`http-pino.${kind}`), 2, 3);
    expect(drawRequests(found)).toBe(
      `
Client GET
  Server GET
    - info handling /orders
    - error it failed
- warn outside of any span`.trim(),
    );
    expect(found.spans[0]?.ResourceAttributes).toMatchObject({
      "service.name": `http-pino.${kind}`,
      "service.version": "7.8.9",
    });
    const [, handling, failed] = found.logs;
    expect(handling?.LogAttributes).toMatchObject({ requestId: "r-1", items: "2" });
    expect(failed?.LogAttributes).toMatchObject({
      "exception.type": "TypeError",
      "exception.message": "no such thing",
      "exception.stacktrace": expect.stringContaining(`http-pino.${kind}`),
    });
  });

  test("fastify: the route, and the exception of a handler", async () => {
    const found = await storedOf(startApplication(`fastify.${kind}`), 4, 6);
    const servers = found.spans.filter(({ SpanKind }) => SpanKind === "Server");
    expect(servers.map(({ SpanName, StatusCode }) => [SpanName, StatusCode])).toEqual([
      ["GET /orders/:id", "Unset"],
      ["GET /orders/:id", "Error"],
    ]);
    expect(servers[1]?.EventNames).toEqual(["exception"]);
    const looking = found.logs.filter(({ Body }) => Body === "looking");
    expect(looking.map(({ SpanId }) => SpanId)).toEqual(servers.map(({ SpanId }) => SpanId));
  });

  test("two hops: the caller's correlation id is on every span and line", async () => {
    const application = startApplication(`two-hops.${kind}`);
    const port = await portOf(application);
    const headers = { "x-request-id": `ticket-${kind}` };
    const response = await fetch(`http://127.0.0.1:${port}/front`, { headers });
    expect(response.headers.get("x-request-id")).toBe(`ticket-${kind}`);
    await response.text();
    application.child.kill("SIGTERM");
    expect((await application.ended).stderr).toBe("");
    const found = await stored(application.service, 5, 3);
    expect(drawRequests(found)).toBe(
      `
Server GET
  - info serving /front
  Client GET
    Server GET
      - info serving /back
  Client GET
    Server GET
      - info serving /back`.trim(),
    );
    expect(valuesOf(found, "correlation.id")).toEqual([`ticket-${kind}`]);
  });

  test("a queue between two processes: the job belongs to the request that ordered it", async () => {
    const found = await storedOf(startApplication(`queue-hop.${kind}`), 6, 3);
    expect(drawRequests(found)).toBe(
      `
Client GET
  Server GET
    - info serving /orders
    Producer publish pack
      Consumer process pack
        - info packing o-7
        Client GET
          Server GET
            - info serving /stock`.trim(),
    );
    // The span before the edge belongs to nobody's request yet.
    const behind = { ...found, spans: found.spans.slice(1) };
    expect(valuesOf(behind, "correlation.id")).toEqual(["order-4711"]);
  });

  test("a crash: the exception is a FATAL record of the request that it ended", async () => {
    const application = startApplication(`crash.${kind}`);
    const { code, stderr } = await application.ended;
    expect(code).toBe(1);
    expect(stderr).toContain("TypeError: kaboom in a request");
    const found = await stored(application.service, 2, 1);
    const server = found.spans.find(({ SpanKind }) => SpanKind === "Server");
    expect(found.logs).toEqual([
      expect.objectContaining({
        TraceId: server?.TraceId,
        SpanId: server?.SpanId,
        SeverityNumber: FATAL,
        LogAttributes: expect.objectContaining({
          "exception.type": "TypeError",
          "exception.message": "kaboom in a request",
          "exception.stacktrace": expect.stringContaining(`crash.${kind}`),
        }),
      }),
    ]);
    expect(server?.SpanAttributes).toHaveProperty(["throughline.span.unfinished"]);
  });
});

const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;

describe.concurrent("installed from npm when first wanted", () => {
  let folder: string;

  beforeAll(() => {
    folder = execFileSync(process.execPath, [PREPARE, "frameworks"], { encoding: "utf8" });
  });

  test.each(["express.mjs", "express.cjs"])("%s: middleware, routes, an error", async (file) => {
    const found = await storedOf(startApplication(path.join(folder, file)), 11, 5);
    expect(drawRequests(found)).toBe(
      `
Client GET
  Server GET /orders/:id
    Internal middleware - authenticate
      - info authenticated
    Internal request handler
      - info handling order
      - info stock says 3
      Client GET
        Server GET /stock/:id
          Internal middleware - authenticate
            - info authenticated
          Internal request handler
Client GET failed
  Server GET /broken failed
    - error answered 500
    Internal middleware - authenticate
      - info authenticated
    Internal request handler failed`.trim(),
    );
  });

  test.each(["koa.mjs", "koa.cjs"])("%s: middleware, routes, an error", async (file) => {
    const found = await storedOf(startApplication(path.join(folder, file)), 10, 5);
    expect(drawRequests(found)).toBe(
      `
Client GET
  Server GET /orders/:id
    Internal middleware - authenticate
      - info authenticated
      Internal router - /orders/:id
        - info handling order
        - info stock says 3
        Client GET
          Server GET /stock/:id
            Internal middleware - authenticate
              - info authenticated
              Internal router - /stock/:id
Client GET failed
  Server GET /broken failed
    - error answered 500
    Internal middleware - authenticate
      - info authenticated
      Internal router - /broken`.trim(),
    );
  });

  describe.runIf(hasRedis)("redis-server (needs Debian's redis-server)", () => {
    let redis: ChildProcess;
    let port: number | undefined;

    beforeAll(async () => {
      [port] = await freePorts(1);
      const options = ["--port", String(port), "--bind", "127.0.0.1", "--save", ""];
      redis = spawn("redis-server", options, { cwd: product.dataDir, stdio: "ignore" });
    });
    afterAll(() => redis?.kill());

    test.each([
      ["redis.mjs", ["redis-GET", "redis-SET", "redis-connect"]],
      ["redis.cjs", ["redis-GET", "redis-SET", "redis-connect"]],
      ["ioredis.mjs", ["get", "set"]],
      ["ioredis.cjs", ["get", "set"]],
    ])("%s: the commands hang under the request", async (file, commands) => {
      const application = startApplication(path.join(folder, file), {
        TEST_STORE: `redis://127.0.0.1:${port}`,
      });
      const { spans, logs } = await storedOf(application, 2 + commands.length, 2);
      const server = spans.find(({ SpanKind }) => SpanKind === "Server");
      const children = spans.filter(({ ParentSpanId }) => ParentSpanId === server?.SpanId);
      expect(children.map(({ SpanName }) => SpanName).toSorted()).toEqual(commands);
      expect(logs.map(({ Body, SpanId }) => [Body, SpanId])).toEqual([
        ["asking", server?.SpanId],
        ["answered three", server?.SpanId],
      ]);
    });

    test.each(["bullmq.mjs", "bullmq.cjs"])(
      "%s: the job's work belongs to the request that queued it",
      async (file) => {
        const application = startApplication(path.join(folder, file), {
          TEST_STORE: `redis://127.0.0.1:${port}`,
        });
        const { spans, logs } = await storedOf(application, 4, 2);
        const request = spans.find(({ SpanKind }) => SpanKind === "Server");
        // Commands that the queue itself gives to the store.
        const own = /^(evalsha|bzpopmin|complete orders|moveToActive.*)$/;
        const ofRequest = spans.filter(
          ({ TraceId, SpanName }) => TraceId === request?.TraceId && !own.test(SpanName),
        );
        expect(drawRequests({ spans: ofRequest, logs })).toBe(
          `
Client GET
  Server GET
    - info ordering
    Producer add orders.pack
      Consumer process orders
        - info packing o-7`.trim(),
        );
      },
    );
  });
});

test("an application's level changes without a restart: for its service, and for one request", async () => {
  const service = "leveled.mjs";
  const application = startApplication(service, {
    THROUGHLINE_SDK_CONFIG_URL: `${product.otlpHttpUrl}/api/config`,
    THROUGHLINE_SDK_CONFIG_INTERVAL_MS: "200",
    OTEL_BLRP_SCHEDULE_DELAY: "20",
  });
  const port = await portOf(application);
  const loglevel = async (...words: readonly string[]): Promise<void> => {
    const env = { PATH: process.env["PATH"], THROUGHLINE_DATA_DIR: product.dataDir };
    await run(process.execPath, ["cli/src/main.ts", "loglevel", ...words], { cwd: root, env });
  };
  /** Bodies of the records that one request left: `pino info`, … */
  const recorded = async (name: string, headers: Record<string, string> = {}) => {
    await (await fetch(`http://127.0.0.1:${port}/${name}`, { headers })).text();
    let bodies: readonly string[] = [];
    await until(async () => {
      const { logs } = await readRequests(clickhouse, service);
      bodies = logs.map(({ Body }) => Body).filter((body) => body.endsWith(` /${name}`));
      // The last line of a request, which every level here lets through.
      return bodies.includes(`console info /${name}`);
    }, `the records of /${name}`);
    return bodies.map((body) => body.slice(0, -name.length - 2));
  };
  let asked = 0;
  const untilRecorded = (expected: boolean) =>
    until(
      async () => (await recorded(`ask-${asked++}`)).includes("pino debug") === expected,
      `pino's debug lines to be ${expected ? "" : "no longer "}recorded`,
      product.output,
      20_000,
    );

  expect(await recorded("before")).not.toContain("pino debug");
  await loglevel("--service", service, "debug");
  await untilRecorded(true);
  const { logs } = await readRequests(clickhouse, service);
  const debug = logs.find(({ Body }) => Body.startsWith("pino debug"));
  expect(debug).toMatchObject({
    TraceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    SeverityNumber: 5,
  });
  expect(application.output()).not.toContain("pino debug");

  await loglevel("--service", service, "--clear", "--request-debug", "on");
  await untilRecorded(false);
  const baggage = { baggage: "throughline.debug=1" };
  expect(await recorded("one-request", baggage)).toContain("pino debug");
  expect(await recorded("another")).not.toContain("pino debug");
  expect(application.child.exitCode).toBeNull();
});
