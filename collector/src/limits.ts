/**
 * Every limit of the collector: its unit, its default and the environment variable that changes it.
 *
 * An answer that refuses something names the variable, so the names live here and nowhere else.
 */

const KIB = 1024;
const MIB = 1024 * KIB;

/** What a client may send; both receivers keep to it. */
export interface ReceiveLimits {
  /** Largest request body after decompression, in bytes, and largest OTLP protobuf that one in another form becomes. What is encoded at once grows with it, outside of the budget. */
  readonly bodyMaxBytes: number;
  /** Largest compressed request body as it comes over the wire, in bytes. */
  readonly compressedBodyMaxBytes: number;
  /**
   * Largest body / compressed body. Only bodies above 1 MiB are judged: small, repetitive batches
   * legitimately compress a lot and cannot hurt.
   */
  readonly compressionRatioMax: number;
  /** Open connections per port; the next one is closed at once. */
  readonly connectionsMax: number;
  /** Concurrent calls on one gRPC connection; further ones wait at the client. */
  readonly streamsPerConnectionMax: number;
  /** Header block of one HTTP/1.1 request, in bytes. */
  readonly headersMaxBytes: number;
  /** From the connection (or the first byte of a request) to the last byte of its headers, in ms. */
  readonly headersTimeoutMs: number;
  /** From the first to the last byte of one request, in ms. */
  readonly requestTimeoutMs: number;
  /** How long a connection without any request stays open, in ms. */
  readonly idleTimeoutMs: number;
}

/** What the collector holds in memory for requests it has not answered. */
export interface AdmitLimits {
  /**
   * Bytes in flight over both receivers: bodies being read, inflated, encoded and synced. At least
   * `compressedBodyMaxBytes` + 2 x `bodyMaxBytes`, so that the largest legal request fits an idle collector.
   */
  readonly inFlightMaxBytes: number;
  /** Requests in flight over both receivers. */
  readonly inFlightMaxRequests: number;
  /** Shortest delay asked of a refused client, in ms; the real one is up to twice that, at random. */
  readonly retryAfterMs: number;
}

/** What waits for the encoding workers, and what they take at once. */
export interface EncodeLimits {
  /** Encoding worker threads; the bound on memory holds for one, which encodes some 700 000 log records a second. */
  readonly workersMax: number;
  /** Request bodies waiting for a worker, in bytes; the next request is told to come back. */
  readonly queueMaxBytes: number;
  /** Request bodies given to a worker at once, in bytes; one larger body goes alone. */
  readonly batchMaxBytes: number;
  /** Requests given to a worker at once. */
  readonly batchMaxRequests: number;
  /** A worker that has not answered after this many ms is replaced; its requests are told to come back. */
  readonly batchTimeoutMs: number;
}

/** What one request may hold. Beyond it records are rejected one by one and counted, or texts cut and named. */
export interface RecordLimits {
  /** Log records, spans or data points of one request; those beyond are rejected. */
  readonly recordsPerRequestMax: number;
  /** Attributes of a record, of its resource, its scope, or all its events together; a record with more is rejected. */
  readonly attributesPerRecordMax: number;
  /** Bytes of an attribute key; a record with a longer one is rejected. */
  readonly keyBytesMax: number;
  /**
   * Bytes of one text as it is stored: body, attribute value, name. A longer one is cut at a character, and the
   * attribute `throughline.truncated` names it. Texts of scopes, events, links and metrics cannot be cut that
   * way: the record is rejected.
   */
  readonly valueBytesMax: number;
  /** Arrays and key-value lists inside each other in one value; a record with a deeper one is rejected. */
  readonly valueDepthMax: number;
  /** Events, links, exemplars, buckets or quantiles of one record, each; a record with more is rejected. */
  readonly listItemsMax: number;
  /**
   * Bytes that one request may become in blocks. A resource is sent once and stored with each of its rows, so a
   * small request can become a huge block; records beyond are rejected. Of requests encoded together those after the one that
   * brings them over it are told to come back.
   */
  readonly expandedBytesPerRequestMax: number;
  /** Records older than this many days when received are filed under the receive time. */
  readonly timestampPastMaxDays: number;
  /** Records this many days in the future when received are filed under the receive time. */
  readonly timestampFutureMaxDays: number;
  /**
   * Days on which one request may have records, besides the day when it is received; each is a file in the spool and an INSERT.
   * Records on further days are filed under the receive time.
   */
  readonly timestampDaysPerRequestMax: number;
}

