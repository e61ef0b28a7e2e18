/** Pure: the services as rows, and their order as it stands in the URL. */
import type { Services } from "@throughline/query/wire";
import { parseNanos } from "../lib/nanos.ts";

export type ServiceAnswer = Services["services"][number];

export interface ServiceRow {
  readonly service: ServiceAnswer;
  /** Server and consumer spans a minute; null where the service has none. */
  readonly perMinute: number | null;
  /** 0..1. */
  readonly errorShare: number | null;
  readonly p50Ns: number | null;
  readonly p95Ns: number | null;
  readonly p99Ns: number | null;
  readonly before: {
    readonly perMinute: number;
    readonly errorShare: number | null;
    readonly p95Ns: number | null;
  } | null;
}

const COLUMNS = ["name", "requests", "errors", "p95", "p50", "p99", "spans", "logs"] as const;
export type Column = (typeof COLUMNS)[number];

export interface Order {
  readonly column: Column;
  readonly isDescending: boolean;
}

const DEFAULT_ORDER: Order = { column: "requests", isDescending: true };

/** Names begin with a, figures with the highest. */
function startsDescending(column: Column): boolean {
  return column !== "name";
}

/** @param text `errors`, or `errors.asc` for the other way around; anything else is the busiest first */
export function readOrder(text: string): Order {
  const [name, turned] = text.split(".");
  const column = COLUMNS.find((known) => known === name);
  if (column === undefined) return DEFAULT_ORDER;
  const isDescending = startsDescending(column);
  return { column, isDescending: turned === undefined ? isDescending : !isDescending };
}

/** @returns the order after a click on the heading of a column, as it stands in the URL */
export function nextOrder(order: Order, column: Column): string {
  const starts = startsDescending(column);
  const turned = order.column === column && order.isDescending === starts;
  if (!turned && column === DEFAULT_ORDER.column) return "";
  return turned ? `${column}.${starts ? "asc" : "desc"}` : column;
}

function toNumber(nanos: string | null): number | null {
  return nanos === null ? null : Number(parseNanos(nanos));
}

function shareOf(errors: number, requests: number): number | null {
  return requests === 0 ? null : errors / requests;
}

/** @param minutes that were counted, above 0 */
export function toRow(service: ServiceAnswer, minutes: number): ServiceRow {
  const { servedCount, servedErrorCount, before } = service;
  return {
    service,
    perMinute: servedCount === 0 && (before?.servedCount ?? 0) === 0 ? null : servedCount / minutes,
    errorShare: shareOf(servedErrorCount, servedCount),
    p50Ns: toNumber(service.p50Nano),
    p95Ns: toNumber(service.p95Nano),
    p99Ns: toNumber(service.p99Nano),
    before:
      before === undefined || before.servedCount === 0
        ? null
        : {
            perMinute: before.servedCount / minutes,
            errorShare: shareOf(before.servedErrorCount, before.servedCount),
            p95Ns: toNumber(before.p95Nano),
          },
  };
}

function figureOf(row: ServiceRow, column: Exclude<Column, "name">): number | null {
  switch (column) {
    case "requests":
      return row.perMinute;
    case "errors":
      return row.errorShare;
    case "p50":
      return row.p50Ns;
    case "p95":
      return row.p95Ns;
    case "p99":
      return row.p99Ns;
    case "spans":
      return row.service.spanCount;
    case "logs":
      return row.service.logCount;
  }
}

/** @returns the rows in order; what is not known comes last either way, equals by name */
export function sortRows(rows: readonly ServiceRow[], order: Order): readonly ServiceRow[] {
  const { column, isDescending } = order;
  const byName = (a: ServiceRow, b: ServiceRow) => a.service.name.localeCompare(b.service.name);
  if (column === "name") {
    const sorted = rows.toSorted(byName);
    return isDescending ? sorted.toReversed() : sorted;
  }
  return rows.toSorted((a, b) => {
    const [left, right] = [figureOf(a, column), figureOf(b, column)];
    if (left === null || right === null)
      return Number(left === null) - Number(right === null) || byName(a, b);
    return (isDescending ? right - left : left - right) || byName(a, b);
  });
}
