import type { TraceSummary } from "@throughline/query/wire";
import { useMemo, useRef } from "react";
import type { useTraces } from "../api/trace-list.ts";
import { conditionTexts } from "../lib/filter-edit.ts";
import { plural } from "../lib/format.ts";
import { parseNanos } from "../lib/nanos.ts";
import { searchedOf } from "../lib/searched.ts";
import { LoadMore, NothingFound, NothingYet } from "../ui/list-parts.tsx";
import { Loading, Progress, ResultFooter } from "../ui/states.tsx";
import { useInEnvironment } from "../ui/use-environment.ts";
import { useKeptScroll } from "../ui/use-kept-scroll.ts";
import { useUrl } from "../ui/use-url.ts";
import { readTraceSort } from "./grouping.ts";
import { spansSql } from "./spans-sql.ts";
import { SqlLinkIcon } from "./sql-link-icon.tsx";
import { TraceList } from "./trace-list.tsx";
import styles from "./traces.module.css";

interface TraceResultsProps {
  readonly q: string;
  readonly query: ReturnType<typeof useTraces>;
}

/** The traces that were found, one by one. */
export function TraceResults({ q, query }: TraceResultsProps) {
  const { search, range } = useUrl();
  const asked = useInEnvironment(q, "traces");
  const order = `${readTraceSort(search)} first`;
  const pages = query.data?.pages;
  const traces = useMemo(() => pages?.flatMap((page) => page.traces) ?? [], [pages]);
  const scroller = useRef<HTMLDivElement>(null);
  useKeptScroll(scroller, traces.length > 0);
  if (query.isPending) return <Loading what="traces" />;
  const meta = pages?.at(-1)?.meta;
  switch (
    searchedOf(pages?.map((page) => ({ found: page.traces.length, meta: page.meta })) ?? [])
  ) {
    case "unfinished":
      return (
        <NothingYet what="traces" meta={meta}>
          <LoadMore query={query} />
        </NothingYet>
      );
    case "nothing":
      return <NothingFound what="traces" filters={conditionTexts(asked)} />;
    case "found":
  }
  return (
    <>
      <div ref={scroller} className={styles.scroll}>
        <Progress active={query.isFetching && !query.isFetchingNextPage} />
        <TraceList traces={traces} longest={longestOf(traces)} search={search} order={order} />
      </div>
      {meta === undefined ? null : (
        <ResultFooter meta={meta} shown={`${plural(traces.length, "trace")}, ${order}`}>
          <SqlLinkIcon sql={spansSql(asked)} range={range} what="the spans of these traces" />
          <LoadMore query={query} />
        </ResultFooter>
      )}
    </>
  );
}

function longestOf(traces: readonly TraceSummary[]): number {
  return traces.reduce((most, trace) => Math.max(most, Number(parseNanos(trace.durationNano))), 1);
}
