import { ScrollText, ListTree } from "lucide-react";
import { Link } from "wouter";
import { usePathname } from "wouter/use-browser-location";
import {
  type FiguresFilter,
  isWithoutSpans,
  SPAN_STATUSES,
  useService,
  useServiceErrors,
  useServiceMap,
} from "../api/services.ts";
import { useStatus } from "../api/queries.ts";
import { formatPercent, plural } from "../lib/format.ts";
import { logsHref, readParam, readRange, tracesHref } from "../lib/url-state.ts";
import { serviceOfPath } from "../services/service-links.ts";
import { serviceSql } from "../services/statements.ts";
import { SqlLinkIcon } from "../traces/sql-link-icon.tsx";
import { CountedEnvironment } from "../shell/counted-environment.tsx";
import { Page } from "../shell/page.tsx";
import controls from "../ui/controls.module.css";
import { FilterChip, Select } from "../ui/controls.tsx";
import { NothingFound } from "../ui/list-parts.tsx";
import { Failed, Loading, NoDataEver, Progress, ResultFooter } from "../ui/states.tsx";
import { Service } from "../ui/text.tsx";
import { useEnvironment } from "../ui/use-environment.ts";
import { useUrl } from "../ui/use-url.ts";
import { ErrorGroups } from "./error-groups.tsx";
import { Neighbours } from "./neighbours.tsx";
import { OperationsTable } from "./operations-table.tsx";
import { RedCharts } from "./red-charts.tsx";
import { shareOf } from "./red-series.ts";
import styles from "./service-page.module.css";

const STATUS_OPTIONS = [
  ["", "any"],
  ...SPAN_STATUSES.map((status) => [status, status] as const),
] as const;

/** A status that there is not narrows nothing. */
function readFilter(search: string): FiguresFilter {
  const status = readParam(search, "status");
  return {
    environment: readParam(search, "environment"),
    operation: readParam(search, "operation"),
    status: SPAN_STATUSES.find((known) => known === status) ?? "",
  };
}

/** One service: how much, how often wrong, how long; with the requests that show it. */
export function ServicePage() {
  const name = serviceOfPath(usePathname());
  const { search, range, push } = useUrl();
  const filter = readFilter(search);
  const isCounted = useEnvironment()?.key !== "older";
  const query = useService(name, range, filter);
  // Of one status, all or none have failed.
  const total = isCounted && filter.status === "" ? query.data?.service.total : undefined;
  const share = total === undefined ? null : shareOf(total);
  const title = share === null || share === 0 ? name : `${formatPercent(share)} errors · ${name}`;
  return (
    <Page title={title} heading={<Service name={name} />} hasRange>
      <div className={controls.bar}>
        {filter.operation === "" ? null : (
          <FilterChip
            text={`operation ${filter.operation}`}
            onRemove={() => push({ operation: undefined })}
          />
        )}
        <Select
          label="Status"
          value={filter.status}
          options={STATUS_OPTIONS}
          onChange={(status) => push({ status: status === "" ? undefined : status })}
        />
        <span className={styles.links}>
          <Link
            className={controls.button}
            href={tracesHref(search, {
              service: name,
              operation: filter.operation,
              errorsOnly: filter.status === "error",
            })}
          >
            <ListTree size={14} aria-hidden="true" /> Traces
          </Link>
          <Link
            className={controls.button}
            href={logsHref(readRange(search), { service: name }, search)}
          >
            <ScrollText size={14} aria-hidden="true" /> Logs
          </Link>
        </span>
      </div>
      <CountedEnvironment>
        <ServiceResults name={name} query={query} filter={filter} />
      </CountedEnvironment>
    </Page>
  );
}

interface ServiceResultsProps {
  readonly name: string;
  readonly query: ReturnType<typeof useService>;
  readonly filter: FiguresFilter;
}

function ServiceResults({ name, query, filter }: ServiceResultsProps) {
  const { range } = useUrl();
  const errors = useServiceErrors(name, range, filter);
  const map = useServiceMap(range, filter.environment, name);
  const { data: answer } = query;
  const isEmpty = answer !== undefined && isWithoutSpans(answer.service);
  const status = useStatus(isEmpty).data;
  if (query.isPending) return <Loading what="the service" />;
  if (answer === undefined)
    return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (isEmpty && status === undefined) return <Loading what="the service" />;
  if (isEmpty && status?.hasTraces === false) return <NoDataEver what="traces" />;
  if (isEmpty)
    return (
      <NothingFound
        what={`spans of ${name}`}
        filters={Object.entries(filter).flatMap(([key, value]) =>
          value === "" ? [] : [`${key} ${value}`],
        )}
      />
    );
  const { service, atMs } = answer;
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region needs the focus */}
      <div className={styles.scroll} tabIndex={0} role="group" aria-label="Service">
        <Progress active={query.isFetching} />
        <RedCharts service={service} atMs={atMs} />
        <div className={styles.columns}>
          <OperationsTable service={service} />
          <div className={styles.aside}>
            <ErrorGroups errors={errors.data} problem={errors.error} />
            <Neighbours name={name} map={map.data} problem={map.error} />
          </div>
        </div>
      </div>
      <ResultFooter
        meta={service.meta}
        shown={`${plural(service.total.requests, "request")}: ${service.kinds.join(" and ").toLowerCase()} spans`}
      >
        <SqlLinkIcon
          sql={serviceSql(name, service.kinds, filter)}
          range={range}
          what="the charts"
        />
      </ResultFooter>
    </>
  );
}
