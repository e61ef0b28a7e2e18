import type { TraceGroups } from "@throughline/query/wire";
import { useRef } from "react";
import { Link } from "wouter";
import { GROUP_SORTS, type GroupSort, useTraceGroups } from "../api/trace-list.ts";
import { conditionTexts } from "../lib/filter-edit.ts";
import { formatCount, formatDuration, formatExact, formatPercent, plural } from "../lib/format.ts";
import { parseNanos } from "../lib/nanos.ts";
import { filterPatch, patchSearch } from "../lib/url-state.ts";
import { toVisibleLine } from "../lib/visible-text.ts";
import { cx } from "../ui/cx.ts";
import { NothingFound, NothingYet } from "../ui/list-parts.tsx";
import { Failed, Loading, Progress, ResultFooter } from "../ui/states.tsx";
import { Service } from "../ui/text.tsx";
import { useInEnvironment } from "../ui/use-environment.ts";
import { useKeptScroll } from "../ui/use-kept-scroll.ts";
import { useUrl } from "../ui/use-url.ts";
import { OneLine } from "../ui/visible-text.tsx";
import { filterByGroup, readGroupSort } from "./grouping.ts";
import { groupsSql } from "./spans-sql.ts";
import { SqlLinkIcon } from "./sql-link-icon.tsx";
import styles from "./groups.module.css";

interface TraceGroupsListProps {
  readonly q: string;
  /** One field or two, as a filter names them. */
  readonly by: readonly string[];
}

/** The traces of a search by the values of a field, or of two: how many, how many failed, how long they took. */
export function TraceGroupsList({ q, by }: TraceGroupsListProps) {
  const { search, range } = useUrl();
  const sort = readGroupSort(search);
  const query = useTraceGroups(q, range, { by, sort });
  const asked = useInEnvironment(q, "traces");
  const { data } = query;
  const scroller = useRef<HTMLDivElement>(null);
  useKeptScroll(scroller, data !== undefined);
  if (query.isPending) return <Loading what="groups" />;
  if (data === undefined)
    return (
      <Failed error={query.error ?? new Error("No answer")} onRetry={() => void query.refetch()} />
    );
  if (data.groups.length === 0 && !data.meta.complete)
    return <NothingYet what="traces" meta={data.meta} />;
  if (data.groups.length === 0)
    return <NothingFound what="traces" filters={conditionTexts(asked)} />;
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region needs the focus */}
      <div ref={scroller} className={styles.scroll} tabIndex={0} role="group" aria-label="Groups">
        <Progress active={query.isFetching} />
        <GroupTable q={q} sort={sort} data={data} />
      </div>
      <ResultFooter meta={data.meta} shown={shownWords(data)}>
        <SqlLinkIcon sql={groupsSql(asked, by)} range={range} what="the groups" />
      </ResultFooter>
    </>
  );
}

function shownWords({ groups, groupCount, traceCount, countedEvery }: TraceGroups): string {
  const all =
    groupCount > groups.length
      ? `${formatExact(groups.length)} of ${plural(groupCount, "group")}`
      : plural(groupCount, "group");
  const sample = countedEvery > 1 ? `, from one in ${formatExact(countedEvery)}` : "";
  return `${all} of ${plural(traceCount, "trace")}${sample}`;
}

const SORT_WORDS: Readonly<Record<GroupSort, string>> = {
  traces: "Traces",
  errors: "Failed",
  p95: "p95",
};

interface GroupTableProps {
  readonly q: string;
  readonly sort: GroupSort;
  readonly data: TraceGroups;
}

