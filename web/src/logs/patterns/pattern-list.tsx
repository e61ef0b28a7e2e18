import { Ban, Info } from "lucide-react";
import { memo, useEffect, useId, useMemo } from "react";
import { Link } from "wouter";
import { formatCount, formatExact, formatPercent } from "../../lib/format.ts";
import { parseNanos } from "../../lib/nanos.ts";
import type { ServiceColor } from "../../lib/service-color.ts";
import { toVisibleLine } from "../../lib/visible-text.ts";
import controls from "../../ui/controls.module.css";
import { cx } from "../../ui/cx.ts";
import { useServiceColors } from "../../ui/service-colors.tsx";
import { Progress } from "../../ui/states.tsx";
import { MomentText, Service, SeverityBadge } from "../../ui/text.tsx";
import { useRowPx } from "../../ui/density.ts";
import { useFixedRows } from "../../ui/use-fixed-rows.ts";
import { useKeptScroll } from "../../ui/use-kept-scroll.ts";
import { useListKeys } from "../use-list-keys.ts";
import { ChangeBadge } from "./change-badge.tsx";
import { changeOf, type LogPattern, severityMix } from "./pattern.ts";
import styles from "./patterns.module.css";
import { SeverityBar } from "./severity-bar.tsx";
import { TemplateText } from "./template-text.tsx";

interface PatternListProps {
  readonly patterns: readonly LogPattern[];
  /** Logs that meet the filter: what shares are of. */
  readonly total: number;
  /** The counts are estimates. */
  readonly isSample: boolean;
  /** Something is compared: the column of changes has a meaning. */
  readonly isCompared: boolean;
  /** -1 for none. */
  readonly selected: number;
  readonly isFetching: boolean;
  /** -1 for none. */
  readonly onSelect: (row: number) => void;
  /** The list of the logs of a pattern, or of all others. */
  readonly hrefOf: (pattern: LogPattern, choice: "only" | "except") => string;
}

const HEADER_PX = 32;

export function PatternList(props: PatternListProps) {
  const { patterns, total, isCompared, selected, isFetching, onSelect } = props;
  const { ref, first, end, page, scrollTo } = useFixedRows(patterns.length, useRowPx(), HEADER_PX);
  const id = useId();
  const colors = useServiceColors(
    useMemo(
      () => patterns.flatMap(({ services }) => services.map((one) => one.service)),
      [patterns],
    ),
  );
  useKeptScroll(ref, patterns.length > 0);
  useListKeys({ count: patterns.length, selected, page, onSelect });
  useEffect(() => scrollTo(selected), [selected, scrollTo]);
  return (
    <div
      ref={ref}
      className={styles.list}
      role="grid"
      aria-label="Patterns"
      aria-rowcount={patterns.length + 1}
      aria-activedescendant={selected < 0 ? undefined : `${id}-${selected}`}
      tabIndex={0}
    >
      <Progress active={isFetching} />
      <Head isCompared={isCompared} />
      <div
        role="rowgroup"
        style={{ height: `calc(var(--row) * ${patterns.length})`, position: "relative" }}
      >
        {patterns.slice(first, end).map((pattern, i) => (
          <PatternRow
            {...props}
            key={pattern.template}
            id={`${id}-${first + i}`}
            pattern={pattern}
            row={first + i}
            share={total === 0 ? 0 : pattern.records / total}
            color={colors.get(pattern.services[0]?.service ?? "")}
          />
        ))}
      </div>
    </div>
  );
}

function Head({ isCompared }: { readonly isCompared: boolean }) {
  return (
    <div role="row" aria-rowindex={1} className={cx(styles.row, styles.head)}>
      <span role="columnheader" className={styles.number}>
        Logs
      </span>
      <span role="columnheader">Share</span>
      <span role="columnheader">
        {isCompared ? "Change" : <span className="visually-hidden">Change</span>}
      </span>
      <span role="columnheader">
        <span className="visually-hidden">Severity</span>
      </span>
      <span role="columnheader" className={styles.mixCell}>
        <span className="visually-hidden">Severities</span>
      </span>
      <span role="columnheader">Pattern</span>
      <span role="columnheader" className={styles.service}>
        Service
      </span>
      <span role="columnheader" className={styles.last}>
        Last seen
      </span>
      <span role="columnheader">
        <span className="visually-hidden">Actions</span>
      </span>
    </div>
  );
}

