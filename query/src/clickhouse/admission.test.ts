/** Goal: a place that is free is free: nothing is asked any longer in the name of who had it. Method: work that fails half-way. */
import { expect, test } from "vitest";
import { readById } from "../compat/find-many.ts";
import { DEFAULT_LIMITS } from "../options.ts";
import { ClientGone, QueryError } from "../problem/query-error.ts";
import { createAdmission } from "./admission.ts";
import type { Asker } from "./ask.ts";

const admission = createAdmission(DEFAULT_LIMITS);
const staying = (): AbortSignal => new AbortController().signal;

test("what work asked beside what failed is ended with it", async () => {
  const signals: AbortSignal[] = [];
  const failing = admission.run(staying(), async (signal) => {
    signals.push(signal);
    await Promise.all([new Promise(() => undefined), Promise.reject(new Error("no"))]);
  });
  await expect(failing).rejects.toThrow("no");
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});

test("work that is done may be read on, and ends with its client", async () => {
  const client = new AbortController();
  const signal = await admission.run(client.signal, (own) => Promise.resolve(own));
  expect(signal.aborted).toBe(false);
  client.abort();
  expect(signal.aborted).toBe(true);
});

test("of many traces no other one is asked for when one has failed", async () => {
  const asked: unknown[] = [];
  // As the real one, it asks nothing once the signal has ended it.
  const ask: Asker["ask"] = async ({ params, signal }) => {
    if (signal.aborted) throw new ClientGone("the client left");
    asked.push(params["trace_id"]);
    const turn = asked.length;
    await new Promise((done) => setTimeout(done, turn));
    if (turn === 4) throw new QueryError("overloaded", "busy");
    return { rows: [], cost: { rowsRead: 0, bytesRead: 0 }, cut: false };
  };
  const none = () => Promise.reject(new Error("not asked"));
  const asker: Asker = { ask, askTable: none, stream: none, close: none };
  const searcher = { asker, limits: DEFAULT_LIMITS };
  const ids = Array.from({ length: 100 }, (_, i) => `trace ${i}`);
  const failing = admission.run(staying(), (signal) => readById({ searcher, signal }, ids));
  await expect(failing).rejects.toThrow("busy");
  const before = asked.length;
  await new Promise((done) => setTimeout(done, 100));
  expect(asked.length - before).toBe(0);
  expect(admission.counts()).toEqual({ running: 0, waiting: 0, refused: 0 });
});
