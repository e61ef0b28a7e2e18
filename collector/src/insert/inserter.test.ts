/**
 * Goal: what waits is tried when it should be, whatever becomes of the wall clock, and no timer runs in vain. Method: timers and
 * clocks that the test moves, and a server in this process. What a real server makes of it: `inserter.clickhouse.test.ts`.
 */
import { ClickHouseError } from "@clickhouse/client";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { MACHINE_CLOCK } from "../clock.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import { createCollectorMetrics } from "../telemetry/metrics.ts";
import { Inserter } from "./inserter.ts";
import { FakeClickHouse, fakeSegment } from "./testing/fake-clickhouse.ts";

const HOUR_MS = 3_600_000;

let inserter: Inserter | undefined;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date", "performance"] });
});

afterEach(async () => {
  await inserter?.stop();
  vi.useRealTimers();
});

function startInserter(server: FakeClickHouse) {
  const released: number[] = [];
  const monotonicMs = vi.fn(MACHINE_CLOCK.monotonicMs);
  inserter = new Inserter({
    client: server.client,
    database: "throughline",
    release: async (id) => void released.push(Number.parseInt(id, 16)),
    quarantine: async () => undefined,
    recovered: () => true,
    limits: DEFAULT_LIMITS.insert,
    clock: { ...MACHINE_CLOCK, monotonicMs },
    metrics: createCollectorMetrics(),
    logger: pino({ level: "silent" }),
  });
  inserter.start();
  return { inserter, released, monotonicMs };
}

/** Somebody sets the wall clock; the other goes on. */
function setWallClock(byMs: number): void {
  vi.setSystemTime(Date.now() + byMs);
}

test.each([-1, 1])(
  "with the wall clock set by %d h meanwhile, all is inserted within seconds of the server's return",
  async (hours) => {
    const server = new FakeClickHouse();
    server.mode = "is away";
    const { inserter, released } = startInserter(server);
    inserter.enqueue(fakeSegment(1));
    await vi.advanceTimersByTimeAsync(20_000);
    setWallClock(hours * HOUR_MS);
    inserter.enqueue(fakeSegment(2));
    server.mode = "answers";
    await vi.advanceTimersByTimeAsync(5000);
    expect(new Set(released)).toEqual(new Set([1, 2]));
  },
);

test("how long the server is away is told right after the wall clock was set back", async () => {
  const server = new FakeClickHouse();
  server.mode = "is away";
  const { inserter } = startInserter(server);
  expect(inserter.awayMs).toBe(0);
  inserter.enqueue(fakeSegment(1));
  await vi.advanceTimersByTimeAsync(10_000);
  setWallClock(-HOUR_MS);
  expect(inserter.awayMs).toBe(10_000);
  server.mode = "answers";
  await vi.advanceTimersByTimeAsync(5000);
  expect(inserter.awayMs).toBe(0);
});

test("how long an INSERT hangs is told right after the wall clock was set back", async () => {
  const server = new FakeClickHouse();
  const { inserter } = startInserter(server);
  server.mode = "hangs";
  inserter.enqueue(fakeSegment(1));
  await vi.advanceTimersByTimeAsync(DEFAULT_LIMITS.insert.insertStallMs);
  setWallClock(-HOUR_MS);
  expect(inserter.stalledMs).toBe(DEFAULT_LIMITS.insert.insertStallMs);
});

test("a drain ends in time after the wall clock was set back", async () => {
  const server = new FakeClickHouse();
  const { inserter } = startInserter(server);
  server.mode = "hangs";
  inserter.enqueue(fakeSegment(1));
  const drained = vi.fn();
  void inserter.drain(5000).then(drained);
  setWallClock(-HOUR_MS);
  await vi.advanceTimersByTimeAsync(5000);
  expect(drained).toHaveBeenCalledOnce();
});

/** Three segments wait, and one more hangs as the probe of a server that was away. */
async function hangProbe() {
  const server = new FakeClickHouse();
  server.mode = "is away";
  const started = startInserter(server);
  for (const number of [1, 2, 3]) started.inserter.enqueue(fakeSegment(number));
  await vi.advanceTimersByTimeAsync(20_000);
  server.mode = "hangs";
  await vi.advanceTimersByTimeAsync(5000);
  started.inserter.enqueue(fakeSegment(4));
  return { server, ...started };
}

test("while a probe hangs nothing looks again and again whether another may be tried", async () => {
  const { monotonicMs } = await hangProbe();
  monotonicMs.mockClear();
  await vi.advanceTimersByTimeAsync(2000);
  expect(monotonicMs.mock.calls.length).toBeLessThan(10);
});

test("what waited beside a probe is inserted as soon as the probe is answered", async () => {
  const { server, released } = await hangProbe();
  server.wakeUp();
  await vi.advanceTimersByTimeAsync(10);
  expect(new Set(released)).toEqual(new Set([1, 2, 3, 4]));
});

test("what waited beside a probe is tried again after the probe was given up", async () => {
  const { server, released } = await hangProbe();
  await vi.advanceTimersByTimeAsync(DEFAULT_LIMITS.insert.insertTimeoutMs);
  server.mode = "answers";
  await vi.advanceTimersByTimeAsync(5000);
  expect(new Set(released)).toEqual(new Set([1, 2, 3, 4]));
});

test("a segment that waits for itself is tried in time, although a probe hung meanwhile", async () => {
  const server = new FakeClickHouse();
  const { inserter, released } = startInserter(server);
  const memory = new ClickHouseError({ message: "too much", code: "241", type: "MEMORY_LIMIT" });
  server.refusals.set("otel_traces", memory);
  inserter.enqueue(fakeSegment(1, "otel_traces"));
  // Ten failures make its pauses 30 s.
  await vi.advanceTimersByTimeAsync(90_000);
  server.mode = "is away";
  inserter.enqueue(fakeSegment(2));
  await vi.advanceTimersByTimeAsync(1000);
  server.mode = "hangs";
  await vi.advanceTimersByTimeAsync(5000);
  server.refusals.clear();
  server.wakeUp();
  await vi.advanceTimersByTimeAsync(10);
  expect(released).toEqual([2]);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(released).toEqual([2, 1]);
});
