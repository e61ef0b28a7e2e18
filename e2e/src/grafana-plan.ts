/** What `EXPLAIN json = 1, indexes = 1` says about one table read. */

export interface IndexUse {
  /** `PrimaryKey`, `Partition` and the like; of a skip index its own name. */
  readonly name: string;
  /** Granules before and after it. */
  readonly initial: number;
  readonly selected: number;
}

/** @returns the uses of the first table read that the plan has, in the order in which they narrow it */
export function readPlan(json: string): readonly IndexUse[] {
  return findIndexes(JSON.parse(json)) ?? [];
}

function findIndexes(node: unknown): readonly IndexUse[] | undefined {
  if (Array.isArray(node)) return firstOf(node);
  if (!isRecord(node)) return undefined;
  const { Indexes: indexes } = node;
  if (Array.isArray(indexes)) return indexes.filter(isRecord).map(toUse);
  return firstOf(Object.values(node));
}

function firstOf(nodes: readonly unknown[]): readonly IndexUse[] | undefined {
  for (const node of nodes) {
    const found = findIndexes(node);
    if (found !== undefined) return found;
  }
  return undefined;
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
