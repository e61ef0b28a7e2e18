import { ArrowDown, ArrowUp } from "lucide-react";
import { useMemo, type ReactNode } from "react";
import { Link } from "wouter";
import { Sparkline } from "../charts/sparkline.tsx";
import { formatCount, formatDuration, formatExact, formatPercent } from "../lib/format.ts";
import { parseNanos } from "../lib/nanos.ts";
import { logsHref, patchSearch, readRange, tracesHref } from "../lib/url-state.ts";
import { toVisibleLine } from "../lib/visible-text.ts";
import { useServiceColors } from "../ui/service-colors.tsx";
import { Service } from "../ui/text.tsx";
import { ChangeNote } from "./change-note.tsx";
import { changeOf, durationChange, shareChange } from "./change.ts";
import { formatRate } from "./format-rate.ts";
import { serviceHref } from "./service-links.ts";
import { nextOrder, type Column, type Order, type ServiceRow } from "./service-rows.ts";
import styles from "./services.module.css";

interface ServiceTableProps {
  readonly rows: readonly ServiceRow[];
  readonly order: Order;
  readonly search: string;
}

const HEADINGS: readonly (readonly [Column, string, string])[] = [
  ["name", "Service", ""],
  ["requests", "Requests / min", "server and consumer spans"],
  ["errors", "Errors", "share of the requests that failed"],
  ["p95", "p95", "of requests"],
  ["p50", "p50", "of requests"],
  ["p99", "p99", "of requests"],
  ["spans", "Spans", "of all kinds"],
  ["logs", "Logs", ""],
];

export function ServiceTable({ rows, order, search }: ServiceTableProps) {
  const names = useMemo(() => rows.map(({ service }) => service.name).toSorted(), [rows]);
  const colors = useServiceColors(names);
  return (
    <table className={styles.table}>
      <caption className="visually-hidden">Services with rates, errors and latencies</caption>
      <thead>
        <tr>
          {HEADINGS.map(([column, words, title]) => (
            <Heading key={column} {...{ column, words, title, order, search }} />
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.service.name}>
            <th scope="row">
              <Link className={styles.open} href={serviceHref(search, row.service.name)}>
                <Service name={row.service.name} color={colors.get(row.service.name)} />
              </Link>
            </th>
            <RateCell row={row} />
            <ErrorCell row={row} search={search} />
            <LatencyCell row={row} />
            <td>{duration(row.p50Ns)}</td>
            <td>{duration(row.p99Ns)}</td>
            <CountCell
              count={row.service.spanCount}
              words={`spans of ${toVisibleLine(row.service.name)}`}
            >
              {tracesHref(search, { service: row.service.name })}
            </CountCell>
            <CountCell
              count={row.service.logCount}
              words={`logs of ${toVisibleLine(row.service.name)}`}
            >
              {logsHref(readRange(search), { service: row.service.name }, search)}
            </CountCell>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface HeadingProps {
  readonly column: Column;
  readonly words: string;
  readonly title: string;
  readonly order: Order;
  readonly search: string;
}

function Heading({ column, words, title, order, search }: HeadingProps) {
  const isCurrent = order.column === column;
  const Arrow = order.isDescending ? ArrowDown : ArrowUp;
  const sort = order.isDescending ? "descending" : "ascending";
  const next = patchSearch(search, { sort: nextOrder(order, column) });
  return (
    <th scope="col" aria-sort={isCurrent ? sort : undefined} title={title}>
      <Link href={next === "" ? "/services" : `/services?${next}`}>
        {words}
        {isCurrent ? <Arrow size={12} aria-hidden="true" /> : null}
      </Link>
    </th>
  );
}

function duration(ns: number | null): ReactNode {
  if (ns === null)
    return (
      <span className={styles.none} title="No server or consumer span in this range">
        –
      </span>
    );
  return formatDuration(ns);
}

function RateCell({ row }: { readonly row: ServiceRow }) {
  const { perMinute, before, service } = row;
  return (
    <td>
      <span className={styles.figure}>
        <Sparkline values={service.sparkline?.requests ?? []} tone="plain" />
        <span title={`${formatExact(service.servedCount)} requests`}>
          {perMinute === null ? <span className={styles.none}>–</span> : formatRate(perMinute)}
        </span>
        <ChangeNote
          change={changeOf(perMinute, before?.perMinute ?? null)}
          before={`${formatRate(before?.perMinute ?? 0)} a minute`}
        />
      </span>
    </td>
  );
}

/** Half of the requests: above it every error line touches the top. */
const ERROR_TOP = 0.5;
/** A line is not drawn larger than this share of errors deserves. */
const ERROR_TOP_LEAST = 0.05;

function ErrorCell({ row, search }: { readonly row: ServiceRow; readonly search: string }) {
  const { errorShare, before, service } = row;
  const line = useMemo(
    () =>
      service.sparkline?.requests.map((requests, at) =>
        requests === 0 ? null : (service.sparkline?.errors[at] ?? 0) / requests,
      ) ?? [],
    [service],
  );
  const highest = Math.max(ERROR_TOP_LEAST, ...line.map((value) => value ?? 0));
  return (
    <td>
      <span className={styles.figure}>
        <Sparkline values={line} max={Math.min(ERROR_TOP, highest)} tone="error" />
        <ErrorFigure row={row} search={search} />
        <ChangeNote
          change={shareChange(errorShare, before?.errorShare ?? null)}
          before={formatPercent(before?.errorShare ?? 0)}
        />
      </span>
    </td>
  );
}

function ErrorFigure({ row, search }: { readonly row: ServiceRow; readonly search: string }) {
  const { errorShare, service } = row;
  if (errorShare === null) return <span className={styles.none}>–</span>;
  if (errorShare === 0) return <span className={styles.none}>0 %</span>;
  return (
    <Link
      className={styles.failing}
      href={tracesHref(search, { service: service.name, errorsOnly: true })}
      title={`${formatExact(service.servedErrorCount)} of ${formatExact(service.servedCount)} requests`}
    >
      {formatPercent(errorShare)}
      <span className="visually-hidden"> errors in {toVisibleLine(service.name)}, as traces</span>
    </Link>
  );
}

function LatencyCell({ row }: { readonly row: ServiceRow }) {
  const { p95Ns, before, service } = row;
  const line = useMemo(
    () =>
      service.sparkline?.p95Nano.map((nanos) =>
        nanos === null ? null : Number(parseNanos(nanos)),
      ) ?? [],
    [service],
  );
  return (
    <td>
      <span className={styles.figure}>
        <Sparkline values={line} tone="plain" />
        <span>{duration(p95Ns)}</span>
        <ChangeNote
          change={durationChange(p95Ns, before?.p95Ns ?? null)}
          before={formatDuration(before?.p95Ns ?? 0)}
        />
      </span>
    </td>
  );
}

interface CountCellProps {
  readonly count: number;
  readonly words: string;
  /** The link. */
  readonly children: string;
}

function CountCell({ count, words, children: href }: CountCellProps) {
  return (
    <td title={formatExact(count)}>
      <Link href={href}>
        {formatCount(count)}
        <span className="visually-hidden"> {words}</span>
      </Link>
    </td>
  );
}
