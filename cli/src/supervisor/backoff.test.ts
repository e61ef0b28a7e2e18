import { expect, test } from "vitest";
import { backoffMs } from "./backoff.ts";

test("waits double from 200 ms up to 10 s", () => {
  expect([1, 2, 3, 4, 5, 6, 7, 50].map(backoffMs)).toEqual([
    200, 400, 800, 1600, 3200, 6400, 10_000, 10_000,
  ]);
});
