import { useMemo } from "react";
import type { LogRecord } from "@throughline/query/wire";
import { useLogs, useStatus } from "../api/queries.ts";
import { plural } from "../lib/format.ts";
import { logKey } from "../lib/log-key.ts";
import { conditionTexts } from "../lib/filter-edit.ts";
import { MistakenFilter } from "../query-bar/mistaken-filter.tsx";
import { QueryBar } from "../query-bar/query-bar.tsx";
import { filterMistake } from "../query-bar/use-bar-state.ts";
import { Page } from "../shell/page.tsx";
import controls from "../ui/controls.module.css";
import { LoadMore, NothingFound } from "../ui/list-parts.tsx";
import { Failed, Loading, NoDataEver, ResultFooter } from "../ui/states.tsx";
import { useFilter } from "../ui/use-filter.ts";
import { useUrl } from "../ui/use-url.ts";
import { LogHistogramChart } from "./log-histogram-chart.tsx";
import { LogList } from "./log-list.tsx";
import { LogSelectionPanel } from "./log-selection-panel.tsx";
import styles from "./logs.module.css";

export function LogsPage() {
  const url = useUrl();
  const { q, setQ } = useFilter("logs", ["log"]);
  return (
    <Page title="Logs" hasRange>
      <div className={controls.bar}>
        <QueryBar
          signal="logs"
          value={q}
          range={url.range}
          placeholder="Search logs: words, service:checkout, severity>=warn"
          onCommit={setQ}
        />
      </div>
      {filterMistake(q, "logs") === undefined ? (
        <>
          <LogHistogramChart q={q} range={url.range} onRange={url.setRange} />
          <LogResults q={q} />
        </>
      ) : (
        <MistakenFilter />
      )}
    </Page>
  );
}

function LogResults({ q }: { readonly q: string }) {
  const url = useUrl();
  const query = useLogs(q, url.range);
  const pages = query.data?.pages;
  const logs = useMemo(() => pages?.flatMap((page) => page.logs) ?? [], [pages]);
  const keys = useMemo(() => uniqueKeys(logs), [logs]);
  const isEmpty = query.isSuccess && logs.length === 0;
  const status = useStatus(isEmpty).data;
  if (query.isPending) return <Loading what="logs" />;
  if (query.isError && logs.length === 0)
    return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (isEmpty) {
    if (status === undefined) return <Loading what="logs" />;
    if (!status.hasLogs) return <NoDataEver what="logs" />;
    return <NothingFound what="logs" filters={conditionTexts(q)} />;
  }
  const selectedKey = new URLSearchParams(url.search).get("log") ?? undefined;
  const selected = selectedKey === undefined ? -1 : keys.indexOf(selectedKey);
  const meta = pages?.at(-1)?.meta;
  const select = (key: string | undefined) => url.replace({ log: key });
  return (
    <>
      <div className={styles.split}>
        <LogList
          logs={logs}
          keys={keys}
          selected={selected}
          isFetching={query.isFetching}
          onSelect={select}
        />
        <LogSelectionPanel log={logs[selected]} onClose={() => select(undefined)} />
      </div>
      {meta === undefined ? null : (
        <ResultFooter meta={meta} shown={`${plural(logs.length, "log")}, newest first`}>
          <LoadMore query={query} />
        </ResultFooter>
      )}
    </>
  );
}

/** Two records can say the same at the same nanosecond. */
function uniqueKeys(logs: readonly LogRecord[]): readonly string[] {
  const seen = new Map<string, number>();
  return logs.map((log) => {
    const key = logKey(log);
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return count === 0 ? key : `${key}~${count}`;
  });
}
