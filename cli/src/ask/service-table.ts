/** Services as a table. */
import type { Services } from "@throughline/query/wire";
import { formatDuration } from "./format.ts";
import { inert } from "./inert-text.ts";
import { fit, widthOf } from "./text-width.ts";
import type { ListOptions } from "./trace-list.ts";

/** What of a service is shown. */
export type Service = Pick<
  Services["services"][number],
  "name" | "spanCount" | "errorCount" | "logCount" | "p50Nano" | "p95Nano" | "p99Nano"
>;

const HEADINGS = ["spans", "errors", "p50", "p95", "p99", "logs"] as const;
const NAME_MIN = 16;
const GAP = 2;

/** @returns a heading and one line for each service */
export function serviceLines(
  services: readonly Service[],
  { width, palette }: ListOptions,
): readonly string[] {
  const rows = services.map(cellsOf);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const longest = Math.max(NAME_MIN, ...services.map(({ name }) => widthOf(inert(name))));
  const taken = widths.reduce((sum, columns) => sum + columns + GAP, 0);
  const nameColumns =
    width === undefined ? longest : Math.max(NAME_MIN, Math.min(longest, width - taken));
  const align = (cells: readonly string[]): readonly string[] =>
    cells.map((cell, column) => cell.padStart((widths[column] ?? 0) + GAP));
  const heading = `${fit("service", nameColumns)}${align(HEADINGS).join("")}`;
  const lines = services.map((service, index) => {
    const cells = align(rows[index] ?? []).map((cell, column) =>
      column === 1 && service.errorCount > 0 ? palette.failed(cell) : cell,
    );
    return palette.service(service.name, fit(inert(service.name), nameColumns)) + cells.join("");
  });
  return [palette.faint(heading), ...lines];
}

function cellsOf(service: Service): readonly string[] {
  const { spanCount, errorCount, logCount, p50Nano, p95Nano, p99Nano } = service;
  const took = (nano: string | null): string =>
    nano === null ? "-" : formatDuration(BigInt(nano));
  const share = spanCount === 0 ? 0 : (errorCount / spanCount) * 100;
  return [
    spanCount.toLocaleString("en"),
    errorCount === 0 ? "-" : `${share < 0.1 ? "<0.1" : share.toFixed(1)} %`,
    took(p50Nano),
    took(p95Nano),
    took(p99Nano),
    logCount.toLocaleString("en"),
  ];
}
