import type { Fixed64Column } from "./columns/fixed.ts";

/**
 * Appends a time that decides nothing (observed, of an event, of an exemplar), given as two signed halves. DateTime64
 * is signed: what OTLP can say beyond its last nanosecond, in the year 2262, becomes that nanosecond.
 */
export function appendTime(column: Fixed64Column, low: number, high: number): void {
  if (high < 0) column.append(-1, 0x7fffffff);
  else column.append(low, high);
}
