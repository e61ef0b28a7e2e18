/** Values of two attributes, in spans and in logs, as one list of environments. Pure. */
import type { Environments } from "../wire.ts";

type Environment = Environments["environments"][number];
export type EnvironmentAttribute = Environment["attributes"][number];

export interface CountedValue {
  readonly attribute: EnvironmentAttribute;
  readonly value: string;
  readonly records: number;
}

/** @returns every value once, with the attributes it stands in; the most frequent first, then by name */
export function mergeEnvironments(counted: readonly CountedValue[], max: number): Environment[] {
  const byValue = Map.groupBy(
    counted.filter(({ value, records }) => value !== "" && records > 0),
    ({ value }) => value,
  );
  return [...byValue]
    .map(([value, all]) => ({
      value,
      attributes: [...new Set(all.map(({ attribute }) => attribute))].sort(newerFirst),
      records: all.reduce((sum, { records }) => sum + records, 0),
    }))
    .sort((a, b) => b.records - a.records || (a.value < b.value ? -1 : 1))
    .slice(0, max)
    .map(({ value, attributes }) => ({ value, attributes }));
}

function newerFirst(a: EnvironmentAttribute, b: EnvironmentAttribute): number {
  return b.length - a.length;
}
