import { Rows3, ScrollText, Workflow, WrapText } from "lucide-react";
import { Link } from "wouter";
import type { LogRecord } from "@throughline/query/wire";
import { aroundHref } from "../logs/log-selection-panel.tsx";
import { logsHref, patchSearch } from "../lib/url-state.ts";
import { LogPanel } from "../ui/log-details.tsx";
import { OneLine } from "../ui/visible-text.tsx";
import controls from "../ui/controls.module.css";
import { AttributeActions } from "./attribute-list.tsx";
import { logsRangeOf } from "./logs-range.ts";
import { NODE_ITSELF } from "./trace-rows.ts";
import type { TracePanelProps } from "./trace-panel.tsx";

/** A log inside its trace, with the ways on: its span, its neighbours, everything its service said then. */
export function TraceLogPanel({
  log,
  index,
  place,
  onSelect,
  onClose,
}: TracePanelProps & { readonly log: LogRecord }) {
  const hasSpan = index.nodes[place.node]?.kind === "span";
  return (
    <LogPanel
      log={log}
      onClose={onClose}
      actions={(field) => <AttributeActions index={index} field={field} />}
      links={
        <>
          {hasSpan ? (
            <button
              type="button"
              className={controls.button}
              onClick={() => onSelect({ node: place.node, item: NODE_ITSELF })}
            >
              <Workflow size={14} aria-hidden="true" /> Its span
            </button>
          ) : null}
          <Link
            className={controls.button}
            href={logsHref(logsRangeOf(index), { traceId: log.traceId })}
          >
            <ScrollText size={14} aria-hidden="true" /> Logs of the trace
          </Link>
          <Link className={controls.button} href={aroundHref(log)}>
            <Rows3 size={14} aria-hidden="true" /> <OneLine text={log.serviceName} /> ±30 s
          </Link>
          {log.id === undefined ? null : (
            <Link className={controls.button} href={`/logs?${patchSearch("", { around: log.id })}`}>
              <WrapText size={14} aria-hidden="true" /> Lines around it
            </Link>
          )}
        </>
      }
    />
  );
}
