import { invalid, value, type Parsed } from "./result.ts";

const NANOS_PER_UNIT: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
};

/** Digits beyond nanoseconds or beyond any stored value are a mistake, not a duration. */
const NANOS_MAX = 2n ** 63n - 1n;
const EXPECTED = "a duration such as 100ms, 1.5s, 2m30s or 250us, or a whole number of nanoseconds";

/**
 * Reads `100ms`, `1.5s`, `1h30m`, or plain digits as nanoseconds.
 * @returns nanoseconds, 0 <= value < 2^63; fractions below a nanosecond are cut off
 */
export function parseDuration(text: string): Parsed<bigint> {
  if (/^\d{1,19}$/.test(text)) return bounded(BigInt(text));
  if (text.length > 64 || !/^(?:\d+(?:\.\d+)?(?:ns|us|µs|μs|ms|s|m|h|d|w))+$/.test(text)) {
    return invalid(EXPECTED);
  }
  let total = 0n;
  for (const part of text.matchAll(/(\d+)(?:\.(\d+))?([a-zµμ]+)/g)) {
    const [, whole = "0", fraction = "", unit = ""] = part;
    const nanos = NANOS_PER_UNIT[unit];
    if (nanos === undefined) return invalid(EXPECTED);
    total += BigInt(whole) * nanos;
    if (fraction !== "") total += (BigInt(fraction) * nanos) / 10n ** BigInt(fraction.length);
  }
  return bounded(total);
}

function bounded(nanos: bigint): Parsed<bigint> {
  return nanos <= NANOS_MAX ? value(nanos) : invalid(`${EXPECTED}, at most ${NANOS_MAX} ns`);
}
