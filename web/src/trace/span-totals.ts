import type { TraceModel } from "./trace-model.ts";

/** What all spans of one operation took together. */
export interface SpanTotals {
  readonly service: string;
  readonly name: string;
  readonly count: number;
  readonly errors: number;
  /** Nanoseconds; of spans inside each other the same time counts twice. */
  readonly totalNs: number;
  /** Not covered by children. */
  readonly selfNs: number;
  readonly maxNs: number;
}

export const TOTALS_COLUMNS = ["name", "count", "errors", "selfNs", "totalNs", "maxNs"] as const;
export type TotalsColumn = (typeof TOTALS_COLUMNS)[number];

export function totalSpans(index: TraceModel): readonly SpanTotals[] {
  const totals = new Map<string, { -readonly [Key in keyof SpanTotals]: SpanTotals[Key] }>();
  index.nodes.forEach((node, i) => {
    if (node.kind !== "span") return;
    const { serviceName: service, name } = node.span;
    const key = `${service}\n${name}`;
    let total = totals.get(key);
    if (total === undefined) {
      total = { service, name, count: 0, errors: 0, totalNs: 0, selfNs: 0, maxNs: 0 };
      totals.set(key, total);
    }
    const durationNs = index.durationNs[i] ?? 0;
    total.count++;
    total.errors += Number(node.isError);
    total.totalNs += durationNs;
    total.selfNs += index.insight.own.selfNs[i] ?? 0;
    total.maxNs = Math.max(total.maxNs, durationNs);
  });
  return [...totals.values()];
}

/** @param column names from A, numbers from the largest; the other way around with `-` before it */
export function sortTotals(totals: readonly SpanTotals[], column: string): readonly SpanTotals[] {
  const { by, sign } = readSort(column);
  const nameOf = ({ service, name }: SpanTotals) => `${service} ${name}`;
  const byName = (a: SpanTotals, b: SpanTotals) => nameOf(a).localeCompare(nameOf(b));
  return totals.toSorted((a, b) => {
    const order = by === "name" ? byName(a, b) : b[by] - a[by];
    return order * sign || byName(a, b);
  });
}

/** @returns most own time first when it names no column */
export function readSort(text: string): { readonly by: TotalsColumn; readonly sign: 1 | -1 } {
  const name = text.startsWith("-") ? text.slice(1) : text;
  const by = TOTALS_COLUMNS.find((column) => column === name) ?? "selfNs";
  return { by, sign: text.startsWith("-") ? -1 : 1 };
}
