/** Goal: what arrives is searchable soon, and yet a slow ClickHouse gets few, large segments. */
import { expect, test } from "vitest";
import { FakeDisk } from "./testing/fake-disk.ts";
import { block, bodyOf, openTestSpool, steadyClock } from "./testing/test-spool.ts";

const HOUR_MS = 3_600_000;

test("a segment is sealed by age, but not behind another that is under way", async () => {
  let now = 0;
  const options = { disk: new FakeDisk(), directory: "/s", clock: steadyClock(() => now) };
  const { spool, sealed } = await openTestSpool(options);
  await spool.append([block("old")]);
  now = 999;
  await spool.tick();
  expect(sealed).toHaveLength(0);
  now = 1000;
  await spool.tick();
  expect(sealed.map((segment) => segment.table)).toEqual(["otel_logs"]);
  await spool.append([block("new")]);
  now = 1999;
  await spool.tick();
  expect(sealed).toHaveLength(1);
  now = 5000;
  await spool.tick();
  expect(sealed).toHaveLength(1);
  await spool.release(sealed[0]!.id);
  await spool.tick();
  expect(await bodyOf(sealed[1]!)).toBe("new");
});

test("while ClickHouse is away none is sealed by age behind another, however long", async () => {
  let now = 0;
  const isServerAway = () => now >= 1000;
  const options = {
    disk: new FakeDisk(),
    directory: "/s",
    clock: steadyClock(() => now),
    isServerAway,
  };
  const { spool, sealed } = await openTestSpool(options);
  await spool.append([block("old")]);
  now = 1000;
  await spool.tick();
  await spool.append([block("new")]);
  now = 3_600_000;
  await spool.tick();
  expect(await Promise.all(sealed.map(bodyOf))).toEqual(["old"]);
});

test("a backlog of full segments does not hide what arrives now", async () => {
  let now = 0;
  const limits = { segmentRowsMax: 2, segmentBusyAgeMs: 1000 };
  const options = { disk: new FakeDisk(), directory: "/s", clock: steadyClock(() => now), limits };
  const { spool, sealed } = await openTestSpool(options);
  await spool.append([block("a", { rows: 2 }), block("b", { rows: 2 }), block("new")]);
  now = 1000;
  await spool.tick();
  expect(await Promise.all(sealed.map(bodyOf))).toEqual(["a", "b", "new"]);
});

test("one that is refused again and again holds others back for a while only", async () => {
  let now = 0;
  const limits = { segmentBehindMs: 5000 };
  const options = { disk: new FakeDisk(), directory: "/s", clock: steadyClock(() => now), limits };
  const { spool, sealed } = await openTestSpool(options);
  const bodies = () => Promise.all(sealed.map(bodyOf));
  await spool.append([block("refused")]);
  now = 1000;
  await spool.tick();
  await spool.append([block("held")]);
  now = 5999;
  await spool.tick();
  expect(await bodies()).toEqual(["refused"]);
  now = 6000;
  await spool.tick();
  expect(await bodies()).toEqual(["refused", "held"]);
  await spool.release(sealed[1]!.id);
  await spool.append([block("at once")]);
  now = 7000;
  await spool.tick();
  expect(await bodyOf(sealed[2]!)).toBe("at once");
});

test("a segment that fills fast is given more time, so that there are fewer", async () => {
  let now = 0;
  const limits = { segmentRowsMax: 100, segmentAgeMs: 1000, segmentBusyAgeMs: 3000 };
  const options = { disk: new FakeDisk(), directory: "/s", clock: steadyClock(() => now), limits };
  const { spool, sealed } = await openTestSpool(options);
  await spool.append([block("slow", { rows: 4 })]);
  now = 1000;
  await spool.tick();
  expect(await Promise.all(sealed.map(bodyOf))).toEqual(["slow"]);
  await spool.release(sealed[0]!.id);
  await spool.append([block("fast", { rows: 5 })]);
  now = 3999;
  await spool.tick();
  expect(sealed).toHaveLength(1);
  now = 4000;
  await spool.tick();
  expect(await bodyOf(sealed[1]!)).toBe("fast");
});

test.each([-1, 1])(
  "setting the wall clock by %d h neither holds a segment nor seals it",
  async (hours) => {
    let now = 0;
    let unixMs = 10 * HOUR_MS;
    const clock = { unixMs: () => unixMs, monotonicMs: () => now };
    const { spool, sealed } = await openTestSpool({ disk: new FakeDisk(), directory: "/s", clock });
    await spool.append([block("old")]);
    unixMs += hours * HOUR_MS;
    now = 999;
    await spool.tick();
    expect(sealed).toHaveLength(0);
    now = 1000;
    await spool.tick();
    expect(await Promise.all(sealed.map(bodyOf))).toEqual(["old"]);
  },
);