interface PatternRowProps extends PatternListProps {
  readonly id: string;
  readonly pattern: LogPattern;
  readonly row: number;
  /** 0..1 */
  readonly share: number;
  readonly color: ServiceColor | undefined;
}

const PatternRow = memo(function PatternRow(props: PatternRowProps) {
  const { id, pattern, row, selected, isSample, hrefOf } = props;
  const isSelected = row === selected;
  const [worst] = severityMix(pattern);
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={row + 2}
      aria-selected={isSelected}
      data-testid="pattern-row"
      className={cx(
        styles.row,
        styles.body,
        isSelected && styles.selected,
        pattern.change === "gone" && styles.gone,
      )}
      style={{ transform: `translateY(calc(var(--row) * ${row}))` }}
    >
      <span role="gridcell" className={styles.number} title={formatExact(pattern.records)}>
        {isSample ? "≈" : ""}
        {formatCount(pattern.records)}
      </span>
      <Share share={props.share} />
      <Change pattern={pattern} />
      <span role="gridcell">
        {worst === undefined ? null : <SeverityBadge severity={worst.severity} />}
      </span>
      <span role="gridcell" className={styles.mixCell}>
        <SeverityBar pattern={pattern} />
      </span>
      <span role="gridcell" className={styles.template}>
        <Link href={hrefOf(pattern, "only")} title={toVisibleLine(pattern.template)}>
          <TemplateText template={pattern.template} />
        </Link>
      </span>
      <Services pattern={pattern} color={props.color} />
      <span role="gridcell" className={styles.last}>
        <MomentText nanos={parseNanos(pattern.lastUnixNano)} date={false} />
      </span>
      <Actions {...props} isSelected={isSelected} />
    </div>
  );
});

function Actions(props: PatternRowProps & { readonly isSelected: boolean }) {
  const { pattern, row, isSelected, onSelect, hrefOf } = props;
  const name = toVisibleLine(pattern.template, 80);
  return (
    <span role="gridcell" className={styles.actions}>
      <Link
        className={cx(controls.icon, controls.small)}
        href={hrefOf(pattern, "except")}
        aria-label={`Without the pattern ${name}`}
        title="Without these logs (x)"
      >
        <Ban size={13} aria-hidden="true" />
      </Link>
      <button
        type="button"
        className={cx(controls.icon, controls.small)}
        aria-label={`Details of the pattern ${name}`}
        aria-pressed={isSelected}
        title="Details"
        onClick={() => onSelect(isSelected ? -1 : row)}
      >
        <Info size={14} aria-hidden="true" />
      </button>
    </span>
  );
}

function Share({ share }: { readonly share: number }) {
  return (
    <span role="gridcell" className={styles.share}>
      <span className={styles.track} aria-hidden="true">
        <i style={{ width: `${share * 100}%` }} />
      </span>
      <span>{formatPercent(share)}</span>
    </span>
  );
}

function Change({ pattern }: { readonly pattern: LogPattern }) {
  const change = changeOf(pattern);
  return (
    <span role="gridcell">{change === undefined ? null : <ChangeBadge change={change} />}</span>
  );
}

interface ServicesProps {
  readonly pattern: LogPattern;
  readonly color: ServiceColor | undefined;
}

function Services({ pattern, color }: ServicesProps) {
  const [first, ...others] = pattern.services;
  return (
    <span role="gridcell" className={styles.service}>
      {first === undefined ? null : <Service name={first.service} color={color} />}
      {others.length === 0 ? null : (
        <span
          className={styles.more}
          title={others.map(({ service }) => toVisibleLine(service)).join(", ")}
        >
          +{others.length}
        </span>
      )}
    </span>
  );
}
