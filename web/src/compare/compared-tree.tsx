import { useMemo } from "react";
import { formatDuration } from "../lib/format.ts";
import { cx } from "../ui/cx.ts";
import { Service } from "../ui/text.tsx";
import { useServiceColors } from "../ui/service-colors.tsx";
import { useFixedRows } from "../ui/use-fixed-rows.ts";
import { OneLine } from "../ui/visible-text.tsx";
import type { ComparedRow } from "./differences.ts";
import styles from "./compare.module.css";

interface ComparedTreeProps {
  readonly rows: readonly ComparedRow[];
  /** B is what is usual, and not a trace. */
  readonly isUsual: boolean;
}

const ROW_PX = 24;
const HEAD_PX = 32;
const INDENT_MAX = 12;

/** Both trees as one: every span once, with its times on both sides and the difference as a bar. */
export function ComparedTree({ rows, isUsual }: ComparedTreeProps) {
  const { ref, first, end } = useFixedRows(rows.length, ROW_PX, HEAD_PX);
  const names = useMemo(() => [...new Set(rows.map(({ service }) => service))].toSorted(), [rows]);
  const colors = useServiceColors(names);
  const largest = useMemo(
    () => Math.max(1, ...rows.map(({ deltaNs }) => Math.abs(deltaNs ?? 0))),
    [rows],
  );
  const headings = isUsual
    ? ["Span", "A", "p50", "p95", "A against p50"]
    : ["Span", "A", "B", "Own time A", "Own time B", "Own time, A against B"];
  const columns = isUsual ? styles.usualColumns : styles.traceColumns;
  return (
    <div
      ref={ref}
      className={styles.tree}
      role="table"
      aria-label="Aligned spans"
      aria-rowcount={rows.length + 1}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region needs the focus
      tabIndex={0}
      data-own-keys=""
    >
      <div className={cx(styles.head, columns)} role="row" aria-rowindex={1}>
        {headings.map((words) => (
          <span key={words} role="columnheader">
            {words}
          </span>
        ))}
      </div>
      <div role="rowgroup" style={{ height: rows.length * ROW_PX, paddingTop: first * ROW_PX }}>
        {rows.slice(first, end).map((row, i) => (
          <div
            key={row.key}
            className={cx(styles.row, columns, isUsual ? undefined : sideClass(row))}
            role="row"
            aria-rowindex={first + i + 2}
            data-testid="compared-row"
          >
            <span className={styles.name} role="cell">
              <span
                className={styles.indent}
                style={{ width: Math.min(row.depth, INDENT_MAX) * 14 }}
              />
              <Service name={row.service} color={colors.get(row.service)} />
              <span className={styles.operation}>
                <OneLine text={row.operation} />
              </span>
              <Marks row={row} isUsual={isUsual} />
            </span>
            <Figures row={row} isUsual={isUsual} />
            <DeltaBar row={row} largest={largest} />
          </div>
        ))}
      </div>
    </div>
  );
}

function sideClass({ a, b }: ComparedRow): string | undefined {
  if (b === undefined) return styles.onlyA;
  return a === undefined ? styles.onlyB : undefined;
}

/** What cannot be said by a number: only on one side, failed on one. */
function Marks({
  row: { a, b },
  isUsual,
}: {
  readonly row: ComparedRow;
  readonly isUsual: boolean;
}) {
  const words: string[] = [];
  if (!isUsual && b === undefined) words.push("only in A");
  if (!isUsual && a === undefined) words.push("only in B");
  const [failedA, failedB] = [a?.isError === true, b?.isError === true];
  if (isUsual && failedA) words.push("failed");
  else if (failedA && failedB) words.push("failed in both");
  else if (failedA) words.push("failed in A");
  else if (failedB) words.push("failed in B");
  return words.map((word) => (
    <span key={word} className={word.startsWith("failed") ? styles.failedMark : styles.mark}>
      {word}
    </span>
  ));
}

function Figures({ row, isUsual }: { readonly row: ComparedRow; readonly isUsual: boolean }) {
  const { a, b, usual } = row;
  const values = isUsual
    ? [a?.durationNs, usual?.p50Ns, usual?.p95Ns]
    : [a?.durationNs, b?.durationNs, a?.ownNs, b?.ownNs];
  return values.map((value, i) => (
    // oxlint-disable-next-line react/no-array-index-key -- the columns do not change
    <span key={i} className={styles.figure} role="cell">
      {value === undefined ? <span className={styles.muted}>–</span> : formatDuration(value)}
    </span>
  ));
}

interface DeltaBarProps {
  readonly row: ComparedRow;
  /** The difference whose bar is as long as there is room. */
  readonly largest: number;
}

/** To the right what took longer in A, to the left what took longer in B. */
function DeltaBar({ row: { deltaNs, usual, a }, largest }: DeltaBarProps) {
  if (deltaNs === undefined)
    return (
      <span className={styles.delta} role="cell">
        <span className={styles.muted}>no other span like it</span>
      </span>
    );
  const share = (Math.abs(deltaNs) / largest) * 50;
  const isRare = usual !== undefined && (a?.durationNs ?? 0) > usual.p95Ns;
  return (
    <span className={styles.delta} role="cell">
      <span className={styles.bar} aria-hidden="true">
        {deltaNs === 0 ? null : (
          <span
            className={deltaNs > 0 ? styles.longer : styles.shorter}
            style={
              deltaNs > 0
                ? { left: "50%", width: `${share}%` }
                : { right: "50%", width: `${share}%` }
            }
          />
        )}
      </span>
      <span className={styles.deltaWords}>{signed(deltaNs)}</span>
      {isRare ? <span className={styles.mark}>above p95</span> : null}
    </span>
  );
}

/** `+12 ms`, `−3 ms`. */
export function signed(ns: number): string {
  if (ns === 0) return "0";
  return `${ns < 0 ? "−" : "+"}${formatDuration(Math.abs(ns))}`;
}
