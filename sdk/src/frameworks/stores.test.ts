/**
 * Goal: what a request asks of a database or a queue hangs under that request. Method: real applications against real
 * servers of Debian's packages postgresql, mariadb-server and redis-server; a missing one skips its tests and says so.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildSdk } from "../testing/build-sdk.ts";
import { frameworkApps } from "../testing/framework-apps.ts";
import { startOtlpReceiver, type OtlpReceiver } from "../testing/otlp-receiver.ts";
import { startApp, type RunningApp } from "../testing/run-app.ts";
import {
  findProgram,
  startMariadb,
  startPostgres,
  startRedis,
  type StoreServer,
} from "../testing/servers.ts";
import { drawTraces } from "../testing/span-tree.ts";

let receiver: OtlpReceiver;
let folder: string;
let app: RunningApp | undefined;

beforeAll(() => {
  buildSdk();
  folder = frameworkApps();
}, 300_000);

beforeEach(async () => {
  receiver = await startOtlpReceiver();
});

afterEach(async () => {
  app?.kill("SIGKILL");
  await receiver.stop();
});

async function run(file: string, store: StoreServer): Promise<void> {
  app = startApp(`${folder}/${file}`, {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.grpcEndpoint,
    TEST_STORE: store.url,
  });
  expect(await app.ended).toMatchObject({ code: 0, stderr: "" });
}

/** The request's own trace; queues have timers with traces of their own, and commands that say little. */
function drawRequest(hidden = /^$/): string {
  const { traceId } = receiver.spans.find(({ kind }) => kind === 2)!;
  const spans = receiver.spans.filter(
    (span) => span.traceId === traceId && !hidden.test(span.name),
  );
  return drawTraces(spans, receiver.logs);
}

function withStore(
  name: string,
  packaged: string,
  start: () => Promise<StoreServer>,
  tests: (store: () => StoreServer) => void,
): void {
  const missing = findProgram(name) === undefined;
  const title = missing
    ? `skipped, because ${name} is missing (Debian: apt-get install ${packaged})`
    : name;
  describe.skipIf(missing)(title, () => {
    let store: StoreServer | undefined;
    beforeAll(async () => {
      store = await start();
    }, 60_000);
    afterAll(() => store?.stop());
    tests(() => store!);
  });
}

withStore("postgres", "postgresql", startPostgres, (store) => {
  test.each(["pg.mjs", "pg.cjs"])(
    "%s: the query hangs under the request, with its text",
    async (file) => {
      await run(file, store());
      expect(drawRequest()).toBe(
        `
CLIENT GET
  SERVER GET
    · asking
    · answered three
    CLIENT pg-pool.connect
      CLIENT pg.connect
    CLIENT pg.query:SELECT postgres`.trim(),
      );
      const query = receiver.spans.find(({ name }) => name.startsWith("pg.query"));
      expect(JSON.stringify(query?.attributes)).toContain("SELECT $1::text AS value");
    },
  );
});

withStore("mariadbd", "mariadb-server", startMariadb, (store) => {
  test.each(["mysql2.mjs", "mysql2.cjs"])(
    "%s: the query hangs under the request, with its text",
    async (file) => {
      await run(file, store());
      expect(drawRequest()).toBe(
        `
CLIENT GET
  SERVER GET
    · asking
    · answered three
    CLIENT SELECT`.trim(),
      );
      const query = receiver.spans.find(({ name }) => name === "SELECT");
      expect(JSON.stringify(query?.attributes)).toContain("SELECT ? AS value");
    },
  );
});

withStore("redis-server", "redis-server", startRedis, (store) => {
  test.each(["redis.mjs", "redis.cjs"])("%s: the commands hang under the request", async (file) => {
    await run(file, store());
    expect(drawRequest()).toBe(
      `
CLIENT GET
  SERVER GET
    · asking
    · answered three
    CLIENT redis-connect
    CLIENT redis-SET
    CLIENT redis-GET`.trim(),
    );
  });

  test.each(["ioredis.mjs", "ioredis.cjs"])(
    "%s: the commands hang under the request",
    async (file) => {
      await run(file, store());
      expect(drawRequest()).toBe(
        `
CLIENT GET
  SERVER GET
    · asking
    · answered three
    CLIENT set
    CLIENT get`.trim(),
      );
    },
  );

  test.each(["bullmq.mjs", "bullmq.cjs"])(
    "%s: with bullmq-otel, the job's work is part of the request",
    async (file) => {
      await run(file, store());
      expect(drawRequest(/^(evalsha|bzpopmin|complete orders|moveToActive.*)$/)).toBe(
        `
CLIENT GET
  SERVER GET
    · ordering
    PRODUCER add orders.pack
      CONSUMER process orders
        · packing o-7`.trim(),
      );
    },
  );

  test("bullmq-by-hand.mjs: the same with the context in the job's own data", async () => {
    await run("bullmq-by-hand.mjs", store());
    expect(drawRequest(/^(evalsha|bzpopmin)$/)).toBe(
      `
CLIENT GET
  SERVER GET
    · ordering
    PRODUCER publish pack
      CONSUMER process pack
        · packing o-7`.trim(),
    );
  });
});
