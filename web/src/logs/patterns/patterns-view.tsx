import { useCallback, useMemo } from "react";
import { useLocation } from "wouter";
import type { LogPatterns } from "@throughline/query/wire";
import { BASELINES, type Baseline, useLogPatterns } from "../../api/patterns.ts";
import { useStatus } from "../../api/queries.ts";
import { conditionTexts } from "../../lib/filter-edit.ts";
import { formatExact, plural } from "../../lib/format.ts";
import { filterPatch, patchSearch, readParam } from "../../lib/url-state.ts";
import { patternsSql } from "../../sql/log-sql.ts";
import { SqlLinkIcon } from "../../traces/sql-link-icon.tsx";
import { Select } from "../../ui/controls.tsx";
import { NothingFound, NothingYet } from "../../ui/list-parts.tsx";
import { Failed, Loading, NoDataEver, ResultFooter } from "../../ui/states.tsx";
import { useKeys } from "../../ui/use-keys.ts";
import { useInEnvironment } from "../../ui/use-environment.ts";
import { useUrl } from "../../ui/use-url.ts";
import { logViewPatch } from "../log-view.ts";
import { filterByPattern, type LogPattern, patternKey } from "./pattern.ts";
import { PatternList } from "./pattern-list.tsx";
import { PatternPanel } from "./pattern-panel.tsx";
import styles from "./patterns.module.css";

const BASELINE_WORDS: Readonly<Record<Baseline, string>> = {
  previous: "the time before",
  day: "a day earlier",
  week: "a week earlier",
  none: "nothing",
};

function readBaseline(search: string): Baseline {
  const given = readParam(search, "baseline");
  return BASELINES.find((each) => each === given) ?? "previous";
}

/** What the lines that were found have in common, how often, and what of it is new. */
export function PatternsView({ q }: { readonly q: string }) {
  const url = useUrl();
  const baseline = readBaseline(url.search);
  const asked = useInEnvironment(q, "logs");
  const query = useLogPatterns(q, url.range, baseline);
  const { data } = query;
  const isEmpty = query.isSuccess && data?.patterns.length === 0;
  const status = useStatus(isEmpty).data;
  if (query.isPending) return <Loading what="patterns" />;
  if (query.isError && data === undefined)
    return <Failed error={query.error} onRetry={() => void query.refetch()} />;
  if (isEmpty && !data.meta.complete) return <NothingYet what="patterns" meta={data.meta} />;
  if (data === undefined || isEmpty) {
    if (status === undefined) return <Loading what="patterns" />;
    if (!status.hasLogs) return <NoDataEver what="logs" />;
    return <NothingFound what="logs" filters={conditionTexts(asked)} />;
  }
  return <Found q={q} data={data} baseline={baseline} isFetching={query.isFetching} />;
}

interface FoundProps {
  readonly q: string;
  readonly data: LogPatterns;
  readonly baseline: Baseline;
  readonly isFetching: boolean;
}

function Found({ q, data, baseline, isFetching }: FoundProps) {
  const { search, range, replace } = useUrl();
  const asked = useInEnvironment(q, "logs");
  const [, navigate] = useLocation();
  const { total } = data;
  const hasBaseline = (data.baselineTotal ?? 0) > 0;
  const patterns = useMemo(
    () => (hasBaseline ? data.patterns : data.patterns.map(withoutChange)),
    [data, hasBaseline],
  );
  const keys = useMemo(() => patterns.map(patternKey), [patterns]);
  const selected = keys.indexOf(readParam(search, "pattern"));
  const hrefOf = useCallback(
    (pattern: LogPattern, choice: "only" | "except") => {
      // What is left is looked at as patterns again; what was chosen, line by line.
      const view = logViewPatch(choice === "only" ? "list" : "patterns");
      const patch = { ...filterPatch(filterByPattern(q, pattern, choice), "logs"), ...view };
      return `/logs?${patchSearch(search, patch)}`;
    },
    [q, search],
  );
  const go = (choice: "only" | "except") => () => {
    const pattern = patterns[selected];
    if (pattern !== undefined) navigate(hrefOf(pattern, choice));
  };
  useKeys({ f: go("only"), x: go("except") });
  const select = (row: number) => replace({ pattern: keys[row] });
  return (
    <>
      <div className={styles.split}>
        <PatternList
          patterns={patterns}
          total={total}
          isSample={data.countedEvery > 1}
          isCompared={hasBaseline}
          selected={selected}
          isFetching={isFetching}
          onSelect={select}
          hrefOf={hrefOf}
        />
        <PatternPanel
          {...{ asked, range, search, total, hrefOf }}
          pattern={patterns[selected]}
          onClose={() => select(-1)}
        />
      </div>
      <ResultFooter meta={data.meta} shown={shownWords(data)}>
        <span className={styles.compared}>
          {baseline === "none" || hasBaseline ? null : "no logs then"}
        </span>
        <Select
          label="Compared with"
          value={baseline}
          options={BASELINES.map((each) => [each, BASELINE_WORDS[each]])}
          onChange={(value) => replace({ baseline: value === "previous" ? undefined : value })}
        />
        <SqlLinkIcon
          sql={patternsSql(
            asked,
            patterns.filter(({ records }) => records > 0),
          )}
          range={range}
          what="the patterns"
        />
      </ResultFooter>
    </>
  );
}

/** Where there was nothing before, everything would be new. */
function withoutChange(pattern: LogPattern): LogPattern {
  return { ...pattern, change: "same" };
}

function shownWords({ patterns, patternCount, total, countedEvery }: LogPatterns): string {
  const all =
    patternCount > patterns.length
      ? `${formatExact(patterns.length)} of ${plural(patternCount, "pattern")}`
      : plural(patternCount, "pattern");
  const sample = countedEvery > 1 ? `, from one in ${formatExact(countedEvery)}` : "";
  return `${all} of ${plural(total, "log")}${sample}`;
}
