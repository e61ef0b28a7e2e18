/** Goal: pages that were read are printed, however the next one ends. Method: the command against a service that answers what the test says. */
import type { ServerResponse } from "node:http";
import type { LogRecord } from "@throughline/query/wire";
import { afterEach, expect, test } from "vitest";
import { run } from "../run.ts";
import { CommandProcess } from "../testing/command-process.ts";
import {
  metaOf,
  sendJson,
  sendProblem,
  startStubService,
  type StubService,
} from "../testing/stub-service.ts";

let service: StubService;
afterEach(() => service.stop());

const LIMIT = { code: "query_limit", status: 422, detail: "The query takes more than 10 s." };
const AWAY = { code: "clickhouse_unavailable", status: 503, detail: "ClickHouse is away." };

const record = (body: string): LogRecord => ({
  timeUnixNano: "1795176600000000000",
  traceId: "",
  spanId: "",
  traceFlags: 0,
  severityNumber: 9,
  severityText: "",
  serviceName: "shop",
  body,
  eventName: "",
  attributes: {},
  resource: {},
  scopeName: "",
});

/** A service whose first page has two records. @param next what it answers when it is asked to go on */
async function whereNext(next: (response: ServerResponse, cursor: string) => void): Promise<void> {
  service = await startStubService((asked, response) => {
    const cursor = asked.searchParams.get("cursor");
    if (cursor !== null) return next(response, cursor);
    sendJson(response, {
      logs: [record("newest"), record("older")],
      nextCursor: "a",
      meta: metaOf(),
    });
  });
}

async function throughline(...more: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await run({
    args: ["logs", "--limit", "2000", "--url", service.url, ...more],
    environment: {},
    workingDir: import.meta.dirname,
    terminal: { out: (line) => out.push(line), err: (line) => err.push(line) },
  });
  return { exitCode, out, err };
}

const OLDEST_FIRST = [
  "2026-11-20 12:10:00.000 INFO  shop older",
  "2026-11-20 12:10:00.000 INFO  shop newest",
];
const NEWEST_FIRST = [JSON.stringify(record("newest")), JSON.stringify(record("older"))];

test("a limit that ends a later page cuts the answer: what there was is printed, and it is 4", async () => {
  await whereNext((response) => sendProblem(response, LIMIT));
  const err = [`throughline: not all of them: ${LIMIT.detail}`];
  expect(await throughline()).toEqual({ exitCode: 4, out: OLDEST_FIRST, err });
  expect(await throughline("--json")).toEqual({ exitCode: 4, out: NEWEST_FIRST, err });
});

test("a limit that ends the first page leaves nothing to print, and is 1", async () => {
  service = await startStubService((_, response) => sendProblem(response, LIMIT));
  const err = [`throughline: ${LIMIT.detail}`];
  expect(await throughline()).toEqual({ exitCode: 1, out: [], err });
});

test("a filter that is too long for an address is asked wrongly, and is 2", async () => {
  const detail = "The address and the headers have more than 65536 bytes.";
  service = await startStubService((_, response) =>
    sendProblem(response, { code: "headers_too_large", status: 431, detail }),
  );
  expect(await throughline()).toEqual({ exitCode: 2, out: [], err: [`throughline: ${detail}`] });
});

test("what was read before a failure is printed", async () => {
  await whereNext((response) => sendProblem(response, AWAY));
  const err = [`throughline: ${AWAY.detail}`];
  expect(await throughline()).toEqual({ exitCode: 1, out: OLDEST_FIRST, err });
  expect(await throughline("--json")).toEqual({ exitCode: 1, out: NEWEST_FIRST, err });
});

test("what was read before Ctrl-C is printed", async () => {
  const asked = Promise.withResolvers<void>();
  await whereNext(() => asked.resolve());
  const command = new CommandProcess(["logs", "--limit", "2000", "--url", service.url]);
  await asked.promise;
  command.signal("SIGINT");
  expect(await command.exited()).toBe(130);
  expect(command.stdout.trim().split("\n")).toEqual(OLDEST_FIRST);
  expect(command.stderr).toBe("");
});

test("pages that lead in a circle end", async () => {
  let pages = 0;
  await whereNext((response, cursor) => {
    pages += 1;
    const logs = [record(`page ${pages}`)];
    sendJson(response, { logs, nextCursor: cursor === "a" ? "b" : "a", meta: metaOf() });
  });
  const { exitCode, out, err } = await throughline("--json");
  expect(exitCode).toBe(1);
  expect(out.length).toBe(4);
  expect(err).toEqual([
    "throughline: the query service gave the same page twice: is it of another version?",
  ]);
});

test("a page that a limit cut, and that leads to itself, is where the answer is cut", async () => {
  const meta = metaOf("The time for a search ended.");
  await whereNext((response, cursor) => sendJson(response, { logs: [], nextCursor: cursor, meta }));
  expect(await throughline()).toEqual({
    exitCode: 4,
    out: OLDEST_FIRST,
    err: ["throughline: not all of them: The time for a search ended."],
  });
});
