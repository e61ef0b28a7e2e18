/** What is asked of one service, and the statements it becomes. */
import type { TimeRange } from "../search/time-range.ts";
import { type Sql, type Where, loadSql } from "../sql/sql.ts";
import { type CellRange, roundOutward } from "./cells.ts";

export const SERVICE_SQL = loadSql("service.sql", [
  "red-cells",
  "red-minutes",
  "of-service",
  "series",
  "computed-hours",
  "by-hours",
  "by-minutes",
  "by-operation",
  "by-kind",
  "by-version",
  "by-status",
  "by-environment",
  "operations",
  "versions",
  "exemplars",
  "exemplar-spans",
  "span-version",
  "span-environment",
  "errors",
  "typical",
]);

export interface ServiceQuestion {
  readonly service: string;
  readonly range: TimeRange;
  /** How many buckets fit. */
  readonly bucketsMax: number;
  readonly operation: string | undefined;
  /** As stored: `Server`. */
  readonly kind: string | undefined;
  readonly version: string | undefined;
  readonly environment: string | undefined;
  /** As stored: `Error`. */
  readonly status: string | undefined;
  readonly compare: "previous" | "day" | "week" | undefined;
}

/** Widths that people read well and that whole cells fill, in seconds. */
const WIDTHS = [60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400];

export interface Buckets {
  readonly range: CellRange;
  readonly bucketSeconds: number;
  readonly count: number;
}

/** The narrowest readable buckets of which at most `bucketsMax` fit, and the range rounded outward to them. */
export function toBuckets(question: ServiceQuestion): Buckets {
  const seconds = Number((question.range.to - question.range.from) / 1_000_000_000n);
  const least = seconds / question.bucketsMax;
  const bucketSeconds =
    WIDTHS.find((width) => width >= least) ?? Math.ceil(least / 86_400) * 86_400;
  const rounded = roundOutward(question.range, bucketSeconds);
  // Cells know neither operation nor version nor status, and are five minutes wide.
  const minutes =
    question.operation !== undefined ||
    question.version !== undefined ||
    question.status !== undefined ||
    bucketSeconds % 300 !== 0;
  return {
    range: { ...rounded, minutes },
    bucketSeconds,
    count: (rounded.to - rounded.from) / bucketSeconds,
  };
}

/** Of the rollups' rows. Kinds are bound apart, and the status before minutes are summed up. */
export function rollupWhere(question: Omit<ServiceQuestion, "range" | "bucketsMax">): Where {
  const { operation, version, environment } = question;
  return {
    conditions: [
      ...given(operation, SERVICE_SQL["by-operation"]),
      ...given(version, SERVICE_SQL["by-version"]),
      ...given(environment, SERVICE_SQL["by-environment"]),
    ],
    params: bound({ operation, version, environment }),
  };
}

/** The same of spans. */
export function spanWhere(question: Omit<ServiceQuestion, "range" | "bucketsMax">): Where {
  const { operation, version, environment, status } = question;
  return {
    conditions: [
      ...given(operation, SERVICE_SQL["by-operation"]),
      ...given(version, SERVICE_SQL["span-version"]),
      ...given(environment, SERVICE_SQL["span-environment"]),
      ...given(status, SERVICE_SQL["by-status"]),
    ],
    params: bound({ operation, version, environment, status }),
  };
}

/** Of the rows of each minute, which alone know the status. */
export function minuteWhere({ status }: Pick<ServiceQuestion, "status">): Where {
  return {
    conditions: [SERVICE_SQL["of-service"], ...given(status, SERVICE_SQL["by-status"])],
    params: bound({ status }),
  };
}

function given(value: string | undefined, condition: Sql): readonly Sql[] {
  return value === undefined ? [] : [condition];
}

function bound(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
