import { ArrowUp } from "lucide-react";
import { useEffect, useId, useMemo, useRef, type MouseEvent } from "react";
import type { LogRecord } from "@throughline/query/wire";
import { formatCount } from "../lib/format.ts";
import { Progress } from "../ui/states.tsx";
import { useServiceColors } from "../ui/service-colors.tsx";
import { useRowPx } from "../ui/density.ts";
import { useFixedRows } from "../ui/use-fixed-rows.ts";
import { hasKeptScroll, useKeptScroll } from "../ui/use-kept-scroll.ts";
import { useUrl } from "../ui/use-url.ts";
import { ListHead, LogRow, shownColumns } from "./log-row.tsx";
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

const HEADER_PX = 32;
const NO_COLUMNS: readonly string[] = [];

export function LogList(props: LogListProps) {
  const { logs, keys, selected, isFetching, onSelect, anchor = -1, onAway, held = 0 } = props;
  const { columns: names = NO_COLUMNS } = props;
  const columns = useMemo(() => shownColumns(names), [names]);
  const { ref, first, end, page, scrollTo } = useFixedRows(logs.length, useRowPx(), HEADER_PX);
  const id = useId();
  const { search } = useUrl();
  const colors = useServiceColors(
    useMemo(() => logs.map(({ serviceName }) => serviceName), [logs]),
  );
  useKeptScroll(ref, logs.length > 0);
  useListKeys({ count: logs.length, selected, page, onSelect: (row) => onSelect(keys[row]) });
  useShownSelection(selected, scrollTo);
  const isAway = first > 0;
  useEffect(() => onAway?.(isAway), [isAway, onAway]);
  const onClick = (event: MouseEvent) => {
    const row = clickedRow(event);
    if (row !== undefined) onSelect(row === selected ? undefined : keys[row]);
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
      <ListHead columns={columns} />
      <div
        role="rowgroup"
        style={{
          height: `calc(var(--row) * ${logs.length})`,
          position: "relative",
          minWidth: columns.style?.minWidth,
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
          />
        ))}
      </div>
    </div>
  );
}

/** Brings what is selected on screen; not where a list is come back to, whose place is kept. */
function useShownSelection(selected: number, scrollTo: (row: number) => void): void {
  const isBack = useRef(hasKeptScroll());
  useEffect(() => {
    if (isBack.current) isBack.current = false;
    else scrollTo(selected);
  }, [selected, scrollTo]);
}

/** @returns undefined for a click on a link, and beside the rows */
function clickedRow({ target }: MouseEvent): number | undefined {
  if (!(target instanceof Element) || target.closest("a") !== null) return undefined;
  const row = target.closest<HTMLElement>("[data-row]")?.dataset["row"];
  return row === undefined ? undefined : Number(row);
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
