/**
 * Goal: what a user does, works. Method: real applications as child processes, started with the one flag, sending to a real
 * gRPC server in this process whose decoder is not the exporter's library.
 */
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { buildSdk } from "./testing/build-sdk.ts";
import type { ReceivedLog, ReceivedSpan } from "./testing/otlp-decode.ts";
import { startOtlpReceiver, type OtlpReceiver } from "./testing/otlp-receiver.ts";
import { startApp, type RunningApp } from "./testing/run-app.ts";

const SERVER = 2;
const CLIENT = 3;

let receiver: OtlpReceiver;
const apps: RunningApp[] = [];

beforeAll(() => buildSdk(), 60_000);

beforeEach(async () => {
  receiver = await startOtlpReceiver();
});

afterEach(async () => {
  for (const app of apps.splice(0)) app.kill("SIGKILL");
  await receiver.stop();
});

function run(file: string, environment: Readonly<Record<string, string>> = {}): RunningApp {
  const app = startApp(file, {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.grpcEndpoint,
    ...environment,
  });
  apps.push(app);
  return app;
}

function spanOfKind(kind: number): ReceivedSpan {
  const [span, ...others] = receiver.spans.filter((each) => each.kind === kind);
  expect(others).toEqual([]);
  return span!;
}

function logWith(text: string): ReceivedLog {
  const found = receiver.logs.filter((each) => String(each.body).includes(text));
  expect(found.map(({ body }) => body)).toHaveLength(1);
  return found[0]!;
}

for (const file of ["http-pino.mjs", "http-pino.cjs"]) {
  test(`${file}: one request is one trace, and its pino lines carry the server span's ids`, async () => {
    const result = await run(file).ended;
    expect(result.stderr).toBe("");
    expect(result.code).toBe(0);

    const server = spanOfKind(SERVER);
    const client = spanOfKind(CLIENT);
    expect(client.parentSpanId).toBe("");
    expect(server).toMatchObject({ traceId: client.traceId, parentSpanId: client.spanId });
    expect(server.resource).toMatchObject({
      "service.name": "throughline-test-apps",
      "service.version": "7.8.9",
      "telemetry.sdk.language": "nodejs",
    });

    expect(receiver.logs).toHaveLength(3);
    const ids = { traceId: server.traceId, spanId: server.spanId };
    expect(logWith("handling /orders")).toMatchObject({
      ...ids,
      severityNumber: 9,
      severityText: "info",
      attributes: { component: "app", requestId: "r-1", items: 2, nested: { deep: true } },
    });
    expect(logWith("it failed")).toMatchObject({
      ...ids,
      severityNumber: 17,
      attributes: {
        requestId: "r-1",
        "exception.type": "TypeError",
        "exception.message": "no such thing",
        "exception.stacktrace": expect.stringContaining(file),
      },
    });
    expect(logWith("outside of any span")).toMatchObject({ traceId: "", severityNumber: 13 });
    // pino's own output goes on as before, and now names the trace too.
    const printed = result.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(printed).toHaveLength(3);
    expect(printed[1]).toMatchObject({ msg: "handling /orders", trace_id: server.traceId });
  });
}

for (const file of ["fastify.mjs", "fastify.cjs"]) {
  test(`${file}: the server span has the route and the exception its handler threw`, async () => {
    await run(file).ended;
    const servers = receiver.spans.filter(({ kind }) => kind === SERVER);
    expect(servers.map(({ name }) => name)).toEqual(["GET /orders/:id", "GET /orders/:id"]);
    const failed = servers.find(({ statusCode }) => statusCode === 2);
    expect(failed?.attributes["http.response.status_code"]).toBe(500);
    expect(failed?.eventNames).toEqual(["exception"]);
    const lines = receiver.logs.filter(({ body }) => body === "looking");
    expect(new Set(lines.map(({ spanId }) => spanId))).toEqual(
      new Set(servers.map(({ spanId }) => spanId)),
    );
  });
}

test("console calls are printed as before and become records with severity, attributes and exception", async () => {
  const [captured, plain] = await Promise.all([
    run("console.mjs").ended,
    startApp("console.mjs", {}, "nothing").ended,
  ]);
  expect(captured.stdout).toBe(plain.stdout);
  const frames = (text: string): string => text.replaceAll(/\n\s+at .*/g, "");
  expect(frames(captured.stderr)).toBe(frames(plain.stderr));

  expect(receiver.logs.map(({ severityNumber, body }) => [severityNumber, body])).toEqual([
    [9, "plain"],
    [9, "paid o-1"],
    [13, "from an object"],
    [17, "failed TypeError: x is not a function"],
    [5, "quiet 7"],
    [1, "where"],
  ]);
  expect(logWith("paid").attributes).toEqual({ amount: 5, card: { last4: "1111" } });
  expect(logWith("from an object").attributes).toMatchObject({ size: 3 });
  expect(logWith("failed").attributes).toMatchObject({
    "exception.type": "TypeError",
    "exception.stacktrace": expect.stringContaining("console.mjs"),
  });
});

