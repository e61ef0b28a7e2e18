/** Goal: nothing is lost or sent out of order inside the bound, and everything beyond it is counted. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { BatchQueue, type ExportOutcome } from "./batch-queue.ts";

const LIMITS = { queueItemsMax: 10, batchItemsMax: 4, scheduleDelayMs: 0 };
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
  expect(queue.counters).toMatchObject({ accepted: 10, dropped: 5, delivered: 0 });
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
          { queueItemsMax: 100, batchItemsMax: 4, scheduleDelayMs: 0 },
        );
        for (let item = 0; item < count; item++) queue.add(item);
        while (!(await queue.flush())) await Promise.resolve();
        expect(delivered).toEqual([...delivered].toSorted((a, b) => a - b));
        expect([...delivered, ...refused].toSorted((a, b) => a - b)).toEqual(
          Array.from({ length: count }, (_, item) => item),
        );
        expect(queue.counters).toMatchObject({
          accepted: count,
          delivered: delivered.length,
          refused: refused.length,
          dropped: 0,
        });
      },
    ),
  );
});
