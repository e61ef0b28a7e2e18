/** Pure: what stands for several runs. */
import type { Result } from "./result.ts";

/** @param values at least one; between two middle ones, their mean */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

/** Each figure's median, but for what was lost or stored twice: there the worst run stands. @param results at least one */
export function medianResult(results: readonly [Result, ...Result[]]): Result {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same figures, each its median
  const medians = medianOf(results as readonly unknown[]) as Result;
  const worst = results.toSorted((a, b) => Math.abs(b.difference) - Math.abs(a.difference));
  return { ...medians, difference: worst[0]?.difference ?? 0 };
}

/** Of numbers, and of lists and objects with numbers in the same places; undefined where one of them is. */
function medianOf(values: readonly unknown[]): unknown {
  const [first] = values;
  if (values.some((value) => value === undefined)) return undefined;
  if (values.every((value) => typeof value === "number")) return median(values);
  if (typeof first !== "object" || first === null)
    throw new TypeError(`no median of ${String(first)}`);
  const of = (key: string): unknown =>
    medianOf(values.map((value) => Reflect.get(Object(value), key)));
  return Array.isArray(first)
    ? first.map((_, index) => of(String(index)))
    : Object.fromEntries(Object.keys(first).map((key) => [key, of(key)]));
}