test("process.exit keeps its code and the last lines are delivered, those of exit listeners too", async () => {
  const result = await run("exit.mjs").ended;
  expect(result).toMatchObject({ code: 3, stderr: "" });
  expect(receiver.logs.map(({ body }) => body)).toEqual([
    "the last line",
    "written by an exit listener",
  ]);
});

test("a crash keeps Node's message and code; its record and its unfinished spans are delivered", async () => {
  const result = await run("crash.mjs").ended;
  expect(result.code).toBe(1);
  expect(result.stderr).toContain("TypeError: kaboom in a request");
  const server = spanOfKind(SERVER);
  expect(server).toMatchObject({
    statusCode: 2,
    statusMessage: "process died: uncaughtException",
    attributes: { "throughline.span.unfinished": true },
  });
  expect(logWith("kaboom")).toMatchObject({
    severityNumber: 21,
    traceId: server.traceId,
    spanId: server.spanId,
    body: "Uncaught exception: TypeError: kaboom in a request",
    attributes: {
      "exception.type": "TypeError",
      "exception.message": "kaboom in a request",
      "exception.stacktrace": expect.stringContaining("crash.mjs"),
    },
  });
});

test("an unhandled rejection is recorded and still ends the process with code 1", async () => {
  const result = await run("reject.cjs").ended;
  expect(result.code).toBe(1);
  expect(result.stderr).toContain("RangeError: nobody waits for me");
  expect(logWith("Unhandled rejection")).toMatchObject({
    severityNumber: 21,
    attributes: {
      "exception.type": "RangeError",
      "throughline.crash.origin": "unhandledRejection",
    },
  });
  expect(logWith("before the rejection").severityNumber).toBe(9);
});

test("an application that handles uncaught exceptions lives on; the record is an error, not fatal", async () => {
  const result = await run("handles-crash.cjs").ended;
  expect(result.code).toBe(0);
  expect(logWith("not fatal").severityNumber).toBe(17);
  expect(logWith("handled, going on").severityNumber).toBe(9);
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`${signal} still ends the process as a signal does, after the last lines are delivered`, async () => {
    const app = run("waits.mjs");
    await app.saw("waiting");
    app.kill(signal);
    expect(await app.ended).toMatchObject({ code: null, signal });
    expect(logWith("waiting").severityNumber).toBe(9);
  });
}

test("an application with its own SIGTERM listener decides how it ends", async () => {
  const app = run("own-sigterm.mjs");
  await app.saw("waiting");
  app.kill("SIGTERM");
  expect(await app.ended).toMatchObject({ code: 42, signal: null });
  expect(logWith("closing").severityNumber).toBe(9);
});

