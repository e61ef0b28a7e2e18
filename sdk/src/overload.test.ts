/** Goal: a collector that is away, slow or too small costs the application nothing, and every item is accounted for. */
import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { appTest } from "./testing/app-suite.ts";
import { startApp } from "./testing/run-app.ts";

const NOBODY = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" };
for (const file of ["http-pino.mjs", "http-pino.cjs"]) {
  appTest.concurrent(
    `${file}: what could not be delivered at exit is delivered by the next start, as its own process said it`,
    async ({ suite }) => {
      const first = await suite.run(file, { ...NOBODY, THROUGHLINE_SDK_SPOOL_DIR: suite.spool })
        .ended;
      expect(first.code).toBe(0);
      expect(first.stderr).toContain(
        `2 spans and 3 log records kept in ${suite.spool} for the next start`,
      );
      expect(readdirSync(suite.spool)).toHaveLength(2);
      expect(statSync(join(suite.spool, readdirSync(suite.spool)[0]!)).mode & 0o077).toBe(0);

      const second = await suite.run("sampled.cjs", {
        THROUGHLINE_SDK_SPOOL_DIR: suite.spool,
        THROUGHLINE_SDK_REPORT: "1",
        OTEL_SERVICE_NAME: "second",
      }).ended;
      expect(second.stderr).toContain("from the spool directory: 5 acked, 0 refused");
      expect(readdirSync(suite.spool)).toEqual([]);
      const line = suite.logWith("it failed");
      const server = suite.receiver.spans.find(({ spanId }) => spanId === line.spanId);
      expect(server).toMatchObject({ traceId: line.traceId, name: "GET" });
      expect(line.resource["service.name"]).toBe("throughline-test-apps");
      expect(line.attributes).toMatchObject({ requestId: "r-1", "exception.type": "TypeError" });
      expect(suite.logWith("outside of any span").resource["process.pid"]).toBe(
        server?.resource["process.pid"],
      );
    },
  );
}

appTest.concurrent(
  "process.exit spools too, and a spool file nobody can read is set aside, not lost and not in the way",
  async ({ suite }) => {
    const first = await suite.run("exit.mjs", { ...NOBODY, THROUGHLINE_SDK_SPOOL_DIR: suite.spool })
      .ended;
    expect(first.code).toBe(3);
    expect(first.stderr).toContain("2 log records kept in");
    writeFileSync(join(suite.spool, "0-broken.logs.spool"), "not a batch");
    const second = await suite.run("console.mjs", { THROUGHLINE_SDK_SPOOL_DIR: suite.spool }).ended;
    expect(second.stderr).toContain("0-broken.logs.spool set aside");
    expect(readdirSync(suite.spool)).toEqual(["0-broken.logs.spool.unreadable"]);
    expect(suite.logWith("the last line").severityNumber).toBe(9);
  },
);

for (const file of ["burst.mjs", "burst.cjs"]) {
  appTest.concurrent(
    `${file}: a queue that is too small keeps the errors and counts by severity what it drops`,
    async ({ suite }) => {
      const result = await suite.run(file, {
        OTEL_BLRP_MAX_QUEUE_SIZE: "300",
        OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: "100",
        THROUGHLINE_SDK_REPORT: "1",
      }).ended;
      const { logs } = suite.receiver;
      expect(logs).toHaveLength(300);
      expect(logs.filter(({ body }) => body === "error")).toHaveLength(20);
      expect(logs.filter(({ body }) => body === "news")).toHaveLength(280);
      expect(result.stderr).toContain(
        "log records: 2000 recorded, 300 sent, 300 acked, 0 refused, 0 spooled, 1700 dropped (1000 debug, 700 info)",
      );
    },
  );
}

