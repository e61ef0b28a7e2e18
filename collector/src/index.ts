export { startCollector } from "./collector.ts";
export type { Collector, CollectorOptions } from "./collector.ts";
export type { CollectorLimits } from "./limits.ts";
export { ListenError } from "./receive/receiver.ts";
export { SpoolError } from "./spool/disk.ts";
