/** Goal: a collector that takes connections and never answers costs a process its deadline, however it ends. */
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { expect, onTestFinished } from "vitest";
import { appTest } from "../testing/app-suite.ts";
import type { RunningApp } from "../testing/run-app.ts";

const DEADLINE_MS = 700;
/** Ending is slow on a busy machine; the exporters' own timeout is 10 s. */
const ENDED_MS_MAX = DEADLINE_MS + 4_000;

async function silentCollector(protocol: string): Promise<Record<string, string>> {
  const server = createServer((socket) => socket.on("error", () => undefined).resume());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
    THROUGHLINE_SDK_FLUSH_TIMEOUT_MS: String(DEADLINE_MS),
  };
}

async function timeToEnd(app: RunningApp, after: string): Promise<number> {
  await app.saw(after);
  const finished = performance.now();
  await app.ended;
  return performance.now() - finished;
}

for (const [protocol, metrics] of [
  ["grpc", "otlp"],
  ["http/protobuf", "none"],
] as const) {
  const setup = `${protocol}, metrics ${metrics}`;
  appTest(`${setup}: a process with nothing left to do ends in time`, async ({ suite }) => {
    const environment = await silentCollector(protocol);
    const app = suite.run("one-line.cjs", { ...environment, OTEL_METRICS_EXPORTER: metrics });
    expect(await timeToEnd(app, "plain")).toBeLessThan(ENDED_MS_MAX);
    const result = await app.ended;
    expect(result.code).toBe(0);
    expect(result.stderr).toContain(
      `0 spans and 1 log records not delivered: no answer in ${DEADLINE_MS} ms`,
    );
  });

  appTest(`${setup}: SIGTERM ends a process in time`, async ({ suite }) => {
    const environment = await silentCollector(protocol);
    const app = suite.run("waits.mjs", { ...environment, OTEL_METRICS_EXPORTER: metrics });
    await app.saw("waiting");
    app.kill("SIGTERM");
    expect(await timeToEnd(app, "waiting")).toBeLessThan(ENDED_MS_MAX);
    expect((await app.ended).signal).toBe("SIGTERM");
  });
}

/** So that a process that may not be ended early ends soon. */
const IMPATIENT = { OTEL_EXPORTER_OTLP_TIMEOUT: "3000" };

appTest("what an application begins when nothing is left to do is finished", async ({ suite }) => {
  const app = suite.run("works-at-the-end.cjs", {
    ...(await silentCollector("grpc")),
    ...IMPATIENT,
  });
  const result = await app.ended;
  expect(result.stdout).toContain("the last work is done");
  expect(result.code).toBe(5);
});

appTest("a top-level await that never settles keeps its exit code", async ({ suite }) => {
  const app = suite.run("never-settles.mjs", {
    ...(await silentCollector("http/protobuf")),
    ...IMPATIENT,
  });
  expect((await app.ended).code).toBe(13);
});
