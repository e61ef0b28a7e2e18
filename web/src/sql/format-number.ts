import { formatCount } from "../lib/format.ts";

/** A number of any unit: whole ones as counts, others with three significant digits. */
export function formatNumber(value: number): string {
  if (value < 0) return `-${formatNumber(-value)}`;
  if (Number.isInteger(value) || value >= 9999.5) return formatCount(value);
  if (value >= 99.95) return value.toFixed(0);
  if (value >= 9.995) return value.toFixed(1);
  return value >= 0.01 ? value.toFixed(2) : value.toPrecision(2);
}
