/**
 * Goal: what a user does, works. Method: real applications as child processes, started with the one flag, sending to a real
 * gRPC server in this process whose decoder is not the exporter's library.
 */
import { expect } from "vitest";
import { appTest } from "./testing/app-suite.ts";
import { startApp } from "./testing/run-app.ts";

const SERVER = 2;
const CLIENT = 3;

for (const file of ["http-pino.mjs", "http-pino.cjs"]) {
  appTest.concurrent(
    `${file}: one request is one trace, and its pino lines carry the server span's ids`,
    async ({ suite }) => {
      const result = await suite.run(file).ended;
      expect(result.stderr).toBe("");
      expect(result.code).toBe(0);

      const server = suite.spanOfKind(SERVER);
      const client = suite.spanOfKind(CLIENT);
      expect(client.parentSpanId).toBe("");
      expect(server).toMatchObject({ traceId: client.traceId, parentSpanId: client.spanId });
      expect(server.resource).toMatchObject({
        "service.name": "throughline-test-apps",
        "service.version": "7.8.9",
        "telemetry.sdk.language": "nodejs",
      });

      expect(suite.receiver.logs).toHaveLength(3);
      const ids = { traceId: server.traceId, spanId: server.spanId };
      expect(suite.logWith("handling /orders")).toMatchObject({
        ...ids,
        severityNumber: 9,
        severityText: "info",
        attributes: { component: "app", requestId: "r-1", items: 2, nested: { deep: true } },
      });
      expect(suite.logWith("it failed")).toMatchObject({
        ...ids,
        severityNumber: 17,
        attributes: {
          requestId: "r-1",
          "exception.type": "TypeError",
          "exception.message": "no such thing",
          "exception.stacktrace": expect.stringContaining(file),
        },
      });
      expect(suite.logWith("outside of any span")).toMatchObject({
        traceId: "",
        severityNumber: 13,
      });
      // pino's own output goes on as before, and now names the trace too.
      const printed = result.stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(printed).toHaveLength(3);
      expect(printed[1]).toMatchObject({ msg: "handling /orders", trace_id: server.traceId });
    },
  );
}

for (const file of ["fastify.mjs", "fastify.cjs"]) {
  appTest.concurrent(
    `${file}: the server span has the route and the exception its handler threw`,
    async ({ suite }) => {
      await suite.run(file).ended;
      const servers = suite.receiver.spans
        .filter(({ kind }) => kind === SERVER)
        .toSorted((a, b) => a.start - b.start);
      expect(new Set(servers.map(({ name }) => name))).toEqual(new Set(["GET /orders/:id"]));
      // What the client did wrong is no error of the server.
      expect(
        servers.map(({ attributes, statusCode, statusMessage, eventNames }) => [
          attributes["http.response.status_code"],
          statusCode,
          statusMessage,
          eventNames,
        ]),
      ).toEqual([
        [200, 0, "", []],
        [500, 2, "no such order", ["exception"]],
        [401, 0, "", ["exception"]],
      ]);
      const lines = suite.receiver.logs.filter(({ body }) => body === "looking");
      expect(new Set(lines.map(({ spanId }) => spanId))).toEqual(
        new Set(servers.map(({ spanId }) => spanId)),
      );
    },
  );
}

appTest.concurrent(
  "console calls are printed as before and become records with severity, attributes and exception",
  async ({ suite }) => {
    const [captured, plain] = await Promise.all([
      suite.run("console.mjs").ended,
      startApp("console.mjs", {}, "nothing").ended,
    ]);
    expect(captured.stdout).toBe(plain.stdout);
    const frames = (text: string): string => text.replaceAll(/\n\s+at .*/g, "");
    expect(frames(captured.stderr)).toBe(frames(plain.stderr));

    expect(suite.receiver.logs.map(({ severityNumber, body }) => [severityNumber, body])).toEqual([
      [9, "plain"],
      [9, "paid o-1"],
      [13, "from an object"],
      [17, "failed TypeError: x is not a function"],
      [5, "quiet 7"],
      [1, "where"],
    ]);
    expect(suite.logWith("paid").attributes).toEqual({ amount: 5, card: { last4: "1111" } });
    expect(suite.logWith("from an object").attributes).toMatchObject({ size: 3 });
    expect(suite.logWith("failed").attributes).toMatchObject({
      "exception.type": "TypeError",
      "exception.stacktrace": expect.stringContaining("console.mjs"),
    });
  },
);

appTest.concurrent(
  "process.exit keeps its code and the last lines are delivered, those of exit listeners too",
  async ({ suite }) => {
    const result = await suite.run("exit.mjs").ended;
    expect(result).toMatchObject({ code: 3, stderr: "" });
    expect(suite.receiver.logs.map(({ body }) => body)).toEqual([
      "the last line",
      "written by an exit listener",
    ]);
  },
);

