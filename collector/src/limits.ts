/**
 * Every limit of the collector: its unit, its default and the environment variable that changes it.
 *
 * An answer that refuses something names the variable, so the names live here and nowhere else.
 */

const KIB = 1024;
const MIB = 1024 * KIB;

/** What a client may send; both receivers keep to it. */
export interface ReceiveLimits {
  /** Largest request body after decompression, in bytes. OTLP recommends 64 MiB. */
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

/** All limits of one collector. */
export interface CollectorLimits {
  readonly receive: ReceiveLimits;
  readonly admit: AdmitLimits;
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
    bodyMaxBytes: setting("BODY_MAX_BYTES", 64 * MIB, 64 * KIB, 512 * MIB),
    compressedBodyMaxBytes: setting("COMPRESSED_BODY_MAX_BYTES", 16 * MIB, 16 * KIB, 512 * MIB),
    compressionRatioMax: setting("COMPRESSION_RATIO_MAX", 300, 10, 100_000),
    connectionsMax: setting("CONNECTIONS_MAX", 1024, 1, 100_000),
    streamsPerConnectionMax: setting("STREAMS_PER_CONNECTION_MAX", 128, 1, 10_000),
    headersMaxBytes: setting("HEADERS_MAX_BYTES", 16 * KIB, KIB, MIB),
    headersTimeoutMs: setting("HEADERS_TIMEOUT_MS", 10_000, 100, 600_000),
    requestTimeoutMs: setting("REQUEST_TIMEOUT_MS", 60_000, 100, 3_600_000),
    idleTimeoutMs: setting("IDLE_TIMEOUT_MS", 120_000, 100, 3_600_000),
  },
  admit: {
    inFlightMaxBytes: setting("IN_FLIGHT_MAX_BYTES", 160 * MIB, MIB, 64 * 1024 * MIB),
    inFlightMaxRequests: setting("IN_FLIGHT_MAX_REQUESTS", 1024, 1, 1_000_000),
    retryAfterMs: setting("RETRY_AFTER_MS", 1000, 100, 600_000),
  },
} as const satisfies {
  readonly receive: Readonly<Record<keyof ReceiveLimits, LimitSetting>>;
  readonly admit: Readonly<Record<keyof AdmitLimits, LimitSetting>>;
};

export const DEFAULT_LIMITS: CollectorLimits = {
  receive: defaultsOf(LIMIT_SETTINGS.receive),
  admit: defaultsOf(LIMIT_SETTINGS.admit),
};

/**
 * What is wrong with a set of limits, one sentence per fault; empty when nothing is.
 * Single values out of range come first, then limits that contradict each other.
 */
export function findLimitFaults(limits: CollectorLimits): readonly string[] {
  const faults = [
    ...findValuesOutOfRange(LIMIT_SETTINGS.receive, limits.receive),
    ...findValuesOutOfRange(LIMIT_SETTINGS.admit, limits.admit),
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

function setting(name: string, value: number, min: number, max: number): LimitSetting {
  return { environmentName: `THROUGHLINE_OTLP_${name}`, default: value, min, max };
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
