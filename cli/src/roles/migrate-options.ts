import type { MigrateOptions } from "@throughline/schemas";
import type { Settings } from "../settings/schema.ts";

/** What the settings say about the tables. */
export function migrateOptions(
  settings: Settings,
): Pick<MigrateOptions, "profile" | "retentionDays"> {
  return {
    profile: settings.schemaProfile,
    retentionDays: {
      traces: settings.retentionTracesDays,
      logs: settings.retentionLogsDays,
      metrics: settings.retentionMetricsDays,
      rollups: settings.retentionRollupsDays,
      ...(settings.retentionTables === undefined
        ? {}
        : { tables: tableDays(settings.retentionTables) }),
    },
  };
}

/** @param text such as `otel_traces_red_1m=400, otel_metrics_gauge=7`; the settings have checked its shape */
function tableDays(text: string): Readonly<Record<string, number>> {
  const pairs = text.split(",").map((pair) => pair.split("=").map((part) => part.trim()));
  return Object.fromEntries(pairs.map(([table = "", days]) => [table, Number(days)]));
}
