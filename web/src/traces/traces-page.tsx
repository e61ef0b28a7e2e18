import type { TraceSummary } from "@throughline/query/wire";
import { useMemo, useRef } from "react";
import { useServices, useStatus, useTraces } from "../api/queries.ts";
import { plural } from "../lib/format.ts";
import { parseNanos } from "../lib/nanos.ts";
import { activeFilters, readTraceFilters, traceFiltersPatch } from "../lib/url-state.ts";
import { Page } from "../shell/page.tsx";
import { Failed, Loading, NoDataEver, Progress, ResultFooter } from "../ui/states.tsx";
import { LoadMore, NothingFound } from "../ui/list-parts.tsx";
import { useKeptScroll } from "../ui/use-kept-scroll.ts";
import { useUrl } from "../ui/use-url.ts";
import { TraceFilterBar } from "./trace-filter-bar.tsx";
import { TraceList } from "./trace-list.tsx";
import styles from "./traces.module.css";

export function TracesPage() {
  const url = useUrl();
  const filters = readTraceFilters(url.search);
  const services = useServices(url.range).data?.services ?? [];
  return (
    <Page title="Traces" hasRange>
      <TraceFilterBar
        filters={filters}
        services={services}
        onChange={(change) => url.push(traceFiltersPatch(change))}
      />
      <TraceResults />
    </Page>
  );
}

function TraceResults() {
  const url = useUrl();
  const filters = readTraceFilters(url.search);
  const query = useTraces(filters, url.range);
  const pages = query.data?.pages;
  const traces = useMemo(() => pages?.flatMap((page) => page.traces) ?? [], [pages]);
  const isEmpty = query.isSuccess && traces.length === 0;
  const status = useStatus(isEmpty).data;
  const scroller = useRef<HTMLDivElement>(null);
  useKeptScroll(scroller, traces.length > 0);
  if (query.isPending) return <Loading what="traces" />;
  if (query.isError && traces.length === 0)
    return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (isEmpty) {
    if (status === undefined) return <Loading what="traces" />;
    if (!status.hasTraces) return <NoDataEver what="traces" />;
    return <NothingFound what="traces" filters={activeFilters(filters)} />;
  }
  const meta = pages?.at(-1)?.meta;
  return (
    <>
      <div ref={scroller} className={styles.scroll}>
        <Progress active={query.isFetching && !query.isFetchingNextPage} />
        <TraceList traces={traces} longest={longestOf(traces)} search={url.search} />
      </div>
      {meta === undefined ? null : (
        <ResultFooter meta={meta} shown={plural(traces.length, "trace")}>
          <LoadMore query={query} />
        </ResultFooter>
      )}
    </>
  );
}

function longestOf(traces: readonly TraceSummary[]): number {
  return traces.reduce((most, trace) => Math.max(most, Number(parseNanos(trace.durationNano))), 1);
}
