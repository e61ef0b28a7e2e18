import { availableParallelism, totalmem } from "node:os";

/** What the engine may use, sized to the machine (or to the container it runs in). */
export interface EngineLimits {
  /** ClickHouse's max_server_memory_usage. */
  readonly memoryBytes: number;
  /** What one query may use; a query over it fails alone. */
  readonly queryMemoryBytes: number;
  readonly cores: number;
}

const GIB = 1024 ** 3;
const MEMORY_SHARE = 0.5;
const MEMORY_MAX_BYTES = 32 * GIB;
const MEMORY_MIN_BYTES = 1 * GIB;

/** @param memoryLimitBytes overrides the share of the machine's memory */
export function engineLimits(
  memoryLimitBytes: number | undefined,
  machine = { memoryBytes: machineMemoryBytes(), cores: availableParallelism() },
): EngineLimits {
  const share = Math.min(machine.memoryBytes * MEMORY_SHARE, MEMORY_MAX_BYTES);
  const memoryBytes = Math.floor(memoryLimitBytes ?? Math.max(share, MEMORY_MIN_BYTES));
  return {
    memoryBytes,
    // Two queries at their limit still leave room for inserts and merges.
    queryMemoryBytes: Math.floor(memoryBytes / 3),
    cores: machine.cores,
  };
}

/** A container's limit where there is one, else what the machine has. */
function machineMemoryBytes(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
