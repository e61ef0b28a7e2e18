/** Goal: sliced work gives what doing it at once gives, lets others in between, and stops when nobody wants it any more. */
import { expect, test } from "vitest";
import { finish, inSlices, type Steps } from "./slices.ts";

function* busy(steps: number, stepMs: number): Steps<number> {
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    const until = performance.now() + stepMs;
    while (performance.now() < until) sum += 0;
    sum += i;
    yield;
  }
  return sum;
}

test("sliced and unsliced work come to the same", async () => {
  expect(finish(busy(10, 0))).toBe(45);
  expect(await inSlices(busy(10, 0), new AbortController().signal)).toBe(45);
});

test("others get their turn while long work goes on", async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  await inSlices(busy(20, 4), new AbortController().signal);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(2);
});

test("aborted work stops with the reason", async () => {
  const abort = new AbortController();
  const work = inSlices(busy(1_000_000, 1), abort.signal);
  setTimeout(() => abort.abort(new Error("gone to another page")), 20);
  await expect(work).rejects.toThrow("gone to another page");
});
