import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planDiskLimit } from "./disk-limit.ts";
import type { Partition } from "./partitions.ts";

const DAY = 86_400;
/** A Sunday, on which weeks begin. */
const SUNDAY = 1_800_000_000 - (1_800_000_000 % DAY) - 2 * DAY;
const now = SUNDAY + 20 * DAY + 3_600;

function partition(table: string, day: number, bytes = 100, days = 1): Partition {
  const begins = SUNDAY + day * DAY;
  const ends = begins + days * DAY;
  return {
    table,
    partition: `day ${day}`,
    partitionId: `${table}-${day}`,
    begins,
    ends,
    oldest: begins,
    newest: ends - 1,
    rows: bytes,
    bytes,
  };
}

const dropped = (partitions: readonly Partition[], bytesMax: number): readonly string[] =>
  planDiskLimit(partitions, bytesMax, now).drops.map((drop) => drop.partitionId);

describe("a limit of the disk", () => {
  test("takes the oldest days of all tables, logs before spans, and no more than it must", () => {
    const partitions = [0, 1, 2, 3].flatMap((day) => [
      partition("otel_traces", day),
      partition("otel_logs", day),
    ]);
    expect(dropped(partitions, 800)).toEqual([]);
    expect(dropped(partitions, 550)).toEqual(["otel_logs-0", "otel_traces-0", "otel_logs-1"]);
  });

  test("keeps the newest day of every table, and says how much stays over it", () => {
    const partitions = [
      partition("otel_logs", 0),
      partition("otel_logs", 1),
      partition("otel_traces", 0),
    ];
    const plan = planDiskLimit(partitions, 50, now);
    expect(plan.drops.map((drop) => drop.partitionId)).toEqual(["otel_logs-0"]);
    expect(plan).toMatchObject({ bytes: 300, bytesMax: 50, bytesOver: 150 });
  });

  test("keeps today, also where tomorrow has rows already", () => {
    const partitions = [partition("otel_logs", 20), partition("otel_logs", 21)];
    expect(dropped(partitions, 0)).toEqual([]);
  });

  test("keeps the windows of traces until the last span of their week is gone", () => {
    const week = partition("otel_traces_trace_id_ts", 0, 100, 7);
    const nextWeek = partition("otel_traces_trace_id_ts", 7, 100, 7);
    const traces = [6, 8, 9].map((day) => partition("otel_traces", day));
    const ids = dropped([week, nextWeek, ...traces], 0);
    expect(ids).toEqual(["otel_traces-6", "otel_traces_trace_id_ts-0", "otel_traces-8"]);
    expect(dropped([week, nextWeek, partition("otel_traces", 6)], 0)).toEqual([]);
  });

  test("keeps the rollups of a month as long as there are days of it to go", () => {
    const partitions = [
      partition("otel_traces_red_1m", 0, 100, 10),
      partition("otel_traces_red_1m", 10, 100, 15),
      ...[0, 5, 9, 12].map((day) => partition("otel_logs", day)),
    ];
    expect(dropped(partitions, 250)).toEqual([
      "otel_logs-0",
      "otel_logs-5",
      "otel_logs-9",
      "otel_traces_red_1m-0",
    ]);
  });

  test("neither counts nor drops what is in tables of others", () => {
    const others = [0, 1, 2].map((day) => partition("otel_deploys", day, 1_000));
    const plan = planDiskLimit([...others, partition("otel_logs", 0)], 200, now);
    expect(plan).toMatchObject({ bytes: 100, drops: [], bytesOver: 0 });
    expect(dropped(others, 0)).toEqual([]);
  });

  test("leaves partitions alone that it cannot read", () => {
    const logs = { ...partition("otel_logs", 0), ends: 0 };
    expect(dropped([logs, { ...logs, partitionId: "other" }], 0)).toEqual([]);
  });

  test("never takes a newer day of a table before an older one, and never more than one partition too many", () => {
    const partitionOf = fc.record({
      table: fc.constantFrom("otel_logs", "otel_traces", "otel_metrics_sum"),
      day: fc.integer({ min: 0, max: 25 }),
      bytes: fc.integer({ min: 1, max: 1_000 }),
    });
    const all = fc.uniqueArray(partitionOf, { selector: ({ table, day }) => `${table}-${day}` });
    fc.assert(
      fc.property(all, fc.integer({ min: 0, max: 20_000 }), (records, bytesMax) => {
        const partitions = records.map(({ table, day, bytes }) => partition(table, day, bytes));
        const { drops, bytes, bytesOver } = planDiskLimit(partitions, bytesMax, now);
        const left = partitions.filter((each) => !drops.includes(each));
        for (const drop of drops) {
          expect(
            left.filter(({ table, begins }) => table === drop.table && begins < drop.begins),
          ).toEqual([]);
          expect(
            left.some(({ table, begins }) => table === drop.table && begins > drop.begins),
          ).toBe(true);
          expect(drop.ends).toBeLessThanOrEqual(now);
        }
        const after = left.reduce((sum, each) => sum + each.bytes, 0);
        expect(bytesOver).toBe(Math.max(0, after - bytesMax));
        const last = drops.at(-1);
        if (last !== undefined) expect(after + last.bytes).toBeGreaterThan(bytesMax);
        else expect(after).toBe(bytes);
      }),
    );
  });
});
