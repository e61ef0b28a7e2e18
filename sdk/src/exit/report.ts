import type { QueueCounters } from "../export/batch-queue.ts";
import { LOG_RANKS } from "../export/weigh.ts";
import type { PipelineCounters } from "../pipeline.ts";

/**
 * What became of the process's telemetry, one line per signal:
 *   spans: 12 recorded, 12 sent, 12 acked, 0 refused, 0 spooled, 0 dropped
 *   log records: 900 recorded, 640 sent, 512 acked, 0 refused, 128 spooled, 260 dropped (250 debug, 10 info)
 * `sent` counts items handed to the exporter at least once, those of the child process at exit among them.
 */
export function formatReport({ spans, logRecords, spool }: PipelineCounters): readonly string[] {
  const lines = [
    `spans: ${formatCounters(spans)}`,
    `log records: ${formatCounters(logRecords)}${droppedBySeverity(logRecords)}`,
  ];
  if (spool.resent + spool.refused > 0) {
    lines.push(`from the spool directory: ${spool.resent} acked, ${spool.refused} refused`);
  }
  return lines;
}

function formatCounters(counters: QueueCounters): string {
  const { recorded, sent, delivered, refused, spooled, dropped } = counters;
  return `${recorded} recorded, ${sent} sent, ${delivered} acked, ${refused} refused, ${spooled} spooled, ${dropped} dropped`;
}

function droppedBySeverity({ dropped, droppedByRank }: QueueCounters): string {
  if (dropped === 0) return "";
  const parts = LOG_RANKS.flatMap((name, rank) => {
    const count = droppedByRank[rank] ?? 0;
    return count === 0 ? [] : [`${count} ${name}`];
  });
  return ` (${parts.join(", ")})`;
}
