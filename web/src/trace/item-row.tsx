import { Diamond } from "lucide-react";
import { formatDuration, plural } from "../lib/format.ts";
import { toSeverity } from "../lib/severity.ts";
import { cx } from "../ui/cx.ts";
import { SeverityBadge } from "../ui/text.tsx";
import { OneLine } from "../ui/visible-text.tsx";
import text from "../ui/text.module.css";
import { Indent } from "./indent.tsx";
import { toFraction } from "./time-scale.ts";
import type { SpanNode, TraceItem } from "./trace-index.ts";
import { hiddenItems, isFailureItem, runAround } from "./trace-rows.ts";
import type { RowProps } from "./waterfall-row.tsx";
import styles from "./waterfall.module.css";

interface ItemRowProps extends RowProps {
  readonly entry: TraceItem;
}

/** A log or an event: what it says, when since the trace's start, and where on the time axis. */
export function ItemRow({ index, node, item, entry, scale }: ItemRowProps) {
  const severity =
    entry.kind === "log" ? toSeverity(entry.log.severityNumber, entry.log.severityText) : "UNSET";
  const at = toFraction(scale, entry.atNs);
  const isFailure = isFailureItem(entry);
  const inRun = runAround(index, { node, item }) !== undefined;
  return (
    <>
      <span role="gridcell" className={cx(styles.name, text[severity])}>
        <Indent depth={(index.depth[node] ?? 0) + (inRun ? 2 : 1)} />
        <span className={styles.item}>
          {entry.kind === "log" ? (
            <SeverityBadge severity={severity} />
          ) : (
            <span className={cx(styles.eventMark, isFailure && styles.errorMark)} title="event">
              <Diamond size={11} aria-label="event" />
            </span>
          )}
        </span>
        <span className={cx(styles.message, entry.kind === "event" && styles.eventText)}>
          <OneLine text={entry.kind === "log" ? logText(entry.log) : eventText(entry.event)} />
        </span>
      </span>
      <span
        role="gridcell"
        className={cx(styles.number, styles.offset)}
        title="Since the start of the trace"
      >
        {entry.atNs < 0 ? "" : "+"}
        {formatDuration(entry.atNs)}
      </span>
      <span role="gridcell" className={styles.self} />
      <span role="gridcell" className={styles.timeline}>
        {at >= 0 && at <= 1 ? (
          <span
            aria-hidden="true"
            className={cx(styles.point, text[severity], isFailure && text.ERROR)}
            style={{ left: `${at * 100}%` }}
          />
        ) : (
          <span className={cx(styles.outside, at > 1 && styles.outsideRight)} aria-hidden="true" />
        )}
      </span>
    </>
  );
}

function logText({ body, eventName }: Extract<TraceItem, { kind: "log" }>["log"]): string {
  return body === "" ? eventName : body;
}

function eventText({ name, attributes }: SpanNode["span"]["events"][number]): string {
  const type = attributes["exception.type"] ?? name;
  const message = attributes["exception.message"];
  return message === undefined ? type : `${type}: ${message}`;
}

export function MoreRow({ index, node }: RowProps) {
  return (
    <>
      <span role="gridcell" className={styles.name}>
        <Indent depth={(index.depth[node] ?? 0) + 1} />
        <span className={styles.item} />
        <button type="button" className={styles.more}>
          {plural(hiddenItems(index, node), "more log")}
        </button>
      </span>
      <span role="gridcell" />
      <span role="gridcell" className={styles.self} />
      <span role="gridcell" />
    </>
  );
}
