/**
 * One worker encodes about 700 000 log records a second, more than a machine's ClickHouse takes, and costs 16 to 45 MiB at rest:
 * one for each of 16 cores alone is more than the 300 MB that the collector promises to stay under.
 */
const DEFAULT_WORKERS_MAX = 2;

/**
 * How many encoding workers to start: a core is left to the receiving thread.
 * @param workersMax the setting, 0 for the default
 */
export function encodingWorkers(workersMax: number, cores: number): number {
  if (workersMax > 0) return workersMax;
  return Math.min(DEFAULT_WORKERS_MAX, Math.max(1, cores - 1));
}
