/** Goal: the demo's link is not printed before the request can be seen whole. Method: an API that grows. */
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { Trace } from "@throughline/query/wire";
import { afterEach, expect, test } from "vitest";
import { waitForWholeTrace } from "./whole-trace.ts";

let server: Server | undefined;
afterEach(() => void server?.close());

/** Answers with one trace after the other, then goes on with the last; undefined is a 404. */
async function apiThatAnswers(...answers: (Trace | undefined)[]): Promise<string> {
  let asked = 0;
  server = createServer((_request, response) => {
    const answer = answers[Math.min(asked, answers.length - 1)];
    asked += 1;
    response.statusCode = answer === undefined ? 404 : 200;
    response.end(JSON.stringify(answer ?? { code: "trace_not_found" }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
}

function trace(
  services: readonly string[],
  options: { logs?: number; missing?: string[] } = {},
): Trace {
  const log = {
    timeUnixNano: "1",
    traceId: "",
    spanId: "",
    traceFlags: 0,
    severityNumber: 9,
    severityText: "INFO",
    serviceName: "",
    body: "",
    eventName: "",
    attributes: {},
    resource: {},
    scopeName: "",
  };
  return {
    traceId: "",
    logs: [],
    missingParents: options.missing ?? [],
    meta: { elapsedMs: 1, rowsRead: 1, bytesRead: 1, complete: true },
    spans: services.map((serviceName, index) => ({
      spanId: "",
      parentSpanId: "",
      traceState: "",
      name: "",
      kind: "Server",
      serviceName,
      startTimeUnixNano: "1",
      durationNano: "1",
      status: { code: "Unset", message: "" },
      attributes: {},
      resource: {},
      scopeName: "",
      scopeVersion: "",
      events: [],
      links: [],
      logs: index === 0 ? Array.from({ length: options.logs ?? 1 }, () => log) : [],
    })),
  };
}

const FOUR = ["a", "b", "c", "d"];

function wait(apiUrl: string, signal = new AbortController().signal, timeoutMs = 5_000) {
  return waitForWholeTrace({ apiUrl, traceId: "0", signal, pollMs: 5, timeoutMs });
}

test("it waits for the fourth service, for logs, for missing parents, and for the last straggler", async () => {
  const apiUrl = await apiThatAnswers(
    undefined,
    trace(["a", "b", "c"]),
    trace(FOUR, { logs: 0 }),
    trace(FOUR, { missing: ["00"] }),
    trace(FOUR),
    trace([...FOUR, "d"]),
    trace([...FOUR, "d"], { logs: 2 }),
  );
  expect(await wait(apiUrl)).toEqual({ spans: 5, services: 4, logs: 2 });
});

test("it gives up after its time", async () => {
  expect(await wait(await apiThatAnswers(trace(["a"])), undefined, 50)).toBeUndefined();
});

test("it ends when the user stops the demo", async () => {
  const stop = new AbortController();
  const waiting = wait(await apiThatAnswers(undefined), stop.signal);
  setTimeout(() => stop.abort(), 20);
  await expect(waiting).rejects.toThrow("aborted");
});
