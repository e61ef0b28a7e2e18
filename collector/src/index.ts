export { isLogLevel, LOG_LEVELS } from "./agent-config/agent-config.ts";
export { editAgentConfig, readAgentConfig } from "./agent-config/edit-agent-config.ts";
export type { AgentConfigEdit } from "./agent-config/edit-agent-config.ts";
export { startCollector } from "./collector.ts";
export type { Collector, CollectorOptions } from "./collector.ts";
export type { AgentConfig } from "./contract.ts";
export type { CollectorLimits } from "./limits.ts";
export { ListenError } from "./receive/receiver.ts";
export { nodeDisk, SpoolError } from "./spool/disk.ts";
export {
  dropQuarantined,
  findQuarantined,
  listQuarantine,
  previewQuarantined,
  replayQuarantined,
} from "./spool/quarantine.ts";
export type { QuarantinedSegment } from "./spool/quarantine.ts";
