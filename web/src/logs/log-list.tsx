import { ArrowUp, ListTree } from "lucide-react";
import { memo, useEffect, useId, useMemo, type CSSProperties, type MouseEvent } from "react";
import { Link } from "wouter";
import type { LogRecord } from "@throughline/query/wire";
import { formatCount } from "../lib/format.ts";
import { logKey } from "../lib/log-key.ts";
import { parseNanos } from "../lib/nanos.ts";
import type { ServiceColor } from "../lib/service-color.ts";
import { toSeverity } from "../lib/severity.ts";
import { traceHref } from "../lib/url-state.ts";
import { cx } from "../ui/cx.ts";
import { Progress } from "../ui/states.tsx";
import { useServiceColors } from "../ui/service-colors.tsx";
import { MomentText, Service, SeverityBadge } from "../ui/text.tsx";
import { OneLine } from "../ui/visible-text.tsx";
import { useFixedRows } from "../ui/use-fixed-rows.ts";
import { useKeptScroll } from "../ui/use-kept-scroll.ts";
import { useUrl } from "../ui/use-url.ts";
import text from "../ui/text.module.css";
import { type ReadColumn, readerOf } from "./log-column.ts";
import styles from "./logs.module.css";
import { useListKeys } from "./use-list-keys.ts";

interface LogListProps {
  readonly logs: readonly LogRecord[];
  /** One name per log, as it stands in the URL. */
  readonly keys: readonly string[];
  /** -1 for none. */
  readonly selected: number;
  readonly isFetching: boolean;
  readonly onSelect: (key: string | undefined) => void;
  /** The row that the others are around. */
  readonly anchor?: number;
  /** Whether the list was scrolled away from its beginning. */
  readonly onAway?: (isAway: boolean) => void;
  /** Newer logs that are not shown yet, and how to see them: go to the beginning. */
  readonly held?: number;
  /** Fields that stand between service and message, as a filter names them. */
  readonly columns?: readonly string[];
}

const ROW_PX = 24;
const HEADER_PX = 32;
const NO_COLUMNS: readonly string[] = [];

interface ShownColumn {
  readonly name: string;
  readonly read: ReadColumn | undefined;
}

/** The grid's columns; a list that is narrower than they are scrolls. */
function templateOf(columns: readonly ShownColumn[]): CSSProperties | undefined {
  if (columns.length === 0) return undefined;
  const own = `repeat(${columns.length}, minmax(96px, 0.6fr))`;
  return {
    gridTemplateColumns: `142px 16px minmax(80px, 132px) ${own} minmax(200px, 1.4fr) 24px`,
  };
}

export function LogList(props: LogListProps) {
  const { logs, keys, selected, isFetching, onSelect, anchor = -1, onAway, held = 0 } = props;
  const { columns: names = NO_COLUMNS } = props;
  const columns = useMemo(() => names.map((name) => ({ name, read: readerOf(name) })), [names]);
  const template = useMemo(() => templateOf(columns), [columns]);
  const { ref, first, end, page, scrollTo } = useFixedRows(logs.length, ROW_PX, HEADER_PX);
  const id = useId();
  const { search } = useUrl();
  const colors = useServiceColors(
    useMemo(() => logs.map(({ serviceName }) => serviceName), [logs]),
  );
  useKeptScroll(ref, logs.length > 0);
  useListKeys({
    count: logs.length,
    selected,
    page,
    onSelect: (row) => onSelect(keys[row]),
  });
  useEffect(() => scrollTo(selected), [selected, scrollTo]);
  const isAway = first > 0;
  useEffect(() => onAway?.(isAway), [isAway, onAway]);
  const onClick = (event: MouseEvent) => {
    if (!(event.target instanceof Element) || event.target.closest("a") !== null) return;
    const row = event.target.closest<HTMLElement>("[data-row]")?.dataset["row"];
    if (row !== undefined) onSelect(Number(row) === selected ? undefined : keys[Number(row)]);
  };
  const visible = logs.slice(first, end);
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the keys work on the whole page
    <div
      ref={ref}
      className={styles.list}
      role="grid"
      aria-label="Logs, newest first"
      aria-rowcount={logs.length + 1}
      aria-activedescendant={selected < 0 ? undefined : `${id}-${selected}`}
      tabIndex={0}
      onClick={onClick}
    >
      <Progress active={isFetching} />
      <NewerButton
        count={held}
        onClick={() => {
          onSelect(undefined);
          ref.current?.scrollTo({ top: 0 });
        }}
      />
      <ListHead columns={columns} template={template} />
      <div
        role="rowgroup"
        style={{
          height: logs.length * ROW_PX,
          position: "relative",
          minWidth: minWidthOf(columns.length),
        }}
      >
        {visible.map((log, i) => (
          <LogRow
            key={keys[first + i]}
            id={`${id}-${first + i}`}
            log={log}
            row={first + i}
            isSelected={first + i === selected}
            isAnchor={first + i === anchor}
            search={search}
            color={colors.get(log.serviceName)}
            columns={columns}
            template={template}
          />
        ))}
      </div>
    </div>
  );
}

