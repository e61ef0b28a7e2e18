/** Goal: whatever an application logs with, its lines know their request. Method: as register.test.ts. */
import { expect } from "vitest";
import { appTest, type AppSuite } from "./testing/app-suite.ts";

const SERVER = 2;

function requestIds(suite: AppSuite): { traceId: string; spanId: string } {
  const [server] = suite.receiver.spans.filter(({ kind }) => kind === SERVER);
  return { traceId: server!.traceId, spanId: server!.spanId };
}

for (const file of ["winston.mjs", "winston.cjs"]) {
  appTest.concurrent(
    `${file}: levels, metadata, errors and child loggers become records of their request`,
    async ({ suite }) => {
      const result = await suite.run(file).ended;
      expect(result).toMatchObject({ code: 0, stderr: "" });
      const ids = requestIds(suite);
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
          "exception.type": "TypeError",
          "exception.message": "no such thing",
          "exception.stacktrace": expect.stringContaining(file),
        },
      });
      expect(suite.logWith("thrown as it is").attributes).toMatchObject({
        "exception.type": "RangeError",
      });
      expect(suite.logWith("as one object")).toMatchObject({
        severityNumber: 13,
        attributes: { size: 3 },
      });
      expect(suite.logWith("said more")).toMatchObject({ ...ids, severityNumber: 6 });
      expect(suite.logWith("outside of any span")).toMatchObject({
        traceId: "",
        severityNumber: 13,
      });
      expect(suite.receiver.logs).toHaveLength(6);
      expect(suite.receiver.logs[1]?.attributes).not.toHaveProperty("trace_id");
      const printed = lines(result.stdout);
      expect(printed).toHaveLength(6);
      expect(printed[1]).toMatchObject({ message: "handling /orders", trace_id: ids.traceId });
    },
  );
}

for (const file of ["bunyan.mjs", "bunyan.cjs"]) {
  appTest.concurrent(
    `${file}: levels, fields, errors and child loggers become records of their request`,
    async ({ suite }) => {
      const result = await suite.run(file).ended;
      expect(result).toMatchObject({ code: 0, stderr: "" });
      const ids = requestIds(suite);
      expect(suite.logWith("handling /orders")).toMatchObject({
        ...ids,
        severityNumber: 9,
        severityText: "info",
        attributes: { component: "app", requestId: "r-1", items: 2, nested: { deep: true } },
      });
      expect(suite.logWith("it failed")).toMatchObject({
        ...ids,
        severityNumber: 17,
        attributes: { "exception.type": "TypeError", "exception.message": "no such thing" },
      });
      expect(suite.logWith("it is over")).toMatchObject({
        severityNumber: 21,
        attributes: { "exception.type": "RangeError" },
      });
      expect(suite.logWith("outside of any span").traceId).toBe("");
      expect(suite.receiver.logs).toHaveLength(4);
      expect(lines(result.stdout)[1]).toMatchObject({ trace_id: ids.traceId });
    },
  );
}

appTest.concurrent(
  "THROUGHLINE_SDK_LOG_IDS=false leaves every logger's own output as it was",
  async ({ suite }) => {
    const results = ["winston.cjs", "bunyan.mjs", "http-pino.mjs"].map(
      (file) => suite.run(file, { THROUGHLINE_SDK_LOG_IDS: "false" }).ended,
    );
    for (const { stdout } of await Promise.all(results)) {
      expect(stdout).toContain("handling");
      expect(stdout).not.toContain("trace_id");
    }
    const records = suite.receiver.logs.filter(({ body }) => String(body).startsWith("handling"));
    expect(records).toHaveLength(3);
    for (const { traceId } of records) expect(traceId).toMatch(/^[0-9a-f]{32}$/);
  },
);

for (const file of ["workers.mjs", "workers.cjs"]) {
  appTest.concurrent(
    `${file}: worker threads and forked processes are covered without a word`,
    async ({ suite }) => {
      const result = await suite.run(file).ended;
      expect(result.stderr).toBe("");
      expect(suite.receiver.logs.map(({ body }) => String(body)).toSorted()).toEqual([
        "forked",
        "in a worker",
        "main",
      ]);
      const instances = suite.receiver.logs.map(({ resource }) => resource["service.instance.id"]);
      expect(new Set(instances).size).toBe(3);
    },
  );
}

for (const file of ["cluster.mjs", "cluster.cjs"]) {
  appTest.concurrent(
    `${file}: each request is one trace from the primary into a cluster's worker`,
    async ({ suite }) => {
      const result = await suite.run(file).ended;
      expect(result).toMatchObject({ code: 0, stderr: "" });
      const { spans, logs } = suite.receiver;
      const servers = spans.filter(({ kind }) => kind === SERVER);
      expect(servers).toHaveLength(4);
      expect(logs.map(({ spanId }) => spanId).toSorted()).toEqual(
        servers.map(({ spanId }) => spanId).toSorted(),
      );
      for (const server of servers) {
        const caller = spans.find(({ spanId }) => spanId === server.parentSpanId);
        expect(caller?.traceId).toBe(server.traceId);
        expect(caller?.resource["process.pid"]).not.toBe(server.resource["process.pid"]);
      }
    },
  );
}

function lines(stdout: string): readonly unknown[] {
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}
