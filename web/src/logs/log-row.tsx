import { ListTree } from "lucide-react";
import { memo, type CSSProperties } from "react";
import { Link } from "wouter";
import type { LogRecord } from "@throughline/query/wire";
import { logKey } from "../lib/log-key.ts";
import { parseNanos } from "../lib/nanos.ts";
import type { ServiceColor } from "../lib/service-color.ts";
import { toSeverity } from "../lib/severity.ts";
import { traceHref } from "../lib/url-state.ts";
import { toVisibleLine } from "../lib/visible-text.ts";
import { cx } from "../ui/cx.ts";
import { MomentText, Service, SeverityBadge } from "../ui/text.tsx";
import text from "../ui/text.module.css";
import { OneLine } from "../ui/visible-text.tsx";
import { type ReadColumn, readerOf } from "./log-column.ts";
import styles from "./logs.module.css";

/** Fields that stand between service and message. */
export interface ShownColumns {
  readonly all: readonly { readonly name: string; readonly read: ReadColumn | undefined }[];
  /** Of every row; undefined for the list's own. */
  readonly style: CSSProperties | undefined;
}

const COLUMN_MIN_PX = 96;
/** Of the list's own columns, and of every gap. */
const OTHERS_MIN_PX = 550;
const GAP_PX = 12;

/** @param names of fields, as a filter names them */
export function shownColumns(names: readonly string[]): ShownColumns {
  const all = names.map((name) => ({ name, read: readerOf(name) }));
  if (all.length === 0) return { all, style: undefined };
  const own = `repeat(${all.length}, minmax(${COLUMN_MIN_PX}px, 0.6fr))`;
  return {
    all,
    style: {
      gridTemplateColumns: `142px 16px minmax(80px, 132px) ${own} minmax(200px, 1.4fr) 24px`,
      // A list that is narrower than its columns scrolls.
      minWidth: OTHERS_MIN_PX + all.length * (COLUMN_MIN_PX + GAP_PX),
    },
  };
}

interface ListHeadProps {
  readonly columns: ShownColumns;
}

export function ListHead({ columns }: ListHeadProps) {
  return (
    <div role="row" aria-rowindex={1} className={cx(styles.row, styles.head)} style={columns.style}>
      <span role="columnheader">Time</span>
      <span role="columnheader">
        <span className="visually-hidden">Severity</span>
      </span>
      <span role="columnheader">Service</span>
      {columns.all.map(({ name }) => (
        <span key={name} role="columnheader" className={styles.cell} title={toVisibleLine(name)}>
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
  readonly columns: ShownColumns;
}

export const LogRow = memo(function LogRow(props: LogRowProps) {
  const { id, log, row, isSelected, isAnchor, search, color, columns } = props;
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
      style={{ ...columns.style, transform: `translateY(calc(var(--row) * ${row}))` }}
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
      {columns.all.map(({ name, read }) => {
        const value = read?.(log);
        return (
          <span
            key={name}
            role="gridcell"
            className={styles.cell}
            title={value && toVisibleLine(value)}
          >
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
