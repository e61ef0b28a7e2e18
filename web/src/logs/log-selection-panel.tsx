import { ListTree, Rows3, WrapText } from "lucide-react";
import { Link } from "wouter";
import type { LogRecord } from "@throughline/query/wire";
import { logKey } from "../lib/log-key.ts";
import { nanosToMs, parseNanos } from "../lib/nanos.ts";
import { absoluteRange } from "../lib/time-range.ts";
import { fieldText, filterByField, type RecordField } from "../lib/field-filter.ts";
import { filterPatch, logsHref, patchSearch, readFilter, traceHref } from "../lib/url-state.ts";
import { cx } from "../ui/cx.ts";
import { FieldActions } from "../ui/field-actions.tsx";
import { LogPanel } from "../ui/log-details.tsx";
import { useUrl } from "../ui/use-url.ts";
import { OneLine } from "../ui/visible-text.tsx";
import controls from "../ui/controls.module.css";
import { readColumns, readLogView, toggleColumnPatch } from "./log-view.ts";

interface LogSelectionPanelProps {
  readonly log: LogRecord | undefined;
  readonly onClose: () => void;
}

const AROUND_MS = 30_000;

export function LogSelectionPanel({ log, onClose }: LogSelectionPanelProps) {
  const { search } = useUrl();
  if (log === undefined) return null;
  return (
    <LogPanel
      log={log}
      onClose={onClose}
      actions={(field) => <LogFieldActions field={field} search={search} />}
      links={
        <>
          {log.traceId === "" ? null : (
            <Link
              className={cx(controls.button, controls.primary)}
              href={traceHref(search, { traceId: log.traceId, span: log.spanId, log: logKey(log) })}
            >
              <ListTree size={14} aria-hidden="true" /> Open in its trace
            </Link>
          )}
          <Link className={controls.button} href={aroundHref(log)}>
            <Rows3 size={14} aria-hidden="true" /> <OneLine text={log.serviceName} /> ±30 s
          </Link>
          {log.id === undefined ? null : (
            <Link className={controls.button} href={contextHref(search, log.id)}>
              <WrapText size={14} aria-hidden="true" /> Lines around it
            </Link>
          )}
        </>
      }
    />
  );
}

interface LogFieldActionsProps {
  readonly field: RecordField;
  readonly search: string;
}

/** The search narrowed by a value of the log; the lines around one are left for it. */
function LogFieldActions({ field, search }: LogFieldActionsProps) {
  const q = readFilter(search, "logs");
  const hrefOf = (choice: "only" | "except" | "exists") =>
    logsPath(search, filterPatch(filterByField(q, field, choice, "logs"), "logs"));
  const column = fieldText(field, "logs");
  return (
    <FieldActions
      name={field.name}
      hrefs={{ only: hrefOf("only"), except: hrefOf("except"), exists: hrefOf("exists") }}
      column={{
        href: logsPath(search, toggleColumnPatch(search, column), true),
        isShown: readLogView(search) === "table" && readColumns(search).includes(column),
      }}
    />
  );
}

function logsPath(
  search: string,
  patch: Parameters<typeof patchSearch>[1],
  keepsLog = false,
): string {
  const gone = { around: undefined, scope: undefined, ...(keepsLog ? {} : { log: undefined }) };
  return `/logs?${patchSearch(search, { ...gone, ...patch })}`;
}

/** The lines before and after the log; what was searched for stays in the URL. */
function contextHref(search: string, id: string): string {
  const patch = { around: id, live: undefined, log: undefined, scope: undefined };
  return `/logs?${patchSearch(search, patch)}`;
}

/** The service's logs around this one, with this one selected. */
export function aroundHref(log: LogRecord): string {
  const ms = nanosToMs(parseNanos(log.timeUnixNano));
  const range = absoluteRange(ms - AROUND_MS, ms + AROUND_MS);
  return `${logsHref(range, { service: log.serviceName })}&log=${logKey(log)}`;
}
