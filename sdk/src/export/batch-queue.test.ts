/** Goal: nothing is lost or sent out of order inside the bound, and everything beyond it is counted. */
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { BatchQueue, type Rank } from "./batch-queue.ts";
import type { ExportOutcome } from "./outcome.ts";

const LIMITS = {
  queueItemsMax: 10,
  batchItemsMax: 4,
  scheduleDelayMs: 0,
  queueBytesMax: 1_000_000,
};
const DELIVERED: ExportOutcome = { kind: "delivered" };

function queueWith(
  send: (batch: readonly number[]) => Promise<ExportOutcome>,
  limits = LIMITS,
): BatchQueue<number> {
  return new BatchQueue({ limits, send, onOutcome: () => undefined, retryDelayMs: 1 });
}

test("a full queue drops what comes after and counts it", () => {
  const queue = queueWith(() => new Promise(() => undefined));
  for (let item = 0; item < 15; item++) queue.add(item);
  expect(queue.pending).toBe(10);
  expect(queue.counters).toMatchObject({ recorded: 15, dropped: 5, delivered: 0 });
});

/** Items whose rank is their tens digit and whose size is themselves. */
function rankedQueue(queueBytesMax = 1_000_000): BatchQueue<number> {
  const rank = (item: number): Rank => (Math.floor(item / 10) % 4) as Rank;
  return new BatchQueue<number>({
    limits: { ...LIMITS, queueBytesMax },
    send: () => new Promise(() => undefined),
    onOutcome: () => undefined,
    rank,
    sizeBytes: (item) => item,
  });
}

test("in a full queue what matters more pushes out the oldest of what matters least", () => {
  const queue = rankedQueue();
  for (const item of [1, 2, 3, 11, 12, 13, 21, 22, 23, 24]) queue.add(item);
  for (const item of [31, 32, 33, 34, 25, 14, 4]) queue.add(item);
  // 4 debug, 1 info made room; the late info and debug found nobody below them.
  expect(queue.takeAll()).toEqual([13, 21, 22, 23, 24, 31, 32, 33, 34, 25]);
  expect(queue.counters).toMatchObject({ recorded: 17, dropped: 7, droppedByRank: [4, 3, 0, 0] });
});

test("memory is bounded by bytes as well, and one item larger than all of it evicts nothing", () => {
  const queue = rankedQueue(100);
  for (const item of [40, 41, 1_039]) queue.add(item);
  expect(queue.pendingBytes).toBe(81);
  queue.add(30);
  expect(queue.pendingBytes).toBe(71);
  expect(queue.takeAll()).toEqual([41, 30]);
  expect(queue.pendingBytes).toBe(0);
});

test("nothing is pushed out for an item that would not fit even then", () => {
  const queue = rankedQueue(100);
  for (const item of [1, 2, 15, 70]) queue.add(item);
  // Without all that matters less there would be room for 30.
  queue.add(31);
  expect(queue.counters).toMatchObject({ dropped: 1, droppedByRank: [0, 0, 0, 1] });
  queue.add(30);
  expect(queue.takeAll()).toEqual([70, 30]);
  expect(queue.counters.droppedByRank).toEqual([2, 1, 0, 1]);
  for (const item of [1, 70, 29]) queue.add(item);
  expect(queue.takeAll()).toEqual([1, 70, 29]);
});

test("nothing is encoded or sent inside the application's call", async () => {
  let calls = 0;
  const queue = queueWith(async () => {
    calls++;
    return DELIVERED;
  });
  for (let item = 0; item < 8; item++) queue.add(item);
  expect(calls).toBe(0);
  expect(await queue.flush()).toBe(true);
  expect(calls).toBe(2);
});

test("a pause the server asks for replaces our own", async () => {
  const sentAt: number[] = [];
  const queue = new BatchQueue<number>({
    limits: LIMITS,
    onOutcome: () => undefined,
    retryDelayMs: 10_000,
    send: async () => {
      sentAt.push(performance.now());
      return sentAt.length === 1
        ? { kind: "unavailable", reason: "busy", retryAfterMs: 40 }
        : DELIVERED;
    },
  });
  queue.add(1);
  await vi.waitFor(() => expect(queue.counters.delivered).toBe(1), { timeout: 5_000 });
  expect(sentAt[1]! - sentAt[0]!).toBeGreaterThanOrEqual(39);
});

test("what someone else keeps is spooled, not dropped, until they could not keep it", () => {
  const kept: number[] = [];
  const queue = new BatchQueue<number>({
    limits: { ...LIMITS, queueItemsMax: 2 },
    send: () => new Promise(() => undefined),
    onOutcome: () => undefined,
    onOverflow: (item) => kept.push(item) < 3,
  });
  for (let item = 0; item < 6; item++) queue.add(item);
  expect(queue.counters).toMatchObject({ recorded: 6, spooled: 2, dropped: 2 });
  queue.unspool(kept.slice(0, 1));
  expect(queue.counters).toMatchObject({ recorded: 6, spooled: 1, dropped: 3 });
});

test("takeAll returns the batch on its way too, and its late answer changes nothing", async () => {
  const answer = Promise.withResolvers<ExportOutcome>();
  const queue = queueWith(() => answer.promise);
  for (let item = 0; item < 6; item++) queue.add(item);
  expect(queue.takeAll()).toEqual([0, 1, 2, 3, 4, 5]);
  queue.add(6);
  answer.resolve(DELIVERED);
  await answer.promise;
  await Promise.resolve();
  expect(queue.pending).toBe(1);
});

test("flush reports an unavailable collector and keeps everything", async () => {
  const queue = queueWith(async () => ({ kind: "unavailable", reason: "away" }));
  for (let item = 0; item < 3; item++) queue.add(item);
  expect(await queue.flush()).toBe(false);
  expect(queue.pending).toBe(3);
});

test("flush does not wait for what is added after it was called", async () => {
  let queue: BatchQueue<number>;
  let sent = 0;
  queue = queueWith(async (batch) => {
    sent += batch.length;
    if (sent < 100) queue.add(sent);
    return DELIVERED;
  });
  queue.add(0);
  expect(await queue.flush()).toBe(true);
  expect(sent).toBeLessThan(100);
});

test("whatever the collector answers, each accepted item is delivered once and in order, or refused", async () => {
  const outcomes = fc.constantFrom<ExportOutcome["kind"]>("delivered", "refused", "unavailable");
  await fc.assert(
    fc.asyncProperty(
      fc.array(outcomes),
      fc.integer({ min: 1, max: 30 }),
      async (answers, count) => {
        const delivered: number[] = [];
        const refused: number[] = [];
        const script = [...answers];
        const queue = queueWith(
          async (batch) => {
            const kind = script.shift() ?? "delivered";
            if (kind === "delivered") delivered.push(...batch);
            if (kind === "refused") refused.push(...batch);
            return kind === "delivered" ? DELIVERED : { kind, reason: "scripted" };
          },
          { ...LIMITS, queueItemsMax: 100 },
        );
        for (let item = 0; item < count; item++) queue.add(item);
        while (!(await queue.flush())) await Promise.resolve();
        expect(delivered).toEqual([...delivered].toSorted((a, b) => a - b));
        expect([...delivered, ...refused].toSorted((a, b) => a - b)).toEqual(
          Array.from({ length: count }, (_, item) => item),
        );
        expect(queue.counters).toMatchObject({
          recorded: count,
          delivered: delivered.length,
          refused: refused.length,
          dropped: 0,
        });
      },
    ),
  );
});
