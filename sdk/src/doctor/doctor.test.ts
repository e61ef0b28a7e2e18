/**
 * Goal: the doctor finds what is wrong, and the line it gives mends it. Method: the real command as a child process, against
 * real receivers and real applications; a fix that is an `export` or `unset` is applied and the doctor asked again.
 */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import type { AddressInfo, Server as NetServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { buildSdk } from "../testing/build-sdk.ts";
import { frameworkApps } from "../testing/framework-apps.ts";
import { startOtlpReceiver, type OtlpReceiver } from "../testing/otlp-receiver.ts";
import { testNode } from "../testing/test-node.ts";
import type { DoctorReport } from "./doctor.ts";
import type { Finding } from "./finding.ts";
import { bundledPackages } from "./check-app.ts";

const COMMAND = fileURLToPath(new URL("../../bin/throughline.mjs", import.meta.url));
const REGISTER = new URL("../../dist/register.js", import.meta.url).href;
const APPS = fileURLToPath(new URL("../../testdata/doctor/", import.meta.url));

type Variables = Readonly<Record<string, string>>;

let receiver: OtlpReceiver;
let folder: string;
const servers: NetServer[] = [];

beforeAll(() => buildSdk(), 60_000);

beforeEach(async () => {
  receiver = await startOtlpReceiver();
  folder = mkdtempSync(join(tmpdir(), "throughline-doctor-test-"));
});

afterEach(async () => {
  await receiver.stop();
  for (const server of servers.splice(0)) server.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Examined extends DoctorReport {
  readonly code: number;
}

function run(
  args: readonly string[],
  variables: Variables,
  cwd = APPS,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { PATH: process.env["PATH"] ?? "", HOME: folder, ...variables };
  return new Promise((resolve) => {
    execFile(testNode(), [COMMAND, ...args], { cwd, env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

async function doctor(
  args: readonly string[],
  variables: Variables,
  cwd = APPS,
): Promise<Examined> {
  const { code, stdout, stderr } = await run(["doctor", "--json", ...args], variables, cwd);
  expect(stderr).toBe("");
  const report = JSON.parse(stdout) as DoctorReport;
  expect(code).toBe(report.problems === 0 ? 0 : 1);
  return { ...report, code };
}

function problems(report: DoctorReport): readonly Extract<Finding, { kind: "problem" }>[] {
  return report.findings.filter((finding) => finding.kind === "problem");
}

function reachable(): Variables {
  return { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.grpcEndpoint };
}

/** Applies a fix the way a shell would. */
function mend(fix: string, variables: Variables): Variables {
  const assignment = /^export (\w+)=("?)(.*?)\2(?: {3}#.*)?$/.exec(fix);
  if (assignment !== null) return { ...variables, [assignment[1]!]: assignment[3]! };
  expect(fix).toMatch(/^unset \w+$/);
  const removed = fix.slice("unset ".length);
  return Object.fromEntries(Object.entries(variables).filter(([name]) => name !== removed));
}

async function listen(handler: RequestListener): Promise<string> {
  const server: Server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("where all is well it says what it looked at, and its exit code is 0", async () => {
  const report = await doctor([], reachable());
  expect(report.findings.map(({ kind, check }) => [kind, check])).toEqual([
    ["ok", "node"],
    ["ok", "service"],
    ["ok", "endpoint"],
    ["ok", "clock"],
    ["ok", "endpoint"],
  ]);
  expect([receiver.spans, receiver.logs]).toEqual([[], []]);
});

test("in words, every problem is followed by the line that fixes it", async () => {
  const { code, stdout } = await run(["doctor"], {
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1",
  });
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /^problem {2}http:\/\/127\.0\.0\.1:1\/ cannot be reached: connect ECONNREFUSED 127\.0\.0\.1:1.*\n {9}fix: export OTEL_EXPORTER_OTLP_ENDPOINT=/m,
  );
  expect(stdout).toMatch(/\n1 problem found\.\n$/);
});

test("gRPC sent to the HTTP port: the other protocol is found, and the fix mends it", async () => {
  const wrong = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.httpEndpoint };
  const report = await doctor([], wrong);
  expect(problems(report)[0]).toMatchObject({
    check: "endpoint",
    text: expect.stringContaining("speaks OTLP over HTTP, and traces are sent as grpc"),
  });
  expect(problems(await doctor([], mend(problems(report)[0]!.fix, wrong)))).toEqual([]);
});

test("HTTP sent to the gRPC port: the other protocol is found, and the fix mends it", async () => {
  const wrong = { ...reachable(), OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf" };
  const report = await doctor([], wrong);
  expect(problems(report)[0]?.text).toContain(
    "speaks OTLP over gRPC, and traces are sent as http/protobuf",
  );
  expect(problems(await doctor([], mend(problems(report)[0]!.fix, wrong)))).toEqual([]);
});

test("an address without a scheme is named, and the fix mends it", async () => {
  const wrong = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.grpcEndpoint.replace("http://", "") };
  const [found] = problems(await doctor([], wrong));
  expect(found?.text).toContain("is not an address that starts with http:// or https://");
  expect(problems(await doctor([], mend(found!.fix, wrong)))).toEqual([]);
});

test("TLS towards a collector without TLS is named, and the fix mends it", async () => {
  const wrong = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.httpEndpoint.replace("http:", "https:"),
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
  };
  const [found] = problems(await doctor([], wrong));
  expect(found?.text).toContain("does not speak TLS");
  expect(problems(await doctor([], mend(found!.fix, wrong)))).toEqual([]);
});

test("a collector that wants a token says 401: the doctor says how a token is given, and sends what is set", async () => {
  const endpoint = await listen((request, response) => {
    const known = request.headers.authorization === "Bearer YOUR_TOKEN";
    response.writeHead(known ? 200 : 401).end(known ? "" : "who are you?");
  });
  const wrong = {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
  };
  const [found] = problems(await doctor([], wrong));
  expect(found?.text).toContain("wants credentials (HTTP 401: who are you?)");
  expect(problems(await doctor([], mend(found!.fix, wrong)))).toEqual([]);
});

test("gRPC's UNAUTHENTICATED is told as what it is", async () => {
  const server = createHttp2Server();
  server.on("stream", (stream) => {
    stream.respond(
      {
        ":status": 200,
        "content-type": "application/grpc",
        "grpc-status": "16",
        "grpc-message": "no%20token",
      },
      { endStream: true },
    );
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [found] = problems(await doctor([], { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }));
  expect(found?.text).toContain("wants credentials (gRPC status 16: no token)");
});

test("a web server that is no collector is not taken for one", async () => {
  const endpoint = await listen((_request, response) => response.end("<html>welcome</html>"));
  const report = await doctor([], {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
  });
  expect(problems(report)[0]?.text).toContain(
    "does not take OTLP traces (HTTP 200: <html>welcome</html>)",
  );
});

test("a clock that is an hour off is measured", async () => {
  const endpoint = await listen((_request, response) => {
    response.writeHead(200, { date: new Date(Date.now() + 3_600_000).toUTCString() }).end();
  });
  const report = await doctor([], {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
  });
  expect(problems(report).map(({ check }) => check)).toEqual(["clock"]);
  expect(problems(report)[0]?.text).toMatch(/this clock is (3599|360[01]) s behind that of/);
});

test("a service without a name, impossible settings and settings that silence everything are named, and mended", async () => {
  let variables: Variables = {
    ...reachable(),
    OTEL_SDK_DISABLED: "true",
    OTEL_TRACES_SAMPLER: "always_off",
    OTEL_PROPAGATORS: "b3",
    OTEL_BSP_MAX_QUEUE_SIZE: "many",
  };
  const found = problems(await doctor([], variables, folder));
  expect(found.map(({ text }) => text)).toEqual([
    expect.stringContaining("OTEL_BSP_MAX_QUEUE_SIZE=many"),
    expect.stringContaining("OTEL_SDK_DISABLED"),
    expect.stringContaining("OTEL_TRACES_SAMPLER=always_off"),
    expect.stringContaining("OTEL_PROPAGATORS=b3"),
    expect.stringContaining("no service name"),
  ]);
  for (const { fix } of found) variables = mend(fix, variables);
  expect(problems(await doctor([], variables, folder))).toEqual([]);
});

test("an application without the SDK is told the flag; with the flag the doctor is content", async () => {
  const found = problems(await doctor(["--app", "server.mjs", "--seconds", "1"], reachable()));
  expect(found).toEqual([
    {
      kind: "problem",
      check: "start",
      text: "the SDK did not start in server.mjs; fastify would be traced",
      fix: "node --import @throughline/sdk/register server.mjs",
    },
  ]);
  const mended = await doctor(
    ["--seconds", "5", "--", testNode(), "--import", REGISTER, "server.mjs"],
    reachable(),
  );
  expect(problems(mended)).toEqual([]);
  expect(mended.findings.at(-1)?.text).toMatch(/^loaded after it: fastify 5\./);
});

test.each(["too-late.mjs", "too-late.cjs"])(
  "%s: a library loaded before start() is named, with who loaded it",
  async (app) => {
    const [found, ...others] = problems(await doctor(["--app", app], reachable()));
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      check: "libraries",
      text: expect.stringMatching(
        new RegExp(
          `^pino 10\\.\\S+ was loaded before the SDK started, by ${app}: it is not traced$`,
        ),
      ),
      fix: expect.stringContaining(`node --import @throughline/sdk/register ${app}`),
    });
  },
);

test("a library inside a bundle is named, with how to keep it outside", async () => {
  const [found] = problems(
    await doctor(["--app", "bundle.mjs"], { ...reachable(), NODE_OPTIONS: `--import ${REGISTER}` }),
  );
  expect(found).toMatchObject({
    text: "express is bundled into bundle.mjs: it is not traced",
    fix: expect.stringContaining("--external:express"),
  });
});

test("what package.json names and nothing loads is said as a guess: it may be bundled and minified", async () => {
  const manifest = { name: "x", dependencies: { express: "5", "left-pad": "1" } };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "app.mjs"), "console.log(1);");
  const variables = { ...reachable(), NODE_OPTIONS: `--import ${REGISTER}` };
  const report = await doctor(["--app", "app.mjs"], variables, folder);
  expect(report.findings.at(-1)).toEqual({
    kind: "note",
    check: "libraries",
    text: "package.json names express, not loaded while it was watched: not used yet, or bundled and minified",
  });
});

test("a version that the instrumentation does not know is named, with one that it knows", async () => {
  mkdirSync(join(folder, "node_modules/express"), { recursive: true });
  writeFileSync(
    join(folder, "node_modules/express/package.json"),
    '{"name":"express","version":"99.1.0"}',
  );
  writeFileSync(join(folder, "node_modules/express/index.js"), "module.exports = () => {};");
  writeFileSync(join(folder, "app.cjs"), 'require("express");');
  const report = await doctor(
    ["--app", "app.cjs"],
    { ...reachable(), OTEL_SERVICE_NAME: "x", NODE_OPTIONS: `--import ${REGISTER}` },
    folder,
  );
  expect(problems(report)[0]).toMatchObject({
    text: expect.stringContaining(
      "express 99.1.0 is not known to the instrumentation, which knows >=4.0.0 <6",
    ),
    fix: 'npm install "express@>=4.0.0 <6"',
  });
});

test("of the loggers and frameworks that are covered none is called unknown", async () => {
  const variables = { ...reachable(), NODE_OPTIONS: `--import ${REGISTER}` };
  const loggers = await doctor(["--app", "loggers.mjs"], variables);
  expect(problems(loggers)).toEqual([]);
  expect(loggers.findings.at(-1)?.text).toMatch(/^loaded after it: bunyan 2\.\S+, pino 10\./);

  const frameworks = await doctor(["--app", "imports.mjs"], variables, frameworkApps());
  expect(problems(frameworks)).toEqual([]);
  const said = frameworks.findings.map(({ text }) => text);
  expect(said.find((text) => text.startsWith("loaded after it"))).toMatch(
    /@nestjs\/core 12.*express 5.*fastify 5.*koa 3.*mysql2 3.*redis 6/,
  );
  expect(said.filter((text) => text.startsWith("@nestjs/core"))).toEqual([
    expect.stringContaining("traced as Express or Fastify shows them"),
  ]);
}, 300_000);

test("what npm starts is looked at, not npm itself", async () => {
  writeFileSync(
    join(folder, "package.json"),
    '{"name":"by-npm","scripts":{"start":"node app.cjs"}}',
  );
  writeFileSync(join(folder, "app.cjs"), "setTimeout(() => {}, 100);");
  const found = problems(
    await doctor(["--seconds", "15", "--", "npm", "start"], reachable(), folder),
  );
  expect(found.map(({ text }) => text)).toEqual(["the SDK did not start in app.cjs"]);
});

test("the paths that esbuild, webpack and rollup's family leave in a bundle are read", () => {
  const text = [
    "// node_modules/express/lib/express.js",
    '  "./node_modules/@koa/router/index.js"(module) {',
    '"../../node_modules/pg/lib/index.js": function (module) {',
    "//#region node_modules/ioredis/built/index.js",
    "// ../../node_modules/.pnpm/mysql2@3.24.5/node_modules/mysql2/index.js",
    "const text = 'see node_modules/koa for more';",
  ].join("\n");
  expect(bundledPackages(text)).toEqual(["express", "@koa/router", "pg", "ioredis", "mysql2"]);
});

test("propagation: the services of one called trace are listed, and a call that nobody answered", async () => {
  let traceparent = "";
  const service = await listen((request, response) => {
    traceparent = String(request.headers["traceparent"]);
    response.end("ok");
  });
  // The query API's answer as its wire types have it, about the call above.
  const query = await listen((request, response) => {
    const [, traceId, callerSpanId] = traceparent.split("-");
    if (request.url !== `/api/traces/${traceId}`) {
      response.writeHead(404).end();
      return;
    }
    const span = (spanId: string, parentSpanId: string, rest: object): object => ({
      spanId,
      parentSpanId,
      name: "GET",
      ...rest,
    });
    const spans = [
      span("a", callerSpanId ?? "", { kind: "Server", serviceName: "shop" }),
      span("b", "a", { kind: "Client", serviceName: "shop" }),
      span("c", "b", { kind: "Server", serviceName: "stock" }),
      span("d", "a", { kind: "Client", serviceName: "shop", name: "POST" }),
    ];
    response.end(JSON.stringify({ spans }));
  });
  const report = await doctor(["--url", service, "--query", query], reachable());
  expect(report.findings.filter(({ check }) => check === "propagation")).toMatchObject([
    { kind: "ok", text: "one trace through shop → stock (4 spans)" },
    { kind: "note", text: 'shop made the call "POST", and no span of the called side was stored' },
  ]);
  const deaf = await doctor(["--url", "http://127.0.0.1:1/", "--query", query], reachable());
  expect(problems(deaf)[0]?.text).toContain("http://127.0.0.1:1/ cannot be called");
});

test("a wrong option is refused with a word about it", async () => {
  const cases: readonly (readonly [readonly string[], string])[] = [
    [["doctor", "--nonsense"], "'--nonsense'"],
    [["doctor", "app.js"], "--app app.js"],
    [["doctor", "--seconds", "0"], "--seconds 0"],
    [["doctor", "--url", "nowhere"], "--url nowhere"],
    [["start"], "start is a command of the Throughline server"],
  ];
  for (const [args, text] of cases) {
    const { code, stderr } = await run(args, {});
    expect(code).toBe(2);
    expect(stderr).toContain(text);
  }
});
