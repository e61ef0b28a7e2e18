import { expect, test } from "vitest";
import { type BucketState, chooseBuckets } from "./choose-buckets.ts";

function state(bucket: number, changed: Partial<BucketState> = {}): BucketState {
  return { bucket, version: "0", spansThen: 0, spansNow: 100, sampledEvery: 0, ...changed };
}

test("computed buckets are taken as they are, the rest is counted from spans", () => {
  const choice = chooseBuckets(
    [state(0, { version: "7", spansThen: 100 }), state(300), state(600)],
    [],
    1_000,
  );
  expect(choice.built.map(({ bucket }) => bucket)).toEqual([0]);
  expect(choice.raw).toEqual([600, 300]);
  expect(choice).toMatchObject({ spansLeftOut: 0, staleBuckets: 0, computedUpTo: 300 });
});

test("where too many spans would be counted, the newest are, and the answer says how many are not", () => {
  const choice = chooseBuckets([state(0), state(300, { spansNow: 5_000 }), state(600)], [], 1_000);
  expect(choice.raw).toEqual([600, 0]);
  expect(choice.spansLeftOut).toBe(5_000);
  expect(choice.computedUpTo).toBeUndefined();
});

test("it is said of how many buckets a part was counted", () => {
  const whole = state(0, { version: "7", spansThen: 100, sampledEvery: 1 });
  expect(chooseBuckets([whole], [], 1_000).sampled).toEqual({ buckets: 0, every: 1 });
  const [some, few] = [4, 18].map((sampledEvery, n) =>
    state(300 + 300 * n, { version: "7", spansThen: 100, sampledEvery }),
  );
  expect(chooseBuckets([whole, some!, few!], [], 1_000).sampled).toEqual({ buckets: 2, every: 18 });
});

test("a bucket that got spans after it was computed is said to be stale", () => {
  const choice = chooseBuckets([state(0, { version: "7", spansThen: 99 })], [], 1_000);
  expect(choice.staleBuckets).toBe(1);
  expect(choice.raw).toEqual([]);
});

test("an hour stands for its buckets while it was made of their newest versions, and of all of them", () => {
  const built = [0, 300, 3_600].map((bucket) => state(bucket, { version: "7", spansThen: 100 }));
  const hour = { hour: 0, version: "9", source: "14" };
  const choice = chooseBuckets(built, [hour], 1_000);
  expect(choice.hours).toEqual([hour]);
  expect(choice.built.map(({ bucket }) => bucket)).toEqual([3_600]);
  expect(chooseBuckets(built, [{ ...hour, source: "13" }], 1_000).hours).toEqual([]);
  const missing = chooseBuckets([...built, state(600)], [hour], 1_000);
  expect(missing.hours).toEqual([]);
  expect(missing.raw).toEqual([600]);
});
