import { formatCount } from "../lib/format.ts";

/** A rate a minute: one digit below 10, none above. */
export function formatRate(perMinute: number): string {
  if (perMinute > 0 && perMinute < 0.05) return "<0.1";
  return perMinute < 9.95 ? perMinute.toFixed(1) : formatCount(Math.round(perMinute));
}
