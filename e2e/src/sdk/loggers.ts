/** Whatever an application logs with, and wherever: winston, bunyan, console, threads, processes. */
import { describe, expect, test } from "vitest";
import type { StoredRequests } from "../stored-requests.ts";
import type { Rig } from "./rig.ts";

/** The one server span's ids, as its lines must have them. */
function requestOf({ spans }: StoredRequests): { TraceId: string; SpanId: string } {
  const [server, ...others] = spans.filter(({ SpanKind }) => SpanKind === "Server");
  expect(others).toEqual([]);
  return { TraceId: server?.TraceId ?? "", SpanId: server?.SpanId ?? "" };
}

/** By text: loggers write milliseconds, and lines of one have no order. */
function lineOf({ logs }: StoredRequests, body: string) {
  return logs.find(({ Body }) => Body.includes(body));
}

export function describeLoggers(rig: Rig): void {
  describe.concurrent.each(["mjs", "cjs"])("%s", (kind) => {
    test("winston: levels, metadata, errors and child loggers", async () => {
      const found = await rig.storedOf(rig.start(`winston.${kind}`), 2, 6);
      const ids = requestOf(found);
      const failed = { "exception.stacktrace": expect.stringContaining(`winston.${kind}`) };
      expect(found.logs).toHaveLength(6);
      for (const [body, severity, attributes] of [
        ["handling /orders", 9, { requestId: "r-1", items: "2", nested: '{"deep":true}' }],
        ["it failed", 17, { ...failed, "exception.type": "TypeError" }],
        ["thrown as it is", 17, { ...failed, "exception.type": "RangeError" }],
        ["as one object", 13, { size: "3" }],
        ["said more", 6, { requestId: "r-1" }],
      ] as const) {
        expect(lineOf(found, body)).toMatchObject({
          ...ids,
          SeverityNumber: severity,
          LogAttributes: attributes,
        });
      }
      expect(lineOf(found, "outside of any span")).toMatchObject({
        TraceId: "",
        SeverityNumber: 13,
        LogAttributes: { component: "app" },
      });
    });

    test("bunyan: levels, fields, errors and child loggers", async () => {
      const found = await rig.storedOf(rig.start(`bunyan.${kind}`), 2, 4);
      const ids = requestOf(found);
      expect(found.logs).toHaveLength(4);
      for (const [body, severity, attributes] of [
        ["handling /orders", "info", { requestId: "r-1", items: "2", nested: '{"deep":true}' }],
        ["it failed", "error", { "exception.type": "TypeError" }],
        ["it is over", "fatal", { "exception.type": "RangeError", "exception.message": "worse" }],
      ] as const) {
        expect(lineOf(found, body)).toMatchObject({
          ...ids,
          SeverityText: severity,
          LogAttributes: attributes,
        });
      }
      expect(lineOf(found, "outside of any span")).toMatchObject({
        TraceId: "",
        SeverityText: "warn",
        LogAttributes: { component: "app" },
      });
    });

    test("lines written past every logger, where that is asked for", async () => {
      const environment = { THROUGHLINE_SDK_CAPTURE_STDOUT: "true" };
      const application = rig.start(`output.${kind}`, { environment });
      expect((await application.ended).code).toBe(0);
      const found = await rig.stored(application.service, 2, 14);
      const ids = requestOf(found);
      expect(found.logs).toHaveLength(14);
      const byHand = lineOf(found, "[ERROR] by hand");
      expect(byHand).toMatchObject({ ...ids, SeverityText: "error" });
      expect(lineOf(found, "as JSON")).toMatchObject({ ...ids, LogAttributes: { items: "2" } });
      expect(lineOf(found, "by pino to stdout")).toMatchObject(ids);
    });

    test("worker threads and forked processes, each an instance of the service", async () => {
      const { logs } = await rig.storedOf(rig.start(`workers.${kind}`), 0, 3);
      expect(logs.map(({ Body }) => Body).toSorted()).toEqual(["forked", "in a worker", "main"]);
      const instances = logs.map(
        ({ ResourceAttributes }) => ResourceAttributes["service.instance.id"],
      );
      expect(new Set(instances).size).toBe(3);
    });

    test("cluster: each request is one trace from the primary into a worker", async () => {
      const { spans, logs } = await rig.storedOf(rig.start(`cluster.${kind}`), 8, 4);
      expect([spans.length, logs.length]).toEqual([8, 4]);
      const servers = spans.filter(({ SpanKind }) => SpanKind === "Server");
      expect(servers).toHaveLength(4);
      expect(logs.map(({ TraceId, SpanId }) => TraceId + SpanId).toSorted()).toEqual(
        servers.map(({ TraceId, SpanId }) => TraceId + SpanId).toSorted(),
      );
      for (const server of servers) {
        const caller = spans.find(({ SpanId }) => SpanId === server.ParentSpanId);
        expect(caller?.TraceId).toBe(server.TraceId);
        const pids = [caller, server].map((span) => span?.ResourceAttributes["process.pid"]);
        expect(new Set(pids).size).toBe(2);
      }
    });
  });

  test("a pino transport, which writes in a thread of its own", async () => {
    const { logs } = await rig.storedOf(rig.start("pino-transport.mjs"), 0, 1);
    expect(logs).toMatchObject([{ Body: "through a transport", LogAttributes: { items: "1" } }]);
  });
}