/** What waits on disk for ClickHouse, and in which portions. */
export interface SpoolLimits {
  /** Segments, recycled files and quarantine on disk, in bytes; at the cap clients are told to come back. */
  readonly spoolMaxBytes: number;
  /** Segments on disk, of which each takes some kB of memory; at the cap clients are told to come back. */
  readonly spoolSegmentsMax: number;
  /** A segment is sealed when it holds this many rows. */
  readonly segmentRowsMax: number;
  /** A segment is sealed when its blocks hold this many bytes, or fewer where memory is short; one larger block gets a segment of its own. */
  readonly segmentMaxBytes: number;
  /** A segment is sealed this many ms after its first block, unless one of its table and day that was sealed so is under way. */
  readonly segmentAgeMs: number;
  /** The same for one that a twentieth of its rows were in by then: under load fewer, larger parts cost less. */
  readonly segmentBusyAgeMs: number;
  /** So many ms after it was sealed a segment that still waits for a ClickHouse that answers keeps no other back. */
  readonly segmentBehindMs: number;
  /** Tables times days written to at once; the oldest segment is sealed to stay below. */
  readonly openSegmentsMax: number;
  /** Blocks written and synced as one group, in bytes; what arrives meanwhile goes into the next, and is refused when it is more than two. */
  readonly commitMaxBytes: number;
  /** Inserted segment files kept for reuse. */
  readonly recycledFilesMax: number;
}

/** How segments go to ClickHouse. */
export interface InsertLimits {
  /** INSERTs at once. */
  readonly lanesMax: number;
  /** An INSERT without an answer is given up after this many ms, and repeated under the same token. */
  readonly insertTimeoutMs: number;
  /**
   * An INSERT that takes longer than this, in ms, is reported by `/readyz`, and given up if ClickHouse does not answer
   * another question either.
   */
  readonly insertStallMs: number;
  /** How long a stopping collector waits for its last INSERTs, in ms; the rest stays on disk. */
  readonly drainTimeoutMs: number;
}

/** All limits of one collector. */
export interface CollectorLimits {
  readonly receive: ReceiveLimits;
  readonly admit: AdmitLimits;
  readonly encode: EncodeLimits;
  readonly record: RecordLimits;
  readonly spool: SpoolLimits;
  readonly insert: InsertLimits;
}

/** One row of the table below. */
export interface LimitSetting {
  readonly environmentName: string;
  readonly default: number;
  /** Smallest and largest value that makes sense; both are allowed. */
  readonly min: number;
  readonly max: number;
}

