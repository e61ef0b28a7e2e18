import type { Deltas } from "@throughline/query/wire";
import { Filter, FilterX } from "lucide-react";
import { useDeltas } from "../api/asking.ts";
import { formatExact, formatPercent } from "../lib/format.ts";
import type { TimeRange } from "../lib/time-range.ts";
import { toVisibleLine } from "../lib/visible-text.ts";
import { IconButton } from "../ui/controls.tsx";
import { SqlLinkIcon } from "./sql-link-icon.tsx";
import { SidePanel } from "../ui/panel.tsx";
import { Failed, Loading, Progress, ResultFooter } from "../ui/states.tsx";
import { OneLine } from "../ui/visible-text.tsx";
import styles from "./deltas-panel.module.css";
import { differenceCondition, differenceName } from "./difference.ts";
import { deltasSql } from "./spans-sql.ts";
import type { HeatSelection } from "./heatmap/selection.ts";
import { selectionWords } from "./heatmap/words.ts";
import { useInEnvironment } from "../ui/use-environment.ts";
import type { Filter as Condition } from "@throughline/query/filter";

type Difference = Deltas["differences"][number];

interface DeltasPanelProps {
  readonly q: string;
  readonly range: TimeRange;
  readonly selection: HeatSelection;
  readonly onFilter: (condition: Condition) => void;
  readonly onClose: () => void;
}

/** What the selected spans have more often, or less, than the rest of what the filter finds. */
export function DeltasPanel({ q, range, selection, onFilter, onClose }: DeltasPanelProps) {
  const asked = useInEnvironment(q, "traces");
  const query = useDeltas(q, range, selection);
  const { data } = query;
  return (
    <SidePanel
      label="What differs"
      over={selectionWords(selection)}
      title="What differs in the selection"
      onClose={onClose}
    >
      <Progress active={query.isFetching} />
      {data === undefined ? (
        <>
          {query.isError ? (
            <Failed error={query.error} onRetry={() => void query.refetch()} />
          ) : (
            <Loading what="differences" />
          )}
        </>
      ) : (
        <>
          <p className={styles.counts}>
            <i className={styles.selected} aria-hidden="true" /> {formatExact(data.selected)}{" "}
            selected <i className={styles.rest} aria-hidden="true" /> {formatExact(data.rest)}{" "}
            others
            {data.countedEvery === 1 ? null : (
              <span> · shares are of one span in {formatExact(data.countedEvery)}</span>
            )}
          </p>
          <Differences data={data} onFilter={onFilter} />
          <ResultFooter meta={data.meta} shown={`${data.differences.length} differences`}>
            <SqlLinkIcon sql={deltasSql(asked, selection)} range={range} what="the differences" />
          </ResultFooter>
        </>
      )}
    </SidePanel>
  );
}

interface DifferencesProps {
  readonly data: Deltas;
  readonly onFilter: (condition: Condition) => void;
}

function Differences({ data, onFilter }: DifferencesProps) {
  if (data.differences.length === 0)
    return (
      <p className={styles.none}>
        {data.selected === 0 || data.rest === 0
          ? "There is nothing to compare: the selection holds none, or all, of the spans."
          : "No attribute differs by more than chance would make."}
      </p>
    );
  return (
    <ol className={styles.list} aria-label="Differences, largest first">
      {data.differences.map((difference) => (
        <DifferenceRow
          key={`${difference.key}\0${difference.value}`}
          difference={difference}
          onFilter={onFilter}
        />
      ))}
    </ol>
  );
}

interface DifferenceRowProps {
  readonly difference: Difference;
  readonly onFilter: (condition: Condition) => void;
}

function DifferenceRow({ difference, onFilter }: DifferenceRowProps) {
  const { value, selectedShare, restShare } = difference;
  const name = differenceName(difference.key);
  const condition = differenceCondition(difference);
  return (
    <li className={styles.row}>
      <span className={styles.name} title={toVisibleLine(name)}>
        <OneLine text={name} />
      </span>
      <span className={styles.actions}>
        <IconButton
          small
          label={`Only spans with ${name} ${value}`}
          onClick={() => onFilter(condition)}
        >
          <Filter size={13} aria-hidden="true" />
        </IconButton>
        <IconButton
          small
          label={`Without spans with ${name} ${value}`}
          onClick={() => onFilter({ kind: "not", of: condition })}
        >
          <FilterX size={13} aria-hidden="true" />
        </IconButton>
      </span>
      <span className={styles.value} title={toVisibleLine(value)}>
        {value === "" ? "empty" : <OneLine text={value} />}
      </span>
      <Share share={selectedShare} kind={styles.selected} of="selected" />
      <Share share={restShare} kind={styles.rest} of="others" />
    </li>
  );
}

interface ShareProps {
  readonly share: number;
  readonly kind: string | undefined;
  readonly of: string;
}

function Share({ share, kind, of }: ShareProps) {
  return (
    <span className={styles.share}>
      <span className={styles.track} aria-hidden="true">
        <i className={kind} style={{ width: `${share * 100}%` }} />
      </span>
      <span className={styles.percent}>
        {formatPercent(share)}
        <span className="visually-hidden"> of {of}</span>
      </span>
    </span>
  );
}