/** As wide as its columns and their gaps are at least. */
function minWidthOf(columns: number): number | undefined {
  return columns === 0 ? undefined : 550 + columns * 108;
}

interface NewerButtonProps {
  readonly count: number;
  readonly onClick: () => void;
}

function NewerButton({ count, onClick }: NewerButtonProps) {
  if (count === 0) return null;
  return (
    <button type="button" className={styles.newer} onClick={onClick}>
      <ArrowUp size={13} aria-hidden="true" /> {formatCount(count)} newer
    </button>
  );
}

interface ListHeadProps {
  readonly columns: readonly ShownColumn[];
  readonly template: CSSProperties | undefined;
}

function ListHead({ columns, template }: ListHeadProps) {
  return (
    <div
      role="row"
      aria-rowindex={1}
      className={cx(styles.row, styles.head)}
      style={{ ...template, minWidth: minWidthOf(columns.length) }}
    >
      <span role="columnheader">Time</span>
      <span role="columnheader">
        <span className="visually-hidden">Severity</span>
      </span>
      <span role="columnheader">Service</span>
      {columns.map(({ name }) => (
        <span key={name} role="columnheader" className={styles.cell} title={name}>
          <OneLine text={name} />
        </span>
      ))}
      <span role="columnheader">Message</span>
      <span role="columnheader">
        <span className="visually-hidden">Trace</span>
      </span>
    </div>
  );
}

interface LogRowProps {
  readonly id: string;
  readonly log: LogRecord;
  readonly row: number;
  readonly isSelected: boolean;
  readonly isAnchor: boolean;
  readonly search: string;
  readonly color: ServiceColor | undefined;
  readonly columns: readonly ShownColumn[];
  readonly template: CSSProperties | undefined;
}

const LogRow = memo(function LogRow(props: LogRowProps) {
  const { id, log, row, isSelected, isAnchor, search, color, columns, template } = props;
  const severity = toSeverity(log.severityNumber, log.severityText);
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={row + 2}
      aria-selected={isSelected}
      data-row={row}
      data-testid="log-row"
      className={cx(
        styles.row,
        styles.body,
        text[severity],
        isSelected && styles.selected,
        isAnchor && styles.anchored,
      )}
      style={{ ...template, transform: `translateY(${row * ROW_PX}px)` }}
    >
      <span role="gridcell">
        <MomentText nanos={parseNanos(log.timeUnixNano)} />
      </span>
      <span role="gridcell">
        <SeverityBadge severity={severity} />
      </span>
      <span role="gridcell" className={styles.service}>
        <Service name={log.serviceName} color={color} />
      </span>
      {columns.map(({ name, read }) => {
        const value = read?.(log);
        return (
          <span key={name} role="gridcell" className={styles.cell} title={value?.slice(0, 400)}>
            {value === undefined ? null : <OneLine text={value} />}
          </span>
        );
      })}
      <span role="gridcell" className={styles.message}>
        <OneLine text={log.body === "" ? log.eventName : log.body} />
      </span>
      <span role="gridcell">
        {log.traceId === "" ? null : (
          <Link
            className={styles.traceLink}
            href={traceHref(search, { traceId: log.traceId, span: log.spanId, log: logKey(log) })}
            aria-label={`Open trace ${log.traceId.slice(0, 8)}`}
            title="Open in its trace"
          >
            <ListTree size={14} aria-hidden="true" />
          </Link>
        )}
      </span>
    </div>
  );
});