/** Environment names, defaults and bounds; the settings schema of the command line reads this table. */
export const LIMIT_SETTINGS = {
  receive: {
    bodyMaxBytes: setting("BODY_MAX_BYTES", 16 * MIB, 64 * KIB, 512 * MIB),
    compressedBodyMaxBytes: setting("COMPRESSED_BODY_MAX_BYTES", 8 * MIB, 16 * KIB, 512 * MIB),
    compressionRatioMax: setting("COMPRESSION_RATIO_MAX", 300, 10, 100_000),
    connectionsMax: setting("CONNECTIONS_MAX", 1024, 1, 100_000),
    streamsPerConnectionMax: setting("STREAMS_PER_CONNECTION_MAX", 128, 1, 10_000),
    headersMaxBytes: setting("HEADERS_MAX_BYTES", 16 * KIB, KIB, MIB),
    headersTimeoutMs: setting("HEADERS_TIMEOUT_MS", 10_000, 100, 600_000),
    requestTimeoutMs: setting("REQUEST_TIMEOUT_MS", 60_000, 100, 3_600_000),
    idleTimeoutMs: setting("IDLE_TIMEOUT_MS", 120_000, 100, 3_600_000),
  },
  admit: {
    inFlightMaxBytes: setting("IN_FLIGHT_MAX_BYTES", 56 * MIB, MIB, 64 * 1024 * MIB),
    inFlightMaxRequests: setting("IN_FLIGHT_MAX_REQUESTS", 1024, 1, 1_000_000),
    retryAfterMs: setting("RETRY_AFTER_MS", 1000, 100, 600_000),
  },
  encode: {
    workersMax: setting("ENCODE_WORKERS_MAX", 1, 1, 256, ""),
    queueMaxBytes: setting("ENCODE_QUEUE_MAX_BYTES", 64 * MIB, MIB, 64 * 1024 * MIB, ""),
    batchMaxBytes: setting("ENCODE_BATCH_MAX_BYTES", 4 * MIB, 64 * KIB, 512 * MIB, ""),
    batchMaxRequests: setting("ENCODE_BATCH_MAX_REQUESTS", 256, 1, 65_536, ""),
    batchTimeoutMs: setting("ENCODE_BATCH_TIMEOUT_MS", 60_000, 1000, 3_600_000, ""),
  },
  record: {
    recordsPerRequestMax: setting("RECORDS_PER_REQUEST_MAX", 250_000, 1, 10_000_000),
    attributesPerRecordMax: setting("ATTRIBUTES_PER_RECORD_MAX", 1024, 1, 65_536),
    keyBytesMax: setting("KEY_MAX_BYTES", 1024, 16, 64 * KIB),
    valueBytesMax: setting("VALUE_MAX_BYTES", MIB, 64, 64 * MIB),
    valueDepthMax: setting("VALUE_DEPTH_MAX", 32, 1, 64),
    listItemsMax: setting("LIST_ITEMS_MAX", 10_000, 1, 1_000_000),
    expandedBytesPerRequestMax: setting("EXPANDED_MAX_BYTES", 64 * MIB, MIB, 512 * MIB),
    timestampPastMaxDays: setting("TIMESTAMP_PAST_MAX_DAYS", 366, 1, 36_500),
    timestampFutureMaxDays: setting("TIMESTAMP_FUTURE_MAX_DAYS", 2, 1, 36_500),
    timestampDaysPerRequestMax: setting("TIMESTAMP_DAYS_PER_REQUEST_MAX", 32, 1, 1000),
  },
  spool: {
    spoolMaxBytes: setting("SPOOL_MAX_BYTES", 8 * 1024 * MIB, MIB, 2 ** 50, ""),
    spoolSegmentsMax: setting("SPOOL_SEGMENTS_MAX", 4096, 1, 1_000_000, ""),
    segmentRowsMax: setting("SEGMENT_ROWS_MAX", 400_000, 1, 1_000_000, ""),
    segmentMaxBytes: setting("SEGMENT_MAX_BYTES", 192 * MIB, 64 * KIB, 1024 * MIB, ""),
    segmentAgeMs: setting("SEGMENT_AGE_MS", 1000, 10, 3_600_000, ""),
    segmentBusyAgeMs: setting("SEGMENT_BUSY_AGE_MS", 3000, 10, 3_600_000, ""),
    segmentBehindMs: setting("SEGMENT_BEHIND_MS", 10_000, 10, 3_600_000, ""),
    openSegmentsMax: setting("OPEN_SEGMENTS_MAX", 64, 1, 10_000, ""),
    commitMaxBytes: setting("COMMIT_MAX_BYTES", 32 * MIB, 64 * KIB, 1024 * MIB, ""),
    recycledFilesMax: setting("RECYCLED_FILES_MAX", 16, 0, 1000, ""),
  },
  insert: {
    lanesMax: setting("INSERT_LANES_MAX", 2, 1, 16, ""),
    insertTimeoutMs: setting("INSERT_TIMEOUT_MS", 120_000, 1000, 3_600_000, ""),
    insertStallMs: setting("INSERT_STALL_MS", 10_000, 100, 3_600_000, ""),
    drainTimeoutMs: setting("DRAIN_TIMEOUT_MS", 5000, 0, 600_000, ""),
  },
} as const satisfies {
  readonly receive: Readonly<Record<keyof ReceiveLimits, LimitSetting>>;
  readonly admit: Readonly<Record<keyof AdmitLimits, LimitSetting>>;
  readonly encode: Readonly<Record<keyof EncodeLimits, LimitSetting>>;
  readonly record: Readonly<Record<keyof RecordLimits, LimitSetting>>;
  readonly spool: Readonly<Record<keyof SpoolLimits, LimitSetting>>;
  readonly insert: Readonly<Record<keyof InsertLimits, LimitSetting>>;
};

