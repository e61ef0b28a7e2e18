/** Databases and queues: real servers of Debian's packages, each with a data folder and a port of its own. */
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { drawRequests, type StoredRequests } from "../stored-requests.ts";
import { installedStores, prepare, startStore, type Rig, type Store } from "./rig.ts";

const PACKAGES = {
  postgres: "postgresql",
  mariadbd: "mariadb-server",
  "redis-server": "redis-server",
};

/** Commands that a queue itself gives to its store. */
const QUEUE_COMMANDS = /^(evalsha|bzpopmin|complete orders|moveToActive.*)$/;

/** The request's own trace: queues have timers with traces of their own. */
function requestOf({ spans, logs }: StoredRequests): StoredRequests {
  const request = spans.find(({ SpanKind }) => SpanKind === "Server");
  return { spans: spans.filter(({ TraceId }) => TraceId === request?.TraceId), logs };
}

/** What the request's server span asked for, by name: neither spans nor lines of one millisecond have an order. */
function expectAsked(found: StoredRequests, asked: readonly string[]): void {
  const request = requestOf(found);
  const server = request.spans.find(({ SpanKind }) => SpanKind === "Server");
  const children = request.spans.filter(({ ParentSpanId }) => ParentSpanId === server?.SpanId);
  expect(children.map(({ SpanName }) => SpanName).toSorted()).toEqual(asked);
  expect(children.every(({ SpanKind }) => SpanKind === "Client")).toBe(true);
  const logs = found.logs.toSorted((a, b) => (a.Body < b.Body ? -1 : 1));
  expect(logs.map(({ Body, SpanId }) => [Body, SpanId])).toEqual([
    ["answered three", server?.SpanId],
    ["asking", server?.SpanId],
  ]);
}

export function describeStores(rig: Rig): void {
  const installed = installedStores();
  let folder: string;

  const withStore = (
    program: keyof typeof PACKAGES,
    tests: (run: (file: string, spans: number) => Promise<StoredRequests>) => void,
  ): void => {
    const missing = installed.has(program) ? "" : ` (skipped: needs Debian's ${PACKAGES[program]})`;
    describe.runIf(installed.has(program))(`${program}${missing}`, { concurrent: true }, () => {
      let store: Store | undefined;
      beforeAll(async () => {
        store = await startStore(program);
      });
      afterAll(() => store?.stop());
      tests((file, spans) => {
        const environment = { TEST_STORE: store?.url ?? "" };
        return rig.storedOf(rig.start(path.join(folder, file), { environment }), spans, 2);
      });
    });
  };

  describe("stores", () => {
    beforeAll(() => {
      folder = prepare("frameworks").frameworks;
    });

    withStore("postgres", (run) => {
      test.each(["pg.mjs", "pg.cjs"])("%s: the query hangs under the request", async (file) => {
        const found = await run(file, 5);
        expectAsked(found, ["pg-pool.connect", "pg.query:SELECT postgres"]);
        const query = found.spans.find(({ SpanName }) => SpanName.startsWith("pg.query"));
        expect(Object.values(query?.SpanAttributes ?? {})).toContain("SELECT $1::text AS value");
      });
    });

    withStore("mariadbd", (run) => {
      test.each(["mysql2.mjs", "mysql2.cjs"])(
        "%s: the query hangs under the request",
        async (file) => {
          const found = await run(file, 3);
          expectAsked(found, ["SELECT"]);
          const query = found.spans.find(({ SpanName }) => SpanName === "SELECT");
          expect(Object.values(query?.SpanAttributes ?? {})).toContain("SELECT ? AS value");
        },
      );
    });

    withStore("redis-server", (run) => {
      test.each([
        ["redis.mjs", ["redis-GET", "redis-SET", "redis-connect"]],
        ["redis.cjs", ["redis-GET", "redis-SET", "redis-connect"]],
        ["ioredis.mjs", ["get", "set"]],
        ["ioredis.cjs", ["get", "set"]],
      ])("%s: the commands hang under the request", async (file, commands) => {
        expectAsked(await run(file, 2 + commands.length), commands);
      });

      test.each([
        ["bullmq.mjs", "add orders.pack", "process orders"],
        ["bullmq.cjs", "add orders.pack", "process orders"],
        ["bullmq-by-hand.mjs", "publish pack", "process pack"],
      ])("%s: the job belongs to the request that queued it", async (file, produced, consumed) => {
        const { spans, logs } = requestOf(await run(file, 4));
        const telling = spans.filter(({ SpanName }) => !QUEUE_COMMANDS.test(SpanName));
        expect(drawRequests({ spans: telling, logs })).toBe(
          `
Client GET
  Server GET
    - info ordering
    Producer ${produced}
      Consumer ${consumed}
        - info packing o-7`.trim(),
        );
      });
    });
  });
}
