import { median } from "../measure/median.ts";
import type { TailSample } from "./measure-tail.ts";

const COLUMNS: readonly (readonly [head: string, of: (sample: TailSample) => string])[] = [
  ["s", ({ atS }) => String(atS)],
  ["heap MB", ({ heapMB }) => heapMB.toFixed(1)],
  ["nodes", ({ domNodes }) => String(domNodes)],
  ["frame p50", ({ frameP50Ms }) => frameP50Ms.toFixed(0)],
  ["p95", ({ frameP95Ms }) => frameP95Ms.toFixed(0)],
  ["max", ({ frameMaxMs }) => frameMaxMs.toFixed(0)],
  ["busy", ({ busy }) => `${(busy * 100).toFixed(0)} %`],
  ["lines", ({ lines }) => lines.toLocaleString("en-US")],
  ["left out", ({ leftOut }) => leftOut.toLocaleString("en-US")],
  ["sent", ({ sent }) => sent.toLocaleString("en-US")],
];

/** Every sample, then how the last third compares with the first. */
export function formatTail(samples: readonly TailSample[]): string {
  const rows = [
    COLUMNS.map(([head]) => head),
    ...samples.map((s) => COLUMNS.map(([, of]) => of(s))),
  ];
  const widths = COLUMNS.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const table = rows
    .map((row) => row.map((cell, at) => cell.padStart(widths[at] ?? 0)).join("  "))
    .join("\n");
  const { first, last } = tailGrowth(samples);
  return `${table}\n\nheap ${first.toFixed(1)} MB in the first third, ${last.toFixed(1)} MB in the last`;
}

/** Medians of the heap in the first and in the last third, without the sample in which the list was filled. */
export function tailGrowth(samples: readonly TailSample[]): {
  readonly first: number;
  readonly last: number;
} {
  const full = samples.slice(1).map(({ heapMB }) => heapMB);
  const third = Math.max(1, Math.floor(full.length / 3));
  return { first: median(full.slice(0, third)), last: median(full.slice(-third)) };
}
