/** Times and durations for a reader. Both come as nanoseconds in decimal. */

/** `2026-11-20 12:10:00.151`, UTC. */
export function formatTime(unixNano: string): string {
  const iso = new Date(Number(BigInt(unixNano) / 1_000_000n)).toISOString();
  return iso.slice(0, -1).replace("T", " ");
}

const UNITS = [
  { unit: "s", nanos: 1_000_000_000n },
  { unit: "ms", nanos: 1_000_000n },
  { unit: "µs", nanos: 1_000n },
] as const;
const MINUTE = 60_000_000_000n;

/** Three digits and a unit: `250 ms`, `1.25 s`, `83.4 µs`; from a minute on `2m 05s`. */
export function formatDuration(nanos: bigint): string {
  if (nanos < 0n) return `-${formatDuration(-nanos)}`;
  if (nanos >= MINUTE) {
    const seconds = nanos / 1_000_000_000n;
    return `${seconds / 60n}m ${String(seconds % 60n).padStart(2, "0")}s`;
  }
  for (const { unit, nanos: size } of UNITS) {
    if (nanos >= size) return `${threeDigits(Number((nanos * 1_000n) / size) / 1_000)} ${unit}`;
  }
  return `${nanos} ns`;
}

function threeDigits(value: number): string {
  if (value >= 100) return String(Math.trunc(value));
  return value >= 10 ? trimmed(value.toFixed(1)) : trimmed(value.toFixed(2));
}

function trimmed(decimal: string): string {
  return decimal.replace(/\.?0+$/, "");
}

/** `1 span`, `2 spans`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
