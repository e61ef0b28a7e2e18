/** What `EXPLAIN json = 1, indexes = 1` says about the tables that are read. */

export interface IndexUse {
  /** `PrimaryKey`, `Partition` and the like; of a skip index its own name. */
  readonly name: string;
  /** Granules before and after it. */
  readonly initial: number;
  readonly selected: number;
}

/** @returns for each table read of the plan the indexes used, in the order in which they narrow it */
export function readPlans(json: string): readonly (readonly IndexUse[])[] {
  return findIndexes(JSON.parse(json));
}

function findIndexes(node: unknown): readonly (readonly IndexUse[])[] {
  if (Array.isArray(node)) return node.flatMap((child) => findIndexes(child));
  if (!isRecord(node)) return [];
  const { Indexes: indexes, ...others } = node;
  const own = Array.isArray(indexes) ? [indexes.filter(isRecord).map(toUse)] : [];
  return [...own, ...findIndexes(Object.values(others))];
}

function toUse(index: Readonly<Record<string, unknown>>): IndexUse {
  return {
    name: String(index["Name"] ?? index["Type"]),
    initial: Number(index["Initial Granules"]),
    selected: Number(index["Selected Granules"]),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
