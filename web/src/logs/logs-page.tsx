import { Download } from "lucide-react";
import { logExportHref } from "../api/logs.ts";
import { FacetsColumn } from "../facets/facets-column.tsx";
import { FacetsToggle, hasFacets } from "../facets/facets-toggle.tsx";
import { readParam } from "../lib/url-state.ts";
import { MistakenFilter } from "../query-bar/mistaken-filter.tsx";
import { QueryBar } from "../query-bar/query-bar.tsx";
import { filterMistake } from "../query-bar/use-bar-state.ts";
import { SavedMenu } from "../saved/saved-menu.tsx";
import { Page } from "../shell/page.tsx";
import controls from "../ui/controls.module.css";
import { useFilter } from "../ui/use-filter.ts";
import { useKeys } from "../ui/use-keys.ts";
import { useInEnvironment } from "../ui/use-environment.ts";
import { useUrl } from "../ui/use-url.ts";
import { LiveLogs } from "./live-logs.tsx";
import { LogHistogramChart } from "./log-histogram-chart.tsx";
import { type LogView, logViewPatch, readLogView } from "./log-view.ts";
import { LogsAround } from "./logs-around.tsx";
import styles from "./logs.module.css";
import { PatternsView } from "./patterns/patterns-view.tsx";
import { ViewSwitch } from "./view-switch.tsx";
import { LogResults } from "./log-results.tsx";

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
  const asked = useInEnvironment(q, "logs");
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
            <a
              className={controls.button}
              href={logExportHref(asked, url.range, "ndjson")}
              download
            >
              <Download size={14} aria-hidden="true" /> NDJSON
            </a>
            <a className={controls.button} href={logExportHref(asked, url.range, "csv")} download>
              CSV
            </a>
          </span>
        )}
        <SavedMenu page="/logs" />
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
