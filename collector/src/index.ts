export { startCollector } from "./collector.ts";
export type { Collector, CollectorOptions } from "./collector.ts";
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
