/** The tables with data that the migrations make, and which setting says how long each keeps it. */
import type { allRetentionDays } from "./template.ts";

type Signal = Exclude<keyof ReturnType<typeof allRetentionDays>, "tables">;

/** Each is named: another table of the database is its owner's, whatever its name begins with. */
export const OWN_TABLES: ReadonlyMap<string, Signal> = new Map<string, Signal>([
  ["otel_logs", "logs"],
  ["otel_traces", "traces"],
  // Each leads to a span.
  ["otel_traces_exemplars", "traces"],
  ["otel_traces_trace_id_ts", "trace_windows"],
  ["otel_metrics_gauge", "metrics"],
  ["otel_metrics_sum", "metrics"],
  ["otel_metrics_histogram", "metrics"],
  ["otel_metrics_exponential_histogram", "metrics"],
  ["otel_metrics_summary", "metrics"],
  ["otel_logs_rate_1m", "rollups"],
  ["otel_traces_red_1m", "rollups"],
  ["otel_traces_red_services", "rollups"],
  ["otel_traces_red_services_1m", "rollups"],
  ["otel_traces_red_operations_1h", "rollups"],
  ["otel_service_edges", "rollups"],
  ["otel_service_edges_1h", "rollups"],
]);
