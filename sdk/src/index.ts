export { start, type Telemetry, type TelemetryCounters } from "./start.ts";
export type { OtlpProtocol, StartOptions } from "./settings.ts";
export type { PipelineCounters } from "./pipeline.ts";
export type { QueueCounters } from "./export/batch-queue.ts";
