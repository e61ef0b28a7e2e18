/** Every bound of the spool; see `SPOOL_LIMITS_DEFAULT` for the defaults. */
export interface SpoolLimits {
  /** Segments, free files and quarantine together, in bytes on disk. At the cap clients are told to come back. */
  readonly spoolMaxBytes: number;
  /** A segment is sealed when it holds this many rows. */
  readonly segmentRowsMax: number;
  /** A segment is sealed when its blocks hold this many bytes; one larger block gets a segment of its own. */
  readonly segmentBytesMax: number;
  /** A segment is sealed this long after its first block, unless one of its table and day waits already. */
  readonly segmentAgeMs: number;
  /** Tables times days written to at once; the oldest is sealed to stay below. */
  readonly openSegmentsMax: number;
  /** Blocks written and synced as one group; what arrives meanwhile goes into the next. */
  readonly commitBytesMax: number;
  /** Inserted files kept for reuse. */
  readonly recycledFilesMax: number;
}

export const SPOOL_LIMITS_DEFAULT: SpoolLimits = {
  spoolMaxBytes: 8 * 1024 ** 3,
  segmentRowsMax: 100_000,
  segmentBytesMax: 64 * 1024 ** 2,
  segmentAgeMs: 1000,
  openSegmentsMax: 64,
  commitBytesMax: 32 * 1024 ** 2,
  recycledFilesMax: 4,
};
