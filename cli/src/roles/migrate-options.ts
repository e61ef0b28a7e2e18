import type { MigrateOptions } from "@throughline/schemas";
import type { Settings } from "../settings/schema.ts";

/** What the settings say about the tables. */
export function migrateOptions(settings: Settings): Partial<MigrateOptions> {
  return {
    profile: settings.schemaProfile,
    retentionDays: {
      traces: settings.retentionTracesDays,
      logs: settings.retentionLogsDays,
      metrics: settings.retentionMetricsDays,
      rollups: settings.retentionRollupsDays,
    },
  };
}
