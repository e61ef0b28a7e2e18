import type { Filter } from "@throughline/query/filter";
import { type ReactNode, useMemo } from "react";
import { useStatus } from "../api/queries.ts";
import { useTraces } from "../api/trace-list.ts";
import { addCondition, withDuration } from "../lib/filter-edit.ts";
import { absoluteRange } from "../lib/time-range.ts";
import { filterPatch, rangePatch } from "../lib/url-state.ts";
import { MistakenFilter } from "../query-bar/mistaken-filter.tsx";
import { QueryBar } from "../query-bar/query-bar.tsx";
import { filterMistake } from "../query-bar/use-bar-state.ts";
import { SavedMenu } from "../saved/saved-menu.tsx";
import { Page } from "../shell/page.tsx";
import controls from "../ui/controls.module.css";
import { cx } from "../ui/cx.ts";
import { Failed, NoDataEver } from "../ui/states.tsx";
import { useFilter } from "../ui/use-filter.ts";
import { useKeys } from "../ui/use-keys.ts";
import { useUrl } from "../ui/use-url.ts";
import { DeltasPanel } from "./deltas-panel.tsx";
import { FacetsColumn } from "../facets/facets-column.tsx";
import { FacetsToggle, hasFacets } from "../facets/facets-toggle.tsx";
import { LatencyHeatmap } from "./heatmap/heatmap.tsx";
import { readSelection, writeSelection } from "./heatmap/selection.ts";
import { readGroups, readTraceSort } from "./grouping.ts";
import { ListOptions } from "./list-options.tsx";
import { TraceGroupsList } from "./trace-groups.tsx";
import { TraceResults } from "./trace-results.tsx";
import styles from "./traces.module.css";

/** What of the URL belongs to one filter and range. */
const SELECTION = ["sel", "differs"];
const NO_SELECTION = { sel: undefined, differs: undefined };

export function TracesPage() {
  const url = useUrl();
  const { q, setQ } = useFilter("traces", SELECTION);
  const bar = (
    <div className={controls.bar}>
      <QueryBar
        signal="traces"
        value={q}
        range={url.range}
        placeholder="Search traces: service:checkout status:error duration>1s"
        onCommit={setQ}
      />
      <FacetsToggle />
      <ListOptions />
      <SavedMenu page="/traces" />
    </div>
  );
  return (
    <Page title="Traces" hasRange>
      {filterMistake(q, "traces") === undefined ? (
        <Found q={q} setQ={setQ} bar={bar} />
      ) : (
        <>
          {bar}
          <MistakenFilter />
        </>
      )}
    </Page>
  );
}

interface FoundProps {
  readonly q: string;
  readonly setQ: (q: string) => void;
  readonly bar: ReactNode;
}

function Found({ q, setQ, bar }: FoundProps) {
  const url = useUrl();
  const groups = readGroups(url.search);
  const query = useTraces(q, url.range, {
    sort: readTraceSort(url.search),
    isEnabled: groups.length === 0,
  });
  const isEmpty = query.isSuccess && query.data.pages[0]?.traces.length === 0;
  const status = useStatus(isEmpty).data;
  if (isEmpty && status?.hasTraces === false) return <NoDataEver what="traces" />;
  if (query.isError && query.data === undefined)
    return (
      <>
        {bar}
        <Failed error={query.error} onRetry={() => void query.refetch()} />
      </>
    );
  return (
    <>
      {bar}
      <Explored q={q} setQ={setQ}>
        {groups.length === 0 ? (
          <TraceResults q={q} query={query} />
        ) : (
          <TraceGroupsList q={q} by={groups} />
        )}
      </Explored>
    </>
  );
}

interface ExploredProps {
  readonly q: string;
  readonly setQ: (q: string) => void;
  readonly children: ReactNode;
}

/** The list between what shows it as a whole: the heatmap above, what differs beside it. */
function Explored({ q, setQ, children }: ExploredProps) {
  const url = useUrl();
  const selection = useMemo(() => readSelection(url.search), [url.search]);
  const isComparing = selection !== undefined && url.search.includes("differs=on");
  const filterBy = (condition: Filter) => setQ(addCondition(q, condition));
  useKeys({
    Escape: () => {
      if (isComparing) url.replace({ differs: undefined });
      else if (selection !== undefined) url.replace(NO_SELECTION);
    },
  });
  return (
    <>
      <LatencyHeatmap
        q={q}
        range={url.range}
        selection={selection}
        isComparing={isComparing}
        onSelect={(next) =>
          url.replace(next === undefined ? NO_SELECTION : { sel: writeSelection(next) })
        }
        onZoom={({ fromMs, toMs }, bounds) =>
          url.push({
            ...NO_SELECTION,
            ...rangePatch(absoluteRange(fromMs, toMs)),
            ...filterPatch(withDuration(q, bounds), "traces"),
          })
        }
        onCompare={() => url.push({ differs: "on" })}
      />
      <div className={cx(styles.split, isComparing && styles.comparing)}>
        {hasFacets(url.search) ? (
          <FacetsColumn signal="traces" q={q} range={url.range} onFilter={setQ} />
        ) : null}
        <div className={styles.results}>{children}</div>
        {isComparing ? (
          <DeltasPanel
            q={q}
            range={url.range}
            selection={selection}
            onFilter={filterBy}
            onClose={() => url.replace({ differs: undefined })}
          />
        ) : null}
      </div>
    </>
  );
}
