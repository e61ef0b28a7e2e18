import type { SpoolLimits } from "../limits.ts";

const MIB = 1024 ** 2;
/**
 * An INSERT takes up to seven times its segment's bytes in ClickHouse: 1 121 MiB for 191 MB of spans in the profile search.
 * Embedded, it may use half of the machine's memory; two INSERTs at once are to take an eighth, merges and questions the rest.
 */
const MEMORY_PER_SEGMENT_BYTE = 112;
/** What a hundred thousand spans are. Smaller would cost more in merges than it would save. */
const SMALLEST_BYTES = 48 * MIB;

/**
 * The limits, with segments that ClickHouse can take on a machine of this memory.
 * Where ClickHouse has a machine of its own, the collector's is the only one that is known.
 */
export function fitToMemory(limits: SpoolLimits, memoryBytes: number): SpoolLimits {
  const fitting = Math.max(SMALLEST_BYTES, Math.floor(memoryBytes / MEMORY_PER_SEGMENT_BYTE));
  return { ...limits, segmentMaxBytes: Math.min(limits.segmentMaxBytes, fitting) };
}
