import { useMemo } from "react";
import { Link } from "wouter";
import type { Services } from "@throughline/query/wire";
import { useServices, useStatus } from "../api/queries.ts";
import { formatCount, formatDuration, formatExact, formatPercent, plural } from "../lib/format.ts";
import { parseNanos } from "../lib/nanos.ts";
import { resolveRange } from "../lib/time-range.ts";
import { logsHref, readRange, tracesHref } from "../lib/url-state.ts";
import { Page } from "../shell/page.tsx";
import { cx } from "../ui/cx.ts";
import { NothingFound } from "../ui/list-parts.tsx";
import { Failed, Loading, NoDataEver, Progress, ResultFooter } from "../ui/states.tsx";
import { useServiceColors } from "../ui/service-colors.tsx";
import { Service } from "../ui/text.tsx";
import { useUrl } from "../ui/use-url.ts";
import styles from "./services.module.css";

type ServiceRow = Services["services"][number];

export function ServicesPage() {
  return (
    <Page title="Services" hasRange>
      <ServiceResults />
    </Page>
  );
}

function ServiceResults() {
  const { range, search } = useUrl();
  const query = useServices(range);
  const isEmpty = query.isSuccess && query.data.services.length === 0;
  const status = useStatus(isEmpty).data;
  if (query.isPending) return <Loading what="services" />;
  if (query.isError && query.data === undefined)
    return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (isEmpty) {
    if (status === undefined) return <Loading what="services" />;
    if (!status.hasTraces && !status.hasLogs) return <NoDataEver what="traces" />;
    return <NothingFound what="services" filters={[]} />;
  }
  const { services, meta } = query.data;
  const { fromMs, toMs } = resolveRange(range, query.dataUpdatedAt);
  return (
    <>
      <div className={styles.scroll}>
        <Progress active={query.isFetching} />
        <ServiceTable services={services} minutes={(toMs - fromMs) / 60_000} search={search} />
      </div>
      <ResultFooter meta={meta} shown={plural(services.length, "service")} />
    </>
  );
}

interface ServiceTableProps {
  readonly services: readonly ServiceRow[];
  readonly minutes: number;
  readonly search: string;
}

function ServiceTable({ services, minutes, search }: ServiceTableProps) {
  const colors = useServiceColors(useMemo(() => services.map(({ name }) => name), [services]));
  return (
    <table className={styles.table}>
      <caption className="visually-hidden">Services with rates, errors and latencies</caption>
      <thead>
        <tr>
          <th scope="col">Service</th>
          <th scope="col">Spans / min</th>
          <th scope="col">Errors</th>
          <th scope="col">p50</th>
          <th scope="col">p95</th>
          <th scope="col">p99</th>
          <th scope="col">Spans</th>
          <th scope="col">Logs</th>
        </tr>
      </thead>
      <tbody>
        {services.map((service) => (
          <tr key={service.name}>
            <th scope="row">
              <Link href={tracesHref(search, { service: service.name })}>
                <Service name={service.name} color={colors.get(service.name)} />
              </Link>
            </th>
            <td>{formatRate(service.spanCount / minutes)}</td>
            <td>
              <ErrorShare service={service} search={search} />
            </td>
            <Latency nanos={service.p50Nano} />
            <Latency nanos={service.p95Nano} />
            <Latency nanos={service.p99Nano} />
            <td title={formatExact(service.spanCount)}>
              <Link href={tracesHref(search, { service: service.name })}>
                {formatCount(service.spanCount)}
                <span className="visually-hidden"> spans of {service.name}, as traces</span>
              </Link>
            </td>
            <td title={formatExact(service.logCount)}>
              <Link href={logsHref(readRange(search), { service: service.name })}>
                {formatCount(service.logCount)}
                <span className="visually-hidden"> logs of {service.name}</span>
              </Link>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function formatRate(perMinute: number): string {
  if (perMinute > 0 && perMinute < 0.05) return "<0.1";
  return perMinute < 10 ? perMinute.toFixed(1) : formatCount(Math.round(perMinute));
}

function ErrorShare({
  service,
  search,
}: {
  readonly service: ServiceRow;
  readonly search: string;
}) {
  const share = service.spanCount === 0 ? 0 : service.errorCount / service.spanCount;
  return (
    <span className={styles.share}>
      <span className={styles.track} aria-hidden="true">
        <span style={{ width: `${Math.min(100, share * 100)}%` }} />
      </span>
      {service.errorCount === 0 ? (
        <span className={styles.none}>0 %</span>
      ) : (
        <Link
          className={cx(styles.failing)}
          href={tracesHref(search, { service: service.name, errorsOnly: true })}
          title={`${formatExact(service.errorCount)} of ${formatExact(service.spanCount)} spans`}
        >
          {formatPercent(share)}
          <span className="visually-hidden"> errors in {service.name}, as traces</span>
        </Link>
      )}
    </span>
  );
}

function Latency({ nanos }: { readonly nanos: string | null }) {
  if (nanos === null)
    return (
      <td className={styles.none} title="No server or consumer span in this range">
        –
      </td>
    );
  return <td>{formatDuration(parseNanos(nanos))}</td>;
}
