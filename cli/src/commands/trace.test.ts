/** Goal: `trace` says of an answer that is cut that it is. Method: the command against a service that answers what the test says. */
import type { LogRecord, RequestAnswer, Trace } from "@throughline/query/wire";
import { afterEach, beforeEach, expect, test } from "vitest";
import { run } from "../run.ts";
import { metaOf, sendJson, startStubService, type StubService } from "../testing/stub-service.ts";

const TRACE = "c0ffee00c0ffee00c0ffee00c0ffee00";
const MORE_LOGS = "There are more; the newest 50 requests or 200 logs are here.";
const MORE_SPANS = "The trace has more than 5 spans.";

let service: StubService;
let answer: RequestAnswer;
let trace: Trace;
beforeEach(async () => {
  service = await startStubService((asked, response) =>
    sendJson(response, asked.pathname.startsWith("/api/requests/") ? answer : trace),
  );
  trace = { traceId: TRACE, spans: [], logs: [], missingParents: [], meta: metaOf() };
  answer = {
    id: "job-1",
    form: "text",
    matches: [{ by: "attribute", matched: "request.id=job-1", traceId: TRACE }],
    traces: [
      {
        traceId: TRACE,
        rootServiceName: "cron",
        rootName: "job",
        startTimeUnixNano: "1795176600000000000",
        durationNano: "1000000",
        spanCount: 1,
        errorCount: 0,
        logCount: 0,
        services: [{ name: "cron", spanCount: 1 }],
      },
    ],
    logs: [],
    meta: metaOf(),
  };
});
afterEach(() => service.stop());

async function throughline(...more: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await run({
    args: ["trace", "job-1", "--url", service.url, ...more],
    environment: {},
    workingDir: import.meta.dirname,
    terminal: { out: (line) => out.push(line), err: (line) => err.push(line) },
  });
  return { exitCode, out, err };
}

test.each([[[]], [["--json"]]])(
  "one trace, and more than is told besides it, is 4 and said %j",
  async (more) => {
    expect((await throughline(...more)).exitCode).toBe(0);
    answer = { ...answer, meta: metaOf(MORE_LOGS) };
    expect(await throughline(...more)).toMatchObject({
      exitCode: 4,
      err: [`throughline: not all of it: ${MORE_LOGS}`],
    });
    trace = { ...trace, meta: metaOf(MORE_SPANS) };
    expect(await throughline(...more)).toMatchObject({
      exitCode: 4,
      err: [
        `throughline: not the whole request: ${MORE_SPANS}`,
        `throughline: not all of it: ${MORE_LOGS}`,
      ],
    });
    answer = { ...answer, meta: metaOf() };
    expect(await throughline(...more)).toMatchObject({
      exitCode: 4,
      err: [`throughline: not the whole request: ${MORE_SPANS}`],
    });
  },
);

test("logs with the id outside of a trace of which no span is stored are told, too", async () => {
  const record = (traceId: string, body: string): LogRecord => ({
    timeUnixNano: "1795176600000000000",
    traceId,
    spanId: "",
    traceFlags: 0,
    severityNumber: 9,
    severityText: "",
    serviceName: "cron",
    body,
    eventName: "",
    attributes: { "request.id": "job-1" },
    resource: {},
    scopeName: "",
  });
  const logs = [record("", "outside"), record(TRACE, "inside")];
  answer = { ...answer, traces: [], logs };
  trace = { ...trace, logs: logs.slice(1) };
  const shown = await throughline();
  expect(shown.exitCode).toBe(0);
  expect(shown.out.filter((line) => line.includes("inside"))).toHaveLength(1);
  expect(shown.out.slice(-2)).toEqual([
    "1 more log has this id, outside of any trace of it:",
    "2026-11-20 12:10:00.000 INFO  cron outside",
  ]);
  expect((await throughline("--json")).err).toEqual([
    "throughline: 1 more log has this id, outside of any trace of it",
  ]);
});