function GroupTable({ q, sort, data }: GroupTableProps) {
  const { search } = useUrl();
  // Not the fields of the address: while their answer is on its way, the rows are still those of the fields before.
  const { by } = data;
  const longest = data.groups.reduce((most, { p95Nano }) => Math.max(most, Number(p95Nano)), 1);
  const hrefOf = (group: TraceGroups["groups"][number]) => {
    // A value that was cut cannot be asked for.
    const next = group.q === undefined ? undefined : filterByGroup(q, by, group.values);
    if (next === undefined) return undefined;
    const gone = {
      group: undefined,
      group2: undefined,
      sort: undefined,
      sel: undefined,
      differs: undefined,
    };
    return `/traces?${patchSearch(search, { ...gone, ...filterPatch(next, "traces") })}`;
  };
  return (
    <table
      className={cx(styles.table, by.length > 1 && styles.two)}
      aria-label={toVisibleLine(`Traces by ${by.join(" and ")}`)}
    >
      <thead>
        <tr>
          {by.map((name) => (
            <th key={name} scope="col">
              <OneLine text={name} />
            </th>
          ))}
          {GROUP_SORTS.slice(0, 2).map((each) => (
            <SortHeader key={each} sort={each} current={sort} />
          ))}
          <th scope="col" className={styles.number}>
            p50
          </th>
          <SortHeader sort="p95" current={sort} />
        </tr>
      </thead>
      <tbody>
        {data.groups.map((group) => (
          <GroupRow
            key={JSON.stringify(group.values)}
            group={group}
            href={hrefOf(group)}
            by={by}
            isSample={data.countedEvery > 1}
            longest={longest}
          />
        ))}
      </tbody>
    </table>
  );
}

interface SortHeaderProps {
  readonly sort: GroupSort;
  readonly current: GroupSort;
}

function SortHeader({ sort, current }: SortHeaderProps) {
  const { replace } = useUrl();
  const isCurrent = sort === current;
  return (
    <th scope="col" className={styles.number} aria-sort={isCurrent ? "descending" : "none"}>
      <button type="button" onClick={() => replace({ sort: sort === "traces" ? undefined : sort })}>
        {SORT_WORDS[sort]}
        {isCurrent ? " ↓" : ""}
      </button>
    </th>
  );
}

interface GroupRowProps {
  readonly group: TraceGroups["groups"][number];
  /** Undefined for a group that cannot be asked for. */
  readonly href: string | undefined;
  readonly by: readonly string[];
  readonly isSample: boolean;
  /** Nanoseconds of the longest p95. */
  readonly longest: number;
}

function GroupRow({ group, href, by, isSample, longest }: GroupRowProps) {
  const { traces, errors, share, p50Nano, p95Nano } = group;
  const [value, ...others] = by.map((name, i) => (
    <GroupValue key={name} value={group.values[i] ?? null} isService={name === "service"} />
  ));
  const about = isSample ? "≈" : "";
  return (
    <tr data-testid="group-row">
      <th scope="row">{href === undefined ? value : <Link href={href}>{value}</Link>}</th>
      {others.map((other) => (
        <td key={other.key}>{other}</td>
      ))}
      <td
        className={styles.number}
        title={`${formatExact(traces)}, ${formatPercent(share)} of all`}
      >
        <i className={styles.share} style={{ width: `${share * 100}%` }} aria-hidden="true" />
        {about}
        {formatCount(traces)} <span className={styles.part}>{formatPercent(share)}</span>
      </td>
      <td className={cx(styles.number, errors > 0 && styles.errors)} title={formatExact(errors)}>
        {errors === 0 ? (
          <span className={styles.none}>0</span>
        ) : (
          <>
            {about}
            {formatCount(errors)}{" "}
            <span className={styles.part}>{formatPercent(errors / Math.max(1, traces))}</span>
          </>
        )}
      </td>
      <td className={styles.number}>{formatDuration(parseNanos(p50Nano))}</td>
      <td className={styles.number}>
        <i
          className={styles.share}
          style={{ width: `${(Number(p95Nano) / longest) * 100}%` }}
          aria-hidden="true"
        />
        {formatDuration(parseNanos(p95Nano))}
      </td>
    </tr>
  );
}

interface GroupValueProps {
  readonly value: string | null;
  readonly isService: boolean;
}

function GroupValue({ value, isService }: GroupValueProps) {
  if (value === null) return <em className={styles.none}>without it</em>;
  if (value === "") return <em className={styles.none}>empty</em>;
  return isService ? <Service name={value} /> : <OneLine text={value} />;
}
