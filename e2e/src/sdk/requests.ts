/** Applications on Node alone and on what most have: http, fetch, pino, fastify; ids, queues, crashes. */
import { describe, expect, test } from "vitest";
import { drawRequests } from "../stored-requests.ts";
import { portOf, valuesOf, type Rig } from "./rig.ts";

const FATAL = 21;

export function describeRequests(rig: Rig): void {
  describe.concurrent.each(["mjs", "cjs"])("%s", (kind) => {
    test(`http, fetch and pino: one request is one tree, its lines inside`, async () => {
      const found = await rig.storedOf(rig.start(`http-pino.${kind}`), 2, 3);
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
      const found = await rig.storedOf(rig.start(`fastify.${kind}`), 6, 9);
      const servers = found.spans.filter(({ SpanKind }) => SpanKind === "Server");
      expect(servers.map(({ SpanName, StatusCode }) => [SpanName, StatusCode])).toEqual([
        ["GET /orders/:id", "Unset"],
        ["GET /orders/:id", "Error"],
        ["GET /orders/:id", "Unset"],
      ]);
      expect(servers.map(({ EventNames }) => EventNames)).toEqual([
        [],
        ["exception"],
        ["exception"],
      ]);
      const looking = found.logs.filter(({ Body }) => Body === "looking");
      expect(looking.map(({ SpanId }) => SpanId)).toEqual(servers.map(({ SpanId }) => SpanId));
    });

    test("two hops: the caller's correlation id is on every span and line", async () => {
      const application = rig.start(`two-hops.${kind}`);
      const port = await portOf(application);
      const headers = { "x-request-id": `ticket-${kind}` };
      const response = await fetch(`http://127.0.0.1:${port}/front`, { headers });
      expect(response.headers.get("x-request-id")).toBe(`ticket-${kind}`);
      await response.text();
      application.child.kill("SIGTERM");
      expect((await application.ended).stderr).toBe("");
      const found = await rig.stored(application.service, 5, 3);
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
      const found = await rig.storedOf(rig.start(`queue-hop.${kind}`), 6, 3);
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
      const application = rig.start(`crash.${kind}`);
      const { code, stderr } = await application.ended;
      expect(code).toBe(1);
      expect(stderr).toContain("TypeError: kaboom in a request");
      const found = await rig.stored(application.service, 2, 1);
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
}
