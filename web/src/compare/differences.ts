/** Pure: what differs most between two traces, or between one and what is usual. */
import type { TypicalDurations } from "@throughline/query/wire";
import { parseNanos } from "../lib/nanos.ts";
import type { AlignedRow } from "./align.ts";

/** How long an operation usually takes. */
interface Usual {
  readonly requests: number;
  readonly p50Ns: number;
  readonly p95Ns: number;
}

export interface ComparedRow extends AlignedRow {
  /** What the operation usually takes; undefined against another trace, or where nothing is known. */
  readonly usual: Usual | undefined;
  /** How much longer it took in the first trace, nanoseconds: own time against another trace, duration against the usual. */
  readonly deltaNs: number | undefined;
}

/** Against another trace the own times are compared: a slow child does not make its parents slow. */
export function compareRows(rows: readonly AlignedRow[]): readonly ComparedRow[] {
  return rows.map((row) => ({
    ...row,
    usual: undefined,
    deltaNs: (row.a?.ownNs ?? 0) - (row.b?.ownNs ?? 0),
  }));
}

function operationKey(row: Pick<AlignedRow, "service" | "operation" | "kind">): string {
  return JSON.stringify([row.service, row.operation, row.kind]);
}

/** @returns the operations of a trace, those with the most time first, at most `max` */
export function operationKeys(rows: readonly AlignedRow[], max: number): readonly string[] {
  const times = new Map<string, number>();
  for (const row of rows) {
    const key = operationKey(row);
    times.set(key, (times.get(key) ?? 0) + (row.a?.durationNs ?? 0));
  }
  return [...times]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, max)
    .map(([key]) => key);
}

export function compareWithUsual(
  rows: readonly AlignedRow[],
  typical: TypicalDurations | undefined,
): readonly ComparedRow[] {
  const known = new Map<string, Usual>();
  for (const one of typical?.operations ?? []) {
    if (one.p50Nano === null || one.p95Nano === null) continue;
    known.set(operationKey(one), {
      requests: one.requests,
      p50Ns: Number(parseNanos(one.p50Nano)),
      p95Ns: Number(parseNanos(one.p95Nano)),
    });
  }
  return rows.map((row) => {
    const usual = known.get(operationKey(row));
    const deltaNs =
      usual === undefined || row.a === undefined ? undefined : row.a.durationNs - usual.p50Ns;
    return { ...row, usual, deltaNs };
  });
}

/** @returns the largest differences either way, the largest first */
export function rankDifferences(rows: readonly ComparedRow[], max: number): readonly ComparedRow[] {
  return rows
    .filter(({ deltaNs }) => deltaNs !== undefined && deltaNs !== 0)
    .toSorted((a, b) => Math.abs(b.deltaNs ?? 0) - Math.abs(a.deltaNs ?? 0))
    .slice(0, max);
}

export interface AttributeDifference {
  readonly name: string;
  /** Undefined where a trace does not have it. */
  readonly a: string | undefined;
  readonly b: string | undefined;
}

/** @returns what differs between two sets of attributes, by name, and how many are equal */
export function diffAttributes(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): { readonly different: readonly AttributeDifference[]; readonly equalCount: number } {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].toSorted();
  const different = names
    .map((name) => ({ name, a: ownValue(a, name), b: ownValue(b, name) }))
    .filter((each) => each.a !== each.b);
  return { different, equalCount: names.length - different.length };
}

/** Names are strangers': every object has a `constructor`, which nobody sent. */
function ownValue(of: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(of, name) ? of[name] : undefined;
}
