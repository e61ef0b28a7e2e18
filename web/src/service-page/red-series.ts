/** Pure: the answer about a service as what its charts draw. */
import type { Exemplar, Service } from "@throughline/query/wire";
import type { ChartDot, ChartMark } from "../charts/time-chart.tsx";
import { formatDuration } from "../lib/format.ts";
import { nanosToMs, parseNanos } from "../lib/nanos.ts";
import { traceHref } from "../lib/url-state.ts";
import { toVisibleLine } from "../lib/visible-text.ts";
import { FAILURE_ORIGIN } from "../trace/failure-origin.ts";

type Numbers = readonly (number | null)[];

export interface RedSeries {
  readonly fromMs: number;
  readonly toMs: number;
  readonly bucketMs: number;
  /** Middles of the buckets. */
  readonly times: readonly number[];
  /** Requests a minute. */
  readonly rate: Numbers;
  /** 0..1, null where nothing was asked. */
  readonly errors: Numbers;
  /** Nanoseconds. */
  readonly p50: Numbers;
  readonly p95: Numbers;
  readonly p99: Numbers;
  readonly before: { readonly rate: Numbers; readonly errors: Numbers; readonly p95: Numbers };
}

type Figures = Pick<Service["total"], "requests" | "errors" | "p95Nano">;

/** @param nowMs what is later has not happened: the rate of the newest bucket is that of its elapsed part */
export function toRedSeries(service: Service, nowMs: number): RedSeries {
  const bucketMs = service.bucketSeconds * 1000;
  const starts = service.buckets.map((bucket) => nanosToMs(parseNanos(bucket.timeUnixNano)));
  const minutes = starts.map((start) => elapsedMs(start, bucketMs, nowMs) / 60_000);
  const before = service.before?.buckets ?? [];
  return {
    fromMs: nanosToMs(parseNanos(service.fromUnixNano)),
    toMs: nanosToMs(parseNanos(service.toUnixNano)),
    bucketMs,
    times: starts.map((start) => start + bucketMs / 2),
    rate: service.buckets.map((bucket, at) => bucket.requests / (minutes[at] ?? 1)),
    errors: service.buckets.map(shareOf),
    p50: service.buckets.map((bucket) => toNumber(bucket.p50Nano)),
    p95: service.buckets.map((bucket) => toNumber(bucket.p95Nano)),
    p99: service.buckets.map((bucket) => toNumber(bucket.p99Nano)),
    before: {
      rate: before.map((bucket) => bucket.requests / (bucketMs / 60_000)),
      errors: before.map(shareOf),
      p95: before.map((bucket) => toNumber(bucket.p95Nano)),
    },
  };
}

/** Of a bucket that has just begun, as if it had lasted a second at least. */
function elapsedMs(startMs: number, bucketMs: number, nowMs: number): number {
  return Math.min(bucketMs, Math.max(1000, nowMs - startMs));
}

export function shareOf({ requests, errors }: Pick<Figures, "requests" | "errors">): number | null {
  return requests === 0 ? null : errors / requests;
}

export function toNumber(nanos: string | null): number | null {
  return nanos === null ? null : Number(parseNanos(nanos));
}

const NAME_CHARS_MAX = 60;

function spanHref(search: string, { traceId, spanId }: Exemplar): string {
  return traceHref(search, { traceId, span: spanId });
}

/** Opens where the failure of the span began, be it in another service. */
function originHref(search: string, exemplar: Exemplar): string {
  return `${spanHref(search, exemplar)}&${FAILURE_ORIGIN}=1`;
}

function toDot(
  kind: ChartDot["kind"],
  exemplar: Exemplar,
  { value, search }: { readonly value: number; readonly search: string },
): ChartDot {
  const operation = toVisibleLine(exemplar.operation, NAME_CHARS_MAX);
  const duration = formatDuration(parseNanos(exemplar.durationNano));
  return {
    kind,
    atMs: nanosToMs(parseNanos(exemplar.timeUnixNano)),
    value,
    href: kind === "failed" ? originHref(search, exemplar) : spanHref(search, exemplar),
    words: `${kind} request: ${operation}, ${duration}. Open its trace`,
  };
}

/** The failed request of each bucket, at the bucket's share of errors; the highest first. */
export function failedDots(service: Service, search: string): readonly ChartDot[] {
  return service.buckets
    .flatMap((bucket) =>
      bucket.failing === undefined
        ? []
        : [toDot("failed", bucket.failing, { value: shareOf(bucket) ?? 0, search })],
    )
    .toSorted((a, b) => b.value - a.value);
}

/** The slowest request of each bucket, at its duration; the slowest first. One that failed is drawn as failed. */
export function slowDots(service: Service, search: string): readonly ChartDot[] {
  return service.buckets
    .flatMap(({ slow, failing }) => {
      if (slow === undefined) return [];
      const kind = slow.spanId === failing?.spanId ? "failed" : "slow";
      return [toDot(kind, slow, { value: Number(parseNanos(slow.durationNano)), search })];
    })
    .toSorted((a, b) => b.value - a.value);
}

const VERSION_CHARS_MAX = 24;
const ENVIRONMENT_CHARS_MAX = 16;

/** Versions that appeared inside the range, the first one first; with their environment where there are several. */
export function deployMarks({ versions }: Service): readonly ChartMark[] {
  const isOne = new Set(versions.map(({ environment }) => environment)).size < 2;
  return versions
    .filter(({ deployedInRange }) => deployedInRange)
    .map(({ version, environment, firstSeenUnixNano }) => {
      const name = version === "" ? "no version" : toVisibleLine(version, VERSION_CHARS_MAX);
      const where =
        isOne || environment === ""
          ? ""
          : ` in ${toVisibleLine(environment, ENVIRONMENT_CHARS_MAX)}`;
      return { atMs: nanosToMs(parseNanos(firstSeenUnixNano)), version: name + where };
    })
    .toSorted((a, b) => a.atMs - b.atMs);
}