export const DEFAULT_LIMITS: CollectorLimits = {
  receive: defaultsOf(LIMIT_SETTINGS.receive),
  admit: defaultsOf(LIMIT_SETTINGS.admit),
  encode: defaultsOf(LIMIT_SETTINGS.encode),
  record: defaultsOf(LIMIT_SETTINGS.record),
  spool: defaultsOf(LIMIT_SETTINGS.spool),
  insert: defaultsOf(LIMIT_SETTINGS.insert),
};

/**
 * What is wrong with a set of limits, one sentence per fault; empty when nothing is.
 * Single values out of range come first, then limits that contradict each other.
 */
export function findLimitFaults(limits: CollectorLimits): readonly string[] {
  const faults = [
    ...findValuesOutOfRange(LIMIT_SETTINGS.receive, limits.receive),
    ...findValuesOutOfRange(LIMIT_SETTINGS.admit, limits.admit),
    ...findValuesOutOfRange(LIMIT_SETTINGS.encode, limits.encode),
    ...findValuesOutOfRange(LIMIT_SETTINGS.record, limits.record),
    ...findValuesOutOfRange(LIMIT_SETTINGS.spool, limits.spool),
    ...findValuesOutOfRange(LIMIT_SETTINGS.insert, limits.insert),
  ];
  const { receive, admit } = limits;
  const needed = receive.compressedBodyMaxBytes + 2 * receive.bodyMaxBytes;
  if (admit.inFlightMaxBytes < needed) {
    const names = LIMIT_SETTINGS.receive;
    faults.push(
      `${LIMIT_SETTINGS.admit.inFlightMaxBytes.environmentName} is ${admit.inFlightMaxBytes}, but one request at ` +
        `its limits needs ${needed} (${names.compressedBodyMaxBytes.environmentName} + 2 x ` +
        `${names.bodyMaxBytes.environmentName}): raise the first or lower one of the others.`,
    );
  }
  return faults;
}

function findValuesOutOfRange<K extends string>(
  settings: Readonly<Record<K, LimitSetting>>,
  values: Readonly<Record<K, number>>,
): string[] {
  const faults: string[] = [];
  for (const key of keysOf(settings)) {
    const { environmentName, min, max } = settings[key];
    const value = values[key];
    if (!Number.isSafeInteger(value) || value < min || value > max) {
      faults.push(
        `${environmentName} is ${value}; it must be a whole number from ${min} to ${max}.`,
      );
    }
  }
  return faults;
}

// oxlint-disable-next-line max-params -- one row of a table, read as a row
function setting(
  name: string,
  value: number,
  min: number,
  max: number,
  area = "OTLP_",
): LimitSetting {
  return { environmentName: `THROUGHLINE_${area}${name}`, default: value, min, max };
}

function defaultsOf<K extends string>(
  settings: Readonly<Record<K, LimitSetting>>,
): Readonly<Record<K, number>> {
  const entries = keysOf(settings).map((key) => [key, settings[key].default] as const);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fromEntries widens the keys to string
  return Object.fromEntries(entries) as Record<K, number>;
}

function keysOf<K extends string>(record: Readonly<Record<K, unknown>>): readonly K[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.keys widens the keys to string
  return Object.keys(record) as K[];
}