test("with no collector the application ends as ever, soon, and says once what was lost", async () => {
  const app = run("http-pino.mjs", { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" });
  await app.saw("it failed");
  const finished = performance.now();
  const result = await app.ended;
  expect(result.code).toBe(0);
  expect(performance.now() - finished).toBeLessThan(4_500);
  const lines = result.stderr.trim().split("\n");
  expect(lines.at(-1)).toMatch(
    /^\[throughline\] 2 spans and 3 log records not delivered: http:\/\/127\.0\.0\.1:1: connect ECONNREFUSED/,
  );
  // The outage itself is told at most once, whichever signal meets it first.
  expect(lines.length).toBeLessThanOrEqual(2);
});

test("a collector that never answers costs a dying process its deadline and not more", async () => {
  receiver.behaviour = "stall";
  const app = run("waits.mjs", { THROUGHLINE_SDK_FLUSH_TIMEOUT_MS: "700" });
  await app.saw("waiting");
  const asked = performance.now();
  app.kill("SIGTERM");
  const result = await app.ended;
  expect(result.signal).toBe("SIGTERM");
  expect(performance.now() - asked).toBeLessThan(4_500);
  expect(result.stderr).toContain("1 log records not delivered: no answer in 700 ms");
});

test("what a collector could not take for a while arrives once it can, each line once", async () => {
  receiver.behaviour = "unavailable";
  const app = run("chatty.mjs", { OTEL_BLRP_SCHEDULE_DELAY: "100" });
  await app.saw("line 30\n");
  expect(receiver.logs).toEqual([]);
  receiver.behaviour = "accept";
  const result = await app.ended;
  expect(result.code).toBe(0);
  expect(result.stderr.match(/cannot reach the collector/g)).toHaveLength(1);
  expect(receiver.logs.map(({ body }) => body)).toEqual(
    Array.from({ length: 60 }, (_, index) => `line ${index + 1}`),
  );
});

test("a busy collector is asked again after the pause it names, not sooner and not much later", async () => {
  receiver.behaviour = "busy";
  const app = run("chatty.mjs", { OTEL_BLRP_SCHEDULE_DELAY: "50", TEST_LINES: "24" });
  await app.saw("line 20\n");
  // Own pauses would have been 1 s and 2 s: one call. Pauses of 300 ms make three or more of about a second.
  expect(receiver.errorsAnswered).toBeGreaterThanOrEqual(2);
  expect(receiver.errorsAnswered).toBeLessThanOrEqual(5);
  receiver.behaviour = "accept";
  await app.ended;
  expect(receiver.logs).toHaveLength(24);
});

test("a batch that is too large for the collector is not sent for ever", async () => {
  receiver.behaviour = "too-large";
  const result = await run("console.mjs", { THROUGHLINE_SDK_REPORT: "true" }).ended;
  expect(result.stderr.match(/refused telemetry: .*RESOURCE_EXHAUSTED/g)).toHaveLength(1);
  expect(result.stderr).toContain("6 recorded, 6 sent, 0 acked, 6 refused");
});

test("what a collector refuses for good is not sent again, and one line says so", async () => {
  receiver.behaviour = "invalid";
  const result = await run("console.mjs").ended;
  expect(result.stderr.match(/refused telemetry: .*INVALID_ARGUMENT/g)).toHaveLength(1);
  expect(result.stderr).not.toContain("not delivered");
});

test("OTEL_EXPORTER_OTLP_PROTOCOL chooses HTTP, at process.exit too", async () => {
  const http = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.httpEndpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
  };
  await Promise.all([run("http-pino.cjs", http).ended, run("exit.mjs", http).ended]);
  expect(receiver.spans).toHaveLength(2);
  expect(receiver.logs).toHaveLength(5);
});

test("http/json is OTLP as JSON, at process.exit too", async () => {
  const json = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.httpEndpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
  };
  await Promise.all([run("http-pino.mjs", json).ended, run("exit.mjs", json).ended]);
  const text = JSON.stringify(receiver.jsonRequests);
  for (const expected of ["resourceSpans", "resourceLogs", "it failed", "the last line"]) {
    expect(text).toContain(expected);
  }
});

test("OTEL_SDK_DISABLED and OTEL_LOGS_EXPORTER=none are obeyed", async () => {
  await run("http-pino.mjs", { OTEL_SDK_DISABLED: "true" }).ended;
  expect([receiver.spans, receiver.logs]).toEqual([[], []]);
  await run("http-pino.mjs", { OTEL_LOGS_EXPORTER: "none" }).ended;
  expect(receiver.spans).toHaveLength(2);
  expect(receiver.logs).toEqual([]);
});

test("the environment names the service and the instrumentations", async () => {
  await run("http-pino.mjs", {
    OTEL_SERVICE_NAME: "named-by-hand",
    OTEL_RESOURCE_ATTRIBUTES: "service.version=2.0.0,team=blue",
    OTEL_NODE_DISABLED_INSTRUMENTATIONS: "undici,pino",
  }).ended;
  expect(receiver.spans.map(({ kind }) => kind)).toEqual([SERVER]);
  expect(receiver.logs).toEqual([]);
  expect(receiver.spans[0]?.resource).toMatchObject({
    "service.name": "named-by-hand",
    "service.version": "2.0.0",
    team: "blue",
  });
});

test("metrics are sent only where OTEL_METRICS_EXPORTER asks for them", async () => {
  await run("http-pino.cjs").ended;
  expect(receiver.metricRequests).toEqual([]);
  await run("http-pino.cjs", { OTEL_METRICS_EXPORTER: "otlp" }).ended;
  expect(receiver.metricRequests.length).toBeGreaterThan(0);
});

test("a pino transport's lines are recorded once, by the thread that logs", async () => {
  const result = await run("pino-transport.mjs").ended;
  expect(JSON.parse(result.stdout)).toMatchObject({ msg: "through a transport" });
  expect(logWith("through a transport").attributes).toMatchObject({ items: 1 });
});

test("start() in code does what the flag does, and its handle flushes and counts", async () => {
  const result = await startApp(
    "start-in-code.mjs",
    { TEST_ENDPOINT: receiver.grpcEndpoint },
    "nothing",
  ).ended;
  expect(result).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(result.stdout.trim().split("\n").at(-1) ?? "")).toMatchObject({
    same: true,
    flushed: true,
    counters: { spans: { delivered: 2 }, logRecords: { delivered: 1 } },
  });
  const server = spanOfKind(SERVER);
  expect(server.resource).toMatchObject({ "service.name": "by-code", team: "blue" });
  expect(logWith("inside")).toMatchObject({ traceId: server.traceId, spanId: server.spanId });
});
