/**
 * Goal: a log's id finds it in every answer, and its context is what a sorted list of its producer's lines says.
 * Method: lines of several producers in a real ClickHouse, compared with a naive sort in memory.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createFixture,
  type Fixture,
  HOUR,
  type LogInput,
  MINUTE,
  NOW,
  SECOND,
  spanId,
  traceId,
} from "../testing/fixtures.ts";
import type { LogContext, LogPage, LogRecord, OneLog, Problem, Trace } from "../wire.ts";

let fixture: Fixture;

const POD_A = { "service.name": "pay", "k8s.pod.name": "pay-a", "host.name": "h1" };
const POD_B = { "service.name": "pay", "k8s.pod.name": "pay-b", "host.name": "h1" };

/** 200 lines, most within seconds, some hours away; five to a nanosecond here and there, with three copies of one. */
const LOGS: readonly LogInput[] = Array.from({ length: 200 }, (_, i) => ({
  time: NOW - HOUR + BigInt(Math.floor(i / 5)) * (i < 150 ? SECOND : 7n * MINUTE),
  service: "pay",
  body: i >= 100 && i < 103 ? "a copy" : `line ${i}`,
  resource: i >= 100 && i < 103 ? POD_A : i % 3 === 0 ? POD_B : POD_A,
  traceId: i % 4 === 0 ? traceId(7) : "",
  spanId: i % 4 === 0 ? spanId(1) : "",
}));

beforeAll(async () => {
  fixture = await createFixture();
  await fixture.insertLogs(LOGS.filter((_, i) => i % 2 === 0));
  await fixture.insertLogs(LOGS.filter((_, i) => i % 2 === 1));
});
afterAll(() => fixture.close());

async function get<T>(url: string, status = 200): Promise<T> {
  const response = await fixture.app.inject({ method: "GET", url });
  expect(response.statusCode, response.body).toBe(status);
  return response.json<T>();
}

const RANGE = "from=now-24h&to=now%2B24h";
const ids = (logs: readonly LogRecord[]) => logs.map((log) => log.id!);

/** All lines, oldest first: the search's order, turned round. */
async function allLogs(query = ""): Promise<readonly LogRecord[]> {
  const { logs } = await get<LogPage>(`/api/logs?from=0&to=4000000000&limit=1000${query}`);
  return logs.toReversed();
}

test("every log of a search has an id that finds it again", async () => {
  const logs = await allLogs();
  for (const log of logs.filter((_, i) => i % 15 === 0)) {
    const found = await get<OneLog>(`/api/logs/${log.id}`);
    expect(found.log).toEqual(log);
  }
});

test("the logs of a trace have the same ids", async () => {
  const trace = await get<Trace>(`/api/traces/${traceId(7)}`);
  const searched = await allLogs(`&traceId=${traceId(7)}`);
  expect(ids(trace.logs).toSorted()).toEqual(ids(searched).toSorted());
  expect(searched).toHaveLength(50);
});

test("the context is the neighbours of the same producer, and no other's", async () => {
  const podA = (await allLogs()).filter((log) => log.resource["k8s.pod.name"] === "pay-a");
  for (const at of [0, 1, 30, 60, podA.length - 1]) {
    const log = podA[at]!;
    const context = await get<LogContext>(`/api/logs/context?id=${log.id}&before=8&after=9`);
    expect(context.log).toEqual(log);
    const distinct = podA.filter((each) => each.id !== log.id);
    const older = distinct.filter((each) => podA.indexOf(each) < at);
    const newer = distinct.filter((each) => podA.indexOf(each) > at);
    expect(ids(context.before)).toEqual(ids(withWholeCopiesAtStart(older, 8)));
    expect(ids(context.after)).toEqual(
      ids(withWholeCopiesAtStart(newer.toReversed(), 9)).toReversed(),
    );
    expect(context.hasMoreBefore).toBe(older.length > context.before.length);
    expect(context.hasMoreAfter).toBe(newer.length > context.after.length);
  }
});

/** The last `wanted`, and those before them that are copies of the first. */
function withWholeCopiesAtStart(logs: readonly LogRecord[], wanted: number): readonly LogRecord[] {
  let start = Math.max(0, logs.length - wanted);
  while (start > 0 && logs[start - 1]!.id === logs[start]?.id) start -= 1;
  return logs.slice(start);
}

test("going on from the outermost line gives every line once", async () => {
  const podA = (await allLogs()).filter((log) => log.resource["k8s.pod.name"] === "pay-a");
  const walked: string[] = [];
  let id = podA.at(-1)!.id!;
  walked.push(id);
  for (let pages = 0; pages < 100; pages += 1) {
    const context = await get<LogContext>(`/api/logs/context?id=${id}&before=7&after=0`);
    walked.unshift(...ids(context.before));
    if (!context.hasMoreBefore) break;
    id = context.before[0]!.id!;
  }
  expect(walked).toEqual(ids(podA));
});

test("with scope=trace the context crosses producers", async () => {
  const inTrace = await allLogs(`&traceId=${traceId(7)}`);
  const at = 20;
  const url = `/api/logs/context?id=${inTrace[at]!.id}&scope=trace&before=5&after=5`;
  const context = await get<LogContext>(url);
  expect(ids(context.before)).toEqual(ids(inTrace.slice(at - 5, at)));
  expect(ids(context.after)).toEqual(ids(inTrace.slice(at + 1, at + 6)));
  expect(new Set(context.before.map((log) => log.resource["k8s.pod.name"])).size).toBe(2);
});

test("scope=trace of a log without a trace is refused", async () => {
  const log = (await allLogs()).find((each) => each.traceId === "")!;
  const problem = await get<Problem>(`/api/logs/context?id=${log.id}&scope=trace`, 400);
  expect(problem.code).toBe("invalid_parameter");
});

test("an id names its neighbours, and the ends have none", async () => {
  const podA = (await allLogs()).filter((log) => log.resource["k8s.pod.name"] === "pay-a");
  const middle = await get<OneLog>(`/api/logs/${podA[10]!.id}`);
  expect([middle.previousId, middle.nextId]).toEqual([podA[9]!.id, podA[11]!.id]);
  const first = await get<OneLog>(`/api/logs/${podA[0]!.id}`);
  expect(first.previousId).toBeUndefined();
});

test("an id of no log is a 404 that says when it would have been", async () => {
  const problem = await get<Problem>(`/api/logs/${NOW}-0123456789abcdef`, 404);
  expect(problem.code).toBe("log_not_found");
  expect(problem.detail).toContain("2026-11-20T12:00:00");
});

test.each(["x", "1-2", `${2n ** 63n}-0123456789abcdef`, `${NOW}-0123456789ABCDEF`])(
  "the id %s is refused",
  async (id) => {
    const problem = await get<Problem>(`/api/logs/${id}`, 400);
    expect(problem.code).toBe("invalid_parameter");
  },
);

test("a deleted log's id is a 404", async () => {
  await fixture.insertLogs([{ time: NOW - 9n * HOUR, service: "gone", body: "bye" }]);
  const { logs } = await get<LogPage>(`/api/logs?service=gone&${RANGE}`);
  await fixture.database.client.command({
    query: "ALTER TABLE otel_logs DELETE WHERE ServiceName = 'gone' SETTINGS mutations_sync = 1",
  });
  const problem = await get<Problem>(`/api/logs/${logs[0]!.id}`, 404);
  expect(problem.code).toBe("log_not_found");
});