appTest.concurrent(
  "a crash keeps Node's message and code; its record and its unfinished spans are delivered",
  async ({ suite }) => {
    const result = await suite.run("crash.mjs").ended;
    expect(result.code).toBe(1);
    expect(result.stderr).toContain("TypeError: kaboom in a request");
    const server = suite.spanOfKind(SERVER);
    expect(server).toMatchObject({
      statusCode: 2,
      statusMessage: "process died: uncaughtException",
      attributes: { "throughline.span.unfinished": true },
    });
    expect(suite.logWith("kaboom")).toMatchObject({
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
  },
);

appTest.concurrent(
  "an unhandled rejection is recorded and still ends the process with code 1",
  async ({ suite }) => {
    const result = await suite.run("reject.cjs").ended;
    expect(result.code).toBe(1);
    expect(result.stderr).toContain("RangeError: nobody waits for me");
    expect(suite.logWith("Unhandled rejection")).toMatchObject({
      severityNumber: 21,
      attributes: {
        "exception.type": "RangeError",
        "throughline.crash.origin": "unhandledRejection",
      },
    });
    expect(suite.logWith("before the rejection").severityNumber).toBe(9);
  },
);

appTest.concurrent(
  "an application that handles uncaught exceptions lives on; the record is an error, not fatal",
  async ({ suite }) => {
    const result = await suite.run("handles-crash.cjs").ended;
    expect(result.code).toBe(0);
    expect(suite.logWith("not fatal").severityNumber).toBe(17);
    expect(suite.logWith("handled, going on").severityNumber).toBe(9);
  },
);

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  appTest.concurrent(
    `${signal} still ends the process as a signal does, after the last lines are delivered`,
    async ({ suite }) => {
      const app = suite.run("waits.mjs");
      await app.saw("waiting");
      app.kill(signal);
      expect(await app.ended).toMatchObject({ code: null, signal });
      expect(suite.logWith("waiting").severityNumber).toBe(9);
    },
  );
}

appTest.concurrent(
  "an application with its own SIGTERM listener decides how it ends",
  async ({ suite }) => {
    const app = suite.run("own-sigterm.mjs");
    await app.saw("waiting");
    app.kill("SIGTERM");
    expect(await app.ended).toMatchObject({ code: 42, signal: null });
    // Perhaps twice: the flush that the signal began may be unanswered when the application exits.
    expect(suite.receiver.logs.map(({ body }) => body)).toContain("closing");
  },
);

appTest(
  "with no collector the application ends as ever, soon, and says once what was lost",
  async ({ suite }) => {
    const app = suite.run("http-pino.mjs", { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" });
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
  },
);

appTest(
  "a collector that never answers costs a dying process its deadline and not more",
  async ({ suite }) => {
    suite.receiver.behaviour = "stall";
    const app = suite.run("waits.mjs", { THROUGHLINE_SDK_FLUSH_TIMEOUT_MS: "700" });
    await app.saw("waiting");
    const asked = performance.now();
    app.kill("SIGTERM");
    const result = await app.ended;
    expect(result.signal).toBe("SIGTERM");
    expect(performance.now() - asked).toBeLessThan(4_500);
    expect(result.stderr).toContain("1 log records not delivered: no answer in 700 ms");
  },
);

appTest(
  "what a collector could not take for a while arrives once it can, each line once",
  async ({ suite }) => {
    suite.receiver.behaviour = "unavailable";
    const app = suite.run("chatty.mjs", { OTEL_BLRP_SCHEDULE_DELAY: "100" });
    await app.saw("line 30\n");
    expect(suite.receiver.logs).toEqual([]);
    suite.receiver.behaviour = "accept";
    const result = await app.ended;
    expect(result.code).toBe(0);
    expect(result.stderr.match(/cannot reach the collector/g)).toHaveLength(1);
    expect(suite.receiver.logs.map(({ body }) => body)).toEqual(
      Array.from({ length: 60 }, (_, index) => `line ${index + 1}`),
    );
  },
);

appTest(
  "a busy collector is asked again after the pause it names, not sooner and not much later",
  async ({ suite }) => {
    suite.receiver.behaviour = "busy";
    const app = suite.run("chatty.mjs", { OTEL_BLRP_SCHEDULE_DELAY: "50", TEST_LINES: "24" });
    await app.saw("line 20\n");
    // Own pauses would have been 1 s and 2 s: one call. Pauses of 300 ms make three or more of about a second.
    expect(suite.receiver.errorsAnswered).toBeGreaterThanOrEqual(2);
    expect(suite.receiver.errorsAnswered).toBeLessThanOrEqual(5);
    suite.receiver.behaviour = "accept";
    await app.ended;
    expect(suite.receiver.logs).toHaveLength(24);
  },
);

appTest.concurrent(
  "a batch that is too large for the collector is not sent for ever",
  async ({ suite }) => {
    suite.receiver.behaviour = "too-large";
    const result = await suite.run("console.mjs", { THROUGHLINE_SDK_REPORT: "true" }).ended;
    expect(result.stderr.match(/refused telemetry: .*RESOURCE_EXHAUSTED/g)).toHaveLength(1);
    expect(result.stderr).toContain("6 recorded, 6 sent, 0 acked, 6 refused");
  },
);

appTest.concurrent(
  "what a collector refuses for good is not sent again, and one line says so",
  async ({ suite }) => {
    suite.receiver.behaviour = "invalid";
    const result = await suite.run("console.mjs").ended;
    expect(result.stderr.match(/refused telemetry: .*INVALID_ARGUMENT/g)).toHaveLength(1);
    expect(result.stderr).not.toContain("not delivered");
  },
);

appTest.concurrent(
  "OTEL_EXPORTER_OTLP_PROTOCOL chooses HTTP, at process.exit too",
  async ({ suite }) => {
    const http = {
      OTEL_EXPORTER_OTLP_ENDPOINT: suite.receiver.httpEndpoint,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
    };
    await Promise.all([suite.run("http-pino.cjs", http).ended, suite.run("exit.mjs", http).ended]);
    expect(suite.receiver.spans).toHaveLength(2);
    expect(suite.receiver.logs).toHaveLength(5);
  },
);

appTest.concurrent("http/json is OTLP as JSON, at process.exit too", async ({ suite }) => {
  const json = {
    OTEL_EXPORTER_OTLP_ENDPOINT: suite.receiver.httpEndpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
  };
  await Promise.all([suite.run("http-pino.mjs", json).ended, suite.run("exit.mjs", json).ended]);
  const text = JSON.stringify(suite.receiver.jsonRequests);
  for (const expected of ["resourceSpans", "resourceLogs", "it failed", "the last line"]) {
    expect(text).toContain(expected);
  }
});

appTest.concurrent(
  "OTEL_SDK_DISABLED and OTEL_LOGS_EXPORTER=none are obeyed",
  async ({ suite }) => {
    await suite.run("http-pino.mjs", { OTEL_SDK_DISABLED: "true" }).ended;
    expect([suite.receiver.spans, suite.receiver.logs]).toEqual([[], []]);
    await suite.run("http-pino.mjs", { OTEL_LOGS_EXPORTER: "none" }).ended;
    expect(suite.receiver.spans).toHaveLength(2);
    expect(suite.receiver.logs).toEqual([]);
  },
);

appTest.concurrent(
  "the environment names the service and the instrumentations",
  async ({ suite }) => {
    await suite.run("http-pino.mjs", {
      OTEL_SERVICE_NAME: "named-by-hand",
      OTEL_RESOURCE_ATTRIBUTES: "service.version=2.0.0,team=blue",
      OTEL_NODE_DISABLED_INSTRUMENTATIONS: "undici,pino",
    }).ended;
    expect(suite.receiver.spans.map(({ kind }) => kind)).toEqual([SERVER]);
    expect(suite.receiver.logs).toEqual([]);
    expect(suite.receiver.spans[0]?.resource).toMatchObject({
      "service.name": "named-by-hand",
      "service.version": "2.0.0",
      team: "blue",
    });
  },
);

appTest.concurrent(
  "metrics are sent only where OTEL_METRICS_EXPORTER asks for them",
  async ({ suite }) => {
    await suite.run("http-pino.cjs").ended;
    expect(suite.receiver.metricRequests).toEqual([]);
    await suite.run("http-pino.cjs", { OTEL_METRICS_EXPORTER: "otlp" }).ended;
    expect(suite.receiver.metricRequests.length).toBeGreaterThan(0);
  },
);

appTest.concurrent(
  "a pino transport's lines are recorded once, by the thread that logs",
  async ({ suite }) => {
    const result = await suite.run("pino-transport.mjs").ended;
    expect(JSON.parse(result.stdout)).toMatchObject({ msg: "through a transport" });
    expect(suite.logWith("through a transport").attributes).toMatchObject({ items: 1 });
  },
);

appTest.concurrent(
  "start() in code does what the flag does, and its handle flushes and counts",
  async ({ suite }) => {
    const result = await startApp(
      "start-in-code.mjs",
      { TEST_ENDPOINT: suite.receiver.grpcEndpoint },
      "nothing",
    ).ended;
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(result.stdout.trim().split("\n").at(-1) ?? "")).toMatchObject({
      same: true,
      flushed: true,
      counters: { spans: { delivered: 2 }, logRecords: { delivered: 1 } },
    });
    const server = suite.spanOfKind(SERVER);
    expect(server.resource).toMatchObject({ "service.name": "by-code", team: "blue" });
    expect(suite.logWith("inside")).toMatchObject({
      traceId: server.traceId,
      spanId: server.spanId,
    });
  },
);
