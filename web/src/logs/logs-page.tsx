import { Download } from "lucide-react";
import { useMemo } from "react";
import { logExportHref } from "../api/logs.ts";
import { useLogs, useStatus } from "../api/queries.ts";
import { FacetsColumn } from "../facets/facets-column.tsx";
import { FacetsToggle, hasFacets } from "../facets/facets-toggle.tsx";
import { conditionTexts } from "../lib/filter-edit.ts";
import { plural } from "../lib/format.ts";
import { readParam } from "../lib/url-state.ts";
import { MistakenFilter } from "../query-bar/mistaken-filter.tsx";
import { QueryBar } from "../query-bar/query-bar.tsx";
import { filterMistake } from "../query-bar/use-bar-state.ts";
import { logsSql } from "../sql/log-sql.ts";
import { SqlLinkIcon } from "../traces/sql-link-icon.tsx";
import { Page } from "../shell/page.tsx";
import controls from "../ui/controls.module.css";
import { LoadMore, NothingFound } from "../ui/list-parts.tsx";
import { Failed, Loading, NoDataEver, ResultFooter } from "../ui/states.tsx";
import { useFilter } from "../ui/use-filter.ts";
import { useKeys } from "../ui/use-keys.ts";
import { useUrl } from "../ui/use-url.ts";
import { ColumnBar } from "./column-bar.tsx";
import { LiveLogs } from "./live-logs.tsx";
import { LogHistogramChart } from "./log-histogram-chart.tsx";
import { columnSql } from "./log-column.ts";
import { uniqueKeys } from "./log-keys.ts";
import { LogList } from "./log-list.tsx";
import { LogSelectionPanel } from "./log-selection-panel.tsx";
import { type LogView, logViewPatch, readColumns, readLogView } from "./log-view.ts";
import { LogsAround } from "./logs-around.tsx";
import styles from "./logs.module.css";
import { PatternsView } from "./patterns/patterns-view.tsx";
import { ViewSwitch } from "./view-switch.tsx";

export function LogsPage() {
  const { search } = useUrl();
  const around = readParam(search, "around");
  const view = readLogView(search);
  return (
    <Page
      title={around === "" ? "Logs" : "Lines around a log"}
      hasRange={around === "" && view !== "live"}
    >
      {around === "" ? <SearchedLogs view={view} /> : <LogsAround id={around} />}
    </Page>
  );
}

function SearchedLogs({ view }: { readonly view: LogView }) {
  const url = useUrl();
  const { q, setQ } = useFilter("logs", ["log", "pattern"]);
  const toggle = (other: LogView) => () => url.push(logViewPatch(view === other ? "list" : other));
  useKeys({ l: toggle("live"), p: toggle("patterns") });
  const isLive = view === "live";
  const isRight = filterMistake(q, "logs") === undefined;
  return (
    <>
      <div className={controls.bar}>
        <QueryBar
          signal="logs"
          value={q}
          range={url.range}
          placeholder="Search logs: words, service:checkout, severity>=warn"
          onCommit={setQ}
        />
        {isLive ? null : <FacetsToggle />}
        <ViewSwitch />
        {isLive || !isRight ? null : (
          <span className={styles.group} role="group" aria-label="Download all that is found">
            <a className={controls.button} href={logExportHref(q, url.range, "ndjson")} download>
              <Download size={14} aria-hidden="true" /> NDJSON
            </a>
            <a className={controls.button} href={logExportHref(q, url.range, "csv")} download>
              CSV
            </a>
          </span>
        )}
      </div>
      {isRight ? <Results q={q} view={view} onFilter={setQ} /> : <MistakenFilter />}
    </>
  );
}

interface ResultsProps {
  readonly q: string;
  readonly view: LogView;
  readonly onFilter: (q: string) => void;
}

function Results({ q, view, onFilter }: ResultsProps) {
  const { search, range, setRange } = useUrl();
  if (view === "live") return <LiveLogs q={q} />;
  return (
    <>
      <LogHistogramChart q={q} range={range} onRange={setRange} />
      <div className={styles.split}>
        {hasFacets(search) ? (
          <FacetsColumn signal="logs" q={q} range={range} onFilter={onFilter} />
        ) : null}
        <div className={styles.results}>
          {view === "patterns" ? (
            <PatternsView q={q} />
          ) : (
            <LogResults q={q} isTable={view === "table"} />
          )}
        </div>
      </div>
    </>
  );
}

interface LogResultsProps {
  readonly q: string;
  /** With the columns of the URL. */
  readonly isTable: boolean;
}

function LogResults({ q, isTable }: LogResultsProps) {
  const url = useUrl();
  // The same array while the columns are the same: every row has it.
  const columnNames = isTable ? readColumns(url.search).join("\n") : "";
  const columns = useMemo(() => (columnNames === "" ? [] : columnNames.split("\n")), [columnNames]);
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
      {isTable ? <ColumnBar columns={columns} range={url.range} /> : null}
      <div className={styles.split}>
        <LogList
          logs={logs}
          keys={keys}
          selected={selected}
          isFetching={query.isFetching}
          onSelect={select}
          columns={columns}
        />
        <LogSelectionPanel log={logs[selected]} onClose={() => select(undefined)} />
      </div>
      {meta === undefined ? null : (
        <ResultFooter meta={meta} shown={`${plural(logs.length, "log")}, newest first`}>
          <SqlLinkIcon
            sql={logsSql(
              q,
              columns.flatMap((column) => columnSql(column) ?? []),
            )}
            range={url.range}
            what="these logs"
          />
          <LoadMore query={query} />
        </ResultFooter>
      )}
    </>
  );
}
