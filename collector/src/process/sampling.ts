/* oxlint-disable typescript/no-non-null-assertion -- ids have 16 bytes, checked before */
/**
 * OpenTelemetry's consistent probability sampling: the last 7 bytes of a trace id are its random number R, and a trace is
 * kept when R is at least the rejection threshold T = (1 - probability) x 2^56. Spans and logs of one trace
 * have one fate, on every collector and under every rule with the same or a higher percentage; and a trace that an SDK has kept
 * by the same rule at a lower percentage is kept here too. `rv` in the trace state is not used: logs do not carry it.
 */
export interface SamplingThreshold {
  /** T in two parts: the first 3 of 7 bytes, and the last 4. */
  readonly high: number;
  readonly low: number;
  /** 0 to 1. */
  readonly probability: number;
}

export function samplingThreshold(keepPercent: number): SamplingThreshold {
  const probability = keepPercent / 100;
  const threshold = BigInt(Math.round((1 - probability) * 2 ** 52)) << 4n;
  return { high: Number(threshold >> 32n), low: Number(threshold & 0xffffffffn), probability };
}

/** @param traceIdStart where the 16 bytes are */
export function isTraceKept(
  bytes: Uint8Array,
  traceIdStart: number,
  threshold: SamplingThreshold,
): boolean {
  const p = traceIdStart + 9;
  const high = (bytes[p]! << 16) | (bytes[p + 1]! << 8) | bytes[p + 2]!;
  if (high !== threshold.high) return high > threshold.high;
  const low =
    ((bytes[p + 3]! << 24) | (bytes[p + 4]! << 16) | (bytes[p + 5]! << 8) | bytes[p + 6]!) >>> 0;
  return low >= threshold.low;
}

/** For a record without a trace: by its bytes, so that the same record sent twice has one fate. */
export function isContentKept(
  bytes: Uint8Array,
  record: { readonly start: number; readonly end: number },
  { probability }: SamplingThreshold,
): boolean {
  let hash = 0x811c9dc5;
  for (let p = record.start; p < record.end; p++) hash = Math.imul(hash ^ bytes[p]!, 0x01000193);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return (hash >>> 0) / 2 ** 32 < probability;
}
