import { useMemo } from "react";
import { useServiceRates } from "../api/services.ts";
import { useStatus } from "../api/queries.ts";
import { plural } from "../lib/format.ts";
import { nanosToMs, parseNanos } from "../lib/nanos.ts";
import { readParam } from "../lib/url-state.ts";
import { SqlLinkIcon } from "../traces/sql-link-icon.tsx";
import { CountedEnvironment } from "../shell/counted-environment.tsx";
import { Page } from "../shell/page.tsx";
import controls from "../ui/controls.module.css";
import { NothingFound } from "../ui/list-parts.tsx";
import { Failed, Loading, NoDataEver, Progress, ResultFooter } from "../ui/states.tsx";
import { TextField } from "../ui/controls.tsx";
import { useUrl } from "../ui/use-url.ts";
import { readOrder, sortRows, toRow } from "./service-rows.ts";
import { servicesSql } from "./statements.ts";
import { ServiceTable } from "./service-table.tsx";
import styles from "./services.module.css";

/** Every service with its rate, errors and latency, and how they differ from the time before. */
export function ServicesPage() {
  const { search, push } = useUrl();
  return (
    <Page title="Services" hasRange>
      <div className={controls.bar}>
        <TextField
          label="Name"
          value={readParam(search, "name")}
          placeholder="contains"
          widthPx={180}
          onCommit={(name) => push({ name })}
        />
        <span className={styles.note}>Small figures: compared with the same time before</span>
      </div>
      <CountedEnvironment>
        <ServiceResults />
      </CountedEnvironment>
    </Page>
  );
}

function ServiceResults() {
  const { range, search } = useUrl();
  const environment = readParam(search, "environment");
  const name = readParam(search, "name");
  const query = useServiceRates(range, environment);
  const isEmpty = query.isSuccess && query.data.services.length === 0;
  const status = useStatus(isEmpty).data;
  const { data } = query;
  const rows = useMemo(() => {
    if (data === undefined) return [];
    const width = parseNanos(data.toUnixNano) - parseNanos(data.fromUnixNano);
    const minutes = Math.max(1, nanosToMs(width) / 60_000);
    const wanted = name.toLowerCase();
    return data.services
      .filter((service) => service.name.toLowerCase().includes(wanted))
      .map((service) => toRow(service, minutes));
  }, [data, name]);
  const order = readOrder(readParam(search, "sort"));
  if (query.isPending) return <Loading what="services" />;
  if (query.isError && data === undefined)
    return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (isEmpty && status === undefined) return <Loading what="services" />;
  if (isEmpty && status?.hasTraces === false && !status.hasLogs)
    return <NoDataEver what="traces" />;
  if (rows.length === 0)
    return (
      <NothingFound
        what="services"
        filters={[
          ...(name === "" ? [] : [`name contains ${name}`]),
          ...(environment === "" ? [] : [`environment ${environment}`]),
        ]}
      />
    );
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region needs the focus */}
      <div className={styles.scroll} tabIndex={0} role="group" aria-label="Services, table">
        <Progress active={query.isFetching} />
        <ServiceTable rows={sortRows(rows, order)} order={order} search={search} />
      </div>
      {data === undefined ? null : (
        <ResultFooter meta={data.meta} shown={plural(rows.length, "service")}>
          <SqlLinkIcon sql={servicesSql(environment)} range={range} what="the services" />
        </ResultFooter>
      )}
    </>
  );
}
