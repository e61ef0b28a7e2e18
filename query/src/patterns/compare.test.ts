/** Goal: a change is said when a rate changed, not when a sample missed something. */
import { expect, test } from "vitest";
import { type Change, compareSeen } from "./compare.ts";

const all = (looked: number, minutes = 60) => ({ looked, minutes, every: 1 });
const sampled = (looked: number) => ({ looked, minutes: 60, every: 50 });

test.each<[string, ReturnType<typeof all>, ReturnType<typeof all>, Change]>([
  ["one where all were looked at and none was", all(1), all(0), "new"],
  ["none where all are looked at and one was", all(0), all(1), "gone"],
  ["one of a sample says nothing about the rest", sampled(1), sampled(0), "same"],
  ["nor does one that a sample has not", sampled(0), sampled(1), "same"],
  ["a hundred of a sample where it had none", sampled(100), sampled(0), "new"],
  ["none of a sample where it had a hundred", sampled(0), sampled(100), "gone"],
  ["five times as often", all(250), all(50), "changed"],
  ["a fifth as often", all(50), all(250), "changed"],
  ["twice as often, of a few", all(4), all(2), "same"],
  ["half as much again, of many", all(3_000), all(2_000), "same"],
  ["as often, over a day", all(10), all(240, 1_440), "same"],
  ["as often, of a sample", sampled(10), all(500), "same"],
  ["never", all(0), all(0), "same"],
])("%s", (_, now, before, change) => {
  expect(compareSeen(now, before).change).toBe(change);
});