appTest.concurrent(
  "with a spool directory an overflow is written down and sent later: nothing is lost",
  async ({ suite }) => {
    const result = await suite.run("burst.cjs", {
      OTEL_BLRP_MAX_QUEUE_SIZE: "1000",
      OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: "600",
      THROUGHLINE_SDK_SPOOL_DIR: suite.spool,
      THROUGHLINE_SDK_REPORT: "1",
    }).ended;
    expect(result.stderr).toContain("1000 spooled, 0 dropped");
    await suite.run("exit.mjs", { THROUGHLINE_SDK_SPOOL_DIR: suite.spool }).ended;
    await suite.run("console.mjs", { THROUGHLINE_SDK_SPOOL_DIR: suite.spool }).ended;
    expect(readdirSync(suite.spool)).toEqual([]);
    const numbers = suite.receiver.logs.map(({ attributes }) => attributes["line"]);
    expect(new Set(numbers.filter((each) => each !== undefined)).size).toBe(2000);
  },
);

appTest.concurrent(
  "a spool directory keeps its limit and says what did not fit",
  async ({ suite }) => {
    const result = await suite.run("burst.mjs", {
      ...NOBODY,
      THROUGHLINE_SDK_SPOOL_DIR: suite.spool,
      THROUGHLINE_SDK_SPOOL_BYTES_MAX: "600000",
      THROUGHLINE_SDK_REPORT: "1",
    }).ended;
    const sizes = readdirSync(suite.spool).map((name) => statSync(join(suite.spool, name)).size);
    expect(sizes.length).toBeGreaterThan(0);
    expect(sizes.reduce((total, size) => total + size, 0)).toBeLessThanOrEqual(600_000);
    const [, spooled, dropped] =
      /log records: .* (\d+) spooled, (\d+) dropped/.exec(result.stderr) ?? [];
    expect(Number(spooled)).toBeGreaterThan(0);
    expect(Number(spooled) + Number(dropped)).toBe(2000);
  },
);

appTest.concurrent(
  "a spool directory that cannot be made is told once, and the application goes on without",
  async ({ suite }) => {
    const result = await suite.run("console.mjs", { THROUGHLINE_SDK_SPOOL_DIR: "/dev/null/spool" })
      .ended;
    expect(result.code).toBe(0);
    expect(result.stderr).toContain("THROUGHLINE_SDK_SPOOL_DIR=/dev/null/spool cannot be used");
    expect(suite.receiver.logs).toHaveLength(6);
  },
);

for (const file of ["cost.mjs", "cost.cjs"]) {
  appTest(
    `${file}: with the collector stalled a log call costs microseconds, and memory stays bounded`,
    async ({ suite }) => {
      suite.receiver.behaviour = "stall";
      const result = await suite.run(file, {
        NODE_OPTIONS: "--expose-gc",
        THROUGHLINE_SDK_FLUSH_TIMEOUT_MS: "0",
      }).ended;
      expect(result.stderr).toContain("not delivered: no time was given to deliver it");
      const { p99Us, grownBytes } = JSON.parse(result.stdout);
      expect(p99Us).toBeLessThanOrEqual(20);
      expect(grownBytes).toBeLessThan(8_000_000);
    },
  );
}

appTest.concurrent(
  "a shutdown in code spools what could not be delivered as well",
  async ({ suite }) => {
    const environment = {
      TEST_ENDPOINT: "http://127.0.0.1:1",
      THROUGHLINE_SDK_SPOOL_DIR: suite.spool,
    };
    const result = await startApp("start-in-code.mjs", environment, "nothing").ended;
    expect(result.code).toBe(0);
    expect(result.stderr).toContain(
      `2 spans and 1 log records kept in ${suite.spool} for the next start`,
    );
    expect(readdirSync(suite.spool)).toHaveLength(2);
  },
);

appTest.concurrent(
  "THROUGHLINE_SDK_REPORT says what became of everything, also at process.exit",
  async ({ suite }) => {
    const report = { THROUGHLINE_SDK_REPORT: "1" };
    const ended = await suite.run("http-pino.cjs", report).ended;
    expect(ended.stderr).toBe(
      [
        "[throughline] spans: 2 recorded, 2 sent, 2 acked, 0 refused, 0 spooled, 0 dropped",
        "[throughline] log records: 3 recorded, 3 sent, 3 acked, 0 refused, 0 spooled, 0 dropped",
        "",
      ].join("\n"),
    );
    const exited = await suite.run("exit.mjs", report).ended;
    expect(exited.stderr).toContain("log records: 2 recorded, 2 sent, 2 acked");
  },
);
