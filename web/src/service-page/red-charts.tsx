import type { Service } from "@throughline/query/wire";
import { useMemo, type ReactNode } from "react";
import { TimeChart } from "../charts/time-chart.tsx";
import type { ChartLine } from "../charts/plot.tsx";
import { formatDuration, formatExact, formatPercent } from "../lib/format.ts";
import { changeOf, durationChange, shareChange, type Change } from "../services/change.ts";
import { formatRate } from "../services/format-rate.ts";
import { useUrl } from "../ui/use-url.ts";
import {
  deployMarks,
  failedDots,
  shareOf,
  slowDots,
  toNumber,
  toRedSeries,
  type RedSeries,
} from "./red-series.ts";
import styles from "./service-page.module.css";

interface RedChartsProps {
  readonly service: Service;
  /** When it was answered. */
  readonly atMs: number;
}

const BEFORE = { token: "--muted", widthPx: 1, alpha: 0.55 };
const LEAST_ERROR_MAX = 0.01;
const LEAST_RATE_MAX = 1;
const LEAST_DURATION_MAX = 1000;

/** Rate, errors and durations over time, each with the time before as a faint line. */
export function RedCharts({ service, atMs }: RedChartsProps) {
  const { search, setRange } = useUrl();
  const series = useMemo(() => toRedSeries(service, atMs), [service, atMs]);
  const lines = useMemo(() => linesOf(series), [series]);
  const failed = useMemo(() => failedDots(service, search), [service, search]);
  const slow = useMemo(() => slowDots(service, search), [service, search]);
  const marks = useMemo(() => deployMarks(service), [service]);
  const { times, bucketMs, fromMs, toMs } = series;
  const common = { times, bucketMs, fromMs, toMs, marks, onRange: setRange };
  return (
    <section className={styles.charts} aria-label="Requests over time">
      <TimeChart
        {...common}
        title="Errors"
        summary={<ErrorWords service={service} />}
        lines={lines.errors}
        format={formatPercent}
        leastMax={LEAST_ERROR_MAX}
        dots={failed}
      />
      <TimeChart
        {...common}
        title="Requests"
        summary={<RateWords service={service} minutes={(Math.min(toMs, atMs) - fromMs) / 60_000} />}
        lines={lines.rate}
        format={formatRate}
        leastMax={LEAST_RATE_MAX}
      />
      <TimeChart
        {...common}
        title="Duration"
        summary={<DurationWords service={service} />}
        lines={lines.durations}
        format={formatDuration}
        leastMax={LEAST_DURATION_MAX}
        dots={slow}
      />
    </section>
  );
}

interface Lines {
  readonly rate: readonly ChartLine[];
  readonly errors: readonly ChartLine[];
  readonly durations: readonly ChartLine[];
}

function linesOf({ rate, errors, p50, p95, p99, before }: RedSeries): Lines {
  const earlier = (label: string, values: ChartLine["values"]) =>
    values.length === 0 ? [] : [{ ...BEFORE, label, values }];
  return {
    rate: [
      ...earlier("before", before.rate),
      { label: "per min", values: rate, token: "--accent", widthPx: 1.5, isFilled: true },
    ],
    errors: [
      ...earlier("before", before.errors),
      { label: "failed", values: errors, token: "--error-fill", widthPx: 1.5, isFilled: true },
    ],
    durations: [
      ...earlier("p95 before", before.p95),
      { label: "p50", values: p50, token: "--accent", widthPx: 1, alpha: 0.7 },
      { label: "p95", values: p95, token: "--accent", widthPx: 2 },
      { label: "p99", values: p99, token: "--accent", widthPx: 1, isDashed: true },
    ],
  };
}

function Changed({ change }: { readonly change: Change }): ReactNode {
  if (change.words === "") return null;
  return (
    <span
      className={change.isWorse ? styles.worse : undefined}
      title="than in the same time before"
    >
      {" "}
      ({change.words === "new" ? "none before" : change.words})
    </span>
  );
}

function ErrorWords({ service: { total, before } }: { readonly service: Service }) {
  const share = shareOf(total);
  const then = before === undefined ? null : shareOf(before.total);
  return (
    <>
      <b>{share === null ? "–" : formatPercent(share)}</b>, {formatExact(total.errors)} of{" "}
      {formatExact(total.requests)}
      <Changed change={shareChange(share, then)} />
    </>
  );
}

interface RateWordsProps {
  readonly service: Service;
  readonly minutes: number;
}

function RateWords({ service: { total, before }, minutes }: RateWordsProps) {
  return (
    <>
      <b>{formatRate(total.requests / Math.max(1, minutes))} / min</b>,{" "}
      {formatExact(total.requests)}
      <Changed change={changeOf(total.requests, before?.total.requests ?? null)} />
    </>
  );
}

function DurationWords({ service: { total, before } }: { readonly service: Service }) {
  const p95 = toNumber(total.p95Nano);
  if (p95 === null) return "no request";
  return (
    <>
      p50 {formatDuration(toNumber(total.p50Nano) ?? 0)}, <b>p95 {formatDuration(p95)}</b>, p99{" "}
      {formatDuration(toNumber(total.p99Nano) ?? 0)}
      <Changed change={durationChange(p95, toNumber(before?.total.p95Nano ?? null))} />
    </>
  );
}
