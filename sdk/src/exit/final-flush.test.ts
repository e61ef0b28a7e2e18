/** Goal: at the end each signal is delivered or given up by itself, whatever becomes of the other. */
import { expect } from "vitest";
import { appTest } from "../testing/app-suite.ts";

const SERVER = 2;
const NOBODY = "http://127.0.0.1:1";
/** So that all is left to the last flush. */
const LATER = { OTEL_BSP_SCHEDULE_DELAY: "60000", OTEL_BLRP_SCHEDULE_DELAY: "60000" };

appTest.concurrent(
  "where spans are switched off, log records are delivered at the end, although nobody listens where spans would go",
  async ({ suite }) => {
    const onlyLogs = {
      ...LATER,
      OTEL_TRACES_EXPORTER: "none",
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: NOBODY,
    };
    const waits = suite.run("waits.mjs", onlyLogs);
    await waits.saw("waiting");
    waits.kill("SIGTERM");
    expect(await waits.ended).toMatchObject({ signal: "SIGTERM", stderr: "" });
    expect(suite.logWith("waiting").severityNumber).toBe(9);
    const finished = await suite.run("chatty.mjs", { ...onlyLogs, TEST_LINES: "3" }).ended;
    expect(finished).toMatchObject({ code: 0, stderr: "" });
    expect(suite.receiver.logs).toHaveLength(4);
  },
);

for (const file of ["http-pino.mjs", "http-pino.cjs"]) {
  appTest.concurrent(
    `${file}: where spans cannot be delivered, log records are, and only the spans are said to be lost`,
    async ({ suite }) => {
      const result = await suite.run(file, { ...LATER, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: NOBODY })
        .ended;
      expect(result.code).toBe(0);
      expect(suite.receiver.logs).toHaveLength(3);
      expect(result.stderr).toBe(
        "[throughline] 2 spans and 0 log records not delivered: http://127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1\n",
      );
    },
  );
}

appTest.concurrent(
  "where log records cannot be delivered, spans are, those that a signal ends too",
  async ({ suite }) => {
    const app = suite.run("open-span.mjs", { ...LATER, OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: NOBODY });
    await app.saw("waiting");
    app.kill("SIGTERM");
    const result = await app.ended;
    expect(result.signal).toBe("SIGTERM");
    expect(suite.receiver.spans.map(({ kind }) => kind)).toContain(SERVER);
    expect(result.stderr).toContain(" 0 spans and 1 log records not delivered: http://127.0.0.1:1");
  },
);
