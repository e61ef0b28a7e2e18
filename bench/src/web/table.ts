/** Pure: figures beside their budgets, as Markdown. */
import { median } from "../measure/median.ts";
import type { Figures, TraceCase } from "./budgets.ts";
import type { Size } from "./sizes.ts";

export interface CaseResult {
  readonly traceCase: TraceCase;
  readonly rounds: readonly Figures[];
  /** Of the other build, in turn with these; empty without one. */
  readonly otherRounds: readonly Figures[];
}

const NAMES: Readonly<Record<keyof Figures, string>> = {
  firstPaintMs: "first contentful paint, ms",
  firstRowMs: "first row, ms",
  longestTaskMs: "longest task while opening, ms",
  expandAllMs: "expand all, ms",
  collapseAllMs: "collapse all, ms",
  jumpMs: "jump to the middle, ms",
  scrollP95Ms: "scroll, p95 of frames, ms",
  selectMs: "select a span, ms",
  zoomMs: "zoom, ms",
  logsMs: "logs of every span shown, ms",
  heapMB: "JS heap, MB",
  domNodes: "DOM nodes",
};

/** The median of each figure; in bold where it is over its budget. */
export function formatCases(results: readonly CaseResult[]): string {
  const head = ["", ...results.flatMap(({ traceCase }) => [traceCase.name, "budget"])];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the object above
  const lines = (Object.keys(NAMES) as (keyof Figures)[]).map((figure) => [
    NAMES[figure],
    ...results.flatMap(({ traceCase, rounds }) => {
      const value = median(rounds.map((round) => round[figure]));
      return [cell(value, traceCase.budgets[figure]), String(traceCase.budgets[figure])];
    }),
  ]);
  return toTable([head, ...lines]);
}

/** Medians of this build and of the other, and what this one takes of the other's. */
export function formatRatios(results: readonly CaseResult[]): string {
  const head = ["", ...results.flatMap(({ traceCase }) => [traceCase.name, "other", "ratio"])];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the object above
  const lines = (Object.keys(NAMES) as (keyof Figures)[]).map((figure) => [
    NAMES[figure],
    ...results.flatMap(({ rounds, otherRounds }) => {
      const value = median(rounds.map((round) => round[figure]));
      const other = median(otherRounds.map((round) => round[figure]));
      return [plain(value), plain(other), (value / other).toFixed(2)];
    }),
  ]);
  return toTable([head, ...lines]);
}

export function formatSizes(sizes: readonly Size[]): string {
  const lines = sizes.map(({ name, kB, budgetKB }) => [name, cell(kB, budgetKB), String(budgetKB)]);
  return toTable([["", "gzip, kB", "budget"], ...lines]);
}

function cell(value: number, budget: number): string {
  const text = plain(value);
  return value > budget ? `**${text}**` : text;
}

function plain(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}

function toTable([head = [], ...lines]: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...lines]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}
