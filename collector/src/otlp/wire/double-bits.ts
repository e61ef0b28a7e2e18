/* oxlint-disable typescript/no-non-null-assertion -- both arrays have the elements that are read */

const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);

/**
 * Converts a signed 64-bit integer into the nearest double, both as two signed halves. The columns move halves and
 * never see the number.
 */
export function int64ToDoubleLow(low: number, high: number): number {
  double[0] = high * 2 ** 32 + (low >>> 0);
  return halves[0]!;
}

/** @see int64ToDoubleLow */
export function int64ToDoubleHigh(low: number, high: number): number {
  double[0] = high * 2 ** 32 + (low >>> 0);
  return halves[1]!;
}
