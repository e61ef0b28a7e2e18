/**
 * Goal: what waits is tried when it should be, whatever becomes of the wall clock. Method: timers and
 * clocks that the test moves, and a server in this process. What a real server makes of it: `inserter.clickhouse.test.ts`.
 */
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
  inserter = new Inserter({
    client: server.client,
    database: "throughline",
    release: async (id) => void released.push(Number.parseInt(id, 16)),
    quarantine: async () => undefined,
    recovered: () => true,
    limits: DEFAULT_LIMITS.insert,
    clock: MACHINE_CLOCK,
    metrics: createCollectorMetrics(),
    logger: pino({ level: "silent" }),
  });
  inserter.start();
  return { inserter, released };
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
