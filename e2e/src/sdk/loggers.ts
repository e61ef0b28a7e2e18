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

export function describeLoggers(rig: Rig): void {
  describe.concurrent.each(["mjs", "cjs"])("%s", (kind) => {
    test("winston: levels, metadata, errors and child loggers", async () => {
      const found = await rig.storedOf(rig.start(`winston.${kind}`), 2, 6);
      const ids = requestOf(found);
      const failed = { "exception.stacktrace": expect.stringContaining(`winston.${kind}`) };
      expect(found.logs.map(({ SeverityNumber, Body }) => [SeverityNumber, Body])).toEqual([
        [13, "outside of any span"],
        [9, "handling /orders"],
        [17, expect.stringContaining("it failed")],
        [17, "thrown as it is"],
        [13, "as one object"],
        [6, "said more"],
      ]);
      const [outside, ...inside] = found.logs;
      expect(outside).toMatchObject({ TraceId: "", LogAttributes: { component: "app" } });
      for (const line of inside) expect(line).toMatchObject(ids);
      expect(inside.map(({ LogAttributes }) => LogAttributes)).toMatchObject([
        { requestId: "r-1", items: "2", nested: '{"deep":true}' },
        { ...failed, "exception.type": "TypeError", "exception.message": "no such thing" },
        { ...failed, "exception.type": "RangeError" },
        { size: "3" },
        { requestId: "r-1" },
      ]);
    });

    test("bunyan: levels, fields, errors and child loggers", async () => {
      const found = await rig.storedOf(rig.start(`bunyan.${kind}`), 2, 4);
      const ids = requestOf(found);
      expect(found.logs.map(({ SeverityText, Body }) => [SeverityText, Body])).toEqual([
        ["warn", "outside of any span"],
        ["info", "handling /orders"],
        ["error", "it failed"],
        ["fatal", "it is over"],
      ]);
      const [outside, ...inside] = found.logs;
      expect(outside).toMatchObject({ TraceId: "", LogAttributes: { component: "app" } });
      for (const line of inside) expect(line).toMatchObject(ids);
      expect(inside.map(({ LogAttributes }) => LogAttributes)).toMatchObject([
        { requestId: "r-1", items: "2", nested: '{"deep":true}' },
        { "exception.type": "TypeError", "exception.message": "no such thing" },
        { "exception.type": "RangeError", "exception.message": "worse" },
      ]);
    });

    test("lines written past every logger, where that is asked for", async () => {
      const environment = { THROUGHLINE_SDK_CAPTURE_STDOUT: "true" };
      const application = rig.start(`output.${kind}`, { environment });
      expect((await application.ended).code).toBe(0);
      const found = await rig.stored(application.service, 2, 14);
      const ids = requestOf(found);
      expect(found.logs).toHaveLength(14);
      const line = (body: string) => found.logs.find(({ Body }) => Body.includes(body));
      expect(line("[ERROR] by hand")).toMatchObject({ ...ids, SeverityText: "error" });
      expect(line("as JSON")).toMatchObject({ ...ids, LogAttributes: { items: "2" } });
      expect(line("by pino to stdout")).toMatchObject(ids);
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
