import type { TraceSummary } from "@throughline/query/wire";
import { useMemo, useRef } from "react";
import { useStatus, useTraces } from "../api/queries.ts";
import { plural } from "../lib/format.ts";
import { parseNanos } from "../lib/nanos.ts";
import { conditionTexts } from "../lib/filter-edit.ts";
import { QueryBar } from "../query-bar/query-bar.tsx";
import { Page } from "../shell/page.tsx";
import { Failed, Loading, NoDataEver, Progress, ResultFooter } from "../ui/states.tsx";
import { LoadMore, NothingFound } from "../ui/list-parts.tsx";
import { useKeptScroll } from "../ui/use-kept-scroll.ts";
import controls from "../ui/controls.module.css";
import { useFilter } from "../ui/use-filter.ts";
import { useUrl } from "../ui/use-url.ts";
import { TraceList } from "./trace-list.tsx";
import styles from "./traces.module.css";

export function TracesPage() {
  const url = useUrl();
  const { q, setQ } = useFilter("traces", []);
  return (
    <Page title="Traces" hasRange>
      <div className={controls.bar}>
        <QueryBar
          signal="traces"
          value={q}
          range={url.range}
          placeholder="Search traces: service:checkout status:error duration>1s"
          onCommit={setQ}
        />
      </div>
      <TraceResults q={q} />
    </Page>
  );
}

function TraceResults({ q }: { readonly q: string }) {
  const url = useUrl();
  const query = useTraces(q, url.range);
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
    return <NothingFound what="traces" filters={conditionTexts(q)} />;
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
