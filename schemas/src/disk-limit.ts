/**
 * A limit for what the tables may take of the disk: the oldest partitions of all tables go first.
 *
 * The order is safe for whoever reads meanwhile. What belongs to a time goes together, its logs before its spans; the
 * windows of traces go when no span is left that they lead to; rollups hold a month and so go after all of its days. The
 * newest partition of a table stays, and so does everything of today: a limit that is too low for a day keeps a day.
 */
import type { ClickHouseClient } from "@clickhouse/client";
import { OWN_TABLES } from "./own-tables.ts";
import { dropPartition, readPartitions, type Partition } from "./partitions.ts";
import type { TemplateValues } from "./template.ts";

export interface DiskPlan {
  /** Of all tables of ours, before anything goes. */
  readonly bytes: number;
  readonly bytesMax: number;
  /** In the order in which they go. */
  readonly drops: readonly Partition[];
  /** Bytes that stay over the limit when everything that may go is gone; 0 where it holds. */
  readonly bytesOver: number;
}

const TRACES = "otel_traces";
const TRACE_WINDOWS = "otel_traces_trace_id_ts";

/** Pure. @param all those of other tables are neither counted nor dropped. @param nowSeconds since 1970 */
export function planDiskLimit(
  all: readonly Partition[],
  bytesMax: number,
  nowSeconds: number,
): DiskPlan {
  const partitions = all.filter(({ table }) => OWN_TABLES.has(table));
  const bytes = partitions.reduce((sum, partition) => sum + partition.bytes, 0);
  const kept = new Set(partitions);
  const drops: Partition[] = [];
  let bytesOver = bytes - bytesMax;
  for (const partition of partitions.toSorted(byAge)) {
    if (bytesOver <= 0) break;
    if (!mayGo(partition, kept, nowSeconds)) continue;
    kept.delete(partition);
    drops.push(partition);
    bytesOver -= partition.bytes;
  }
  return { bytes, bytesMax, drops, bytesOver: Math.max(0, bytesOver) };
}

function mayGo(partition: Partition, kept: ReadonlySet<Partition>, nowSeconds: number): boolean {
  const { table, ends } = partition;
  if (ends === 0 || ends > nowSeconds) return false;
  const left = [...kept];
  if (!left.some((other) => other.table === table && other.ends > ends)) return false;
  return (
    table !== TRACE_WINDOWS || !left.some((other) => other.table === TRACES && other.begins < ends)
  );
}

function byAge(a: Partition, b: Partition): number {
  return a.ends - b.ends || rank(a.table) - rank(b.table) || (a.table < b.table ? -1 : 1);
}

/** Of partitions that end at the same time, who goes first. */
function rank(table: string): number {
  if (table === "otel_logs") return 0;
  if (table.startsWith("otel_metrics_")) return 1;
  if (table === TRACES) return 2;
  return table === TRACE_WINDOWS ? 3 : 4;
}

/** Drops what the plan says, one partition after the other, and calls `onDrop` after each. */
export async function enforceDiskLimit(
  client: ClickHouseClient,
  values: TemplateValues,
  {
    bytesMax,
    onDrop,
  }: { readonly bytesMax: number; readonly onDrop?: (dropped: Partition) => void },
): Promise<DiskPlan> {
  const partitions = await readPartitions(client, values.database);
  const plan = planDiskLimit(partitions, bytesMax, Date.now() / 1000);
  for (const partition of plan.drops) {
    // oxlint-disable-next-line no-await-in-loop -- in this order
    await dropPartition(client, values, { partition, reason: "disk" });
    onDrop?.(partition);
  }
  return plan;
}
