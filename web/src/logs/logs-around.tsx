import { ArrowLeft } from "lucide-react";
import type { LogRecord } from "@throughline/query/wire";
import { useMemo } from "react";
import { Link } from "wouter";
import { useLogContext, type ContextScope } from "../api/logs.ts";
import { plural } from "../lib/format.ts";
import { patchSearch, readParam } from "../lib/url-state.ts";
import controls from "../ui/controls.module.css";
import { Failed, Loading, ResultFooter } from "../ui/states.tsx";
import { OneLine } from "../ui/visible-text.tsx";
import { useUrl } from "../ui/use-url.ts";
import { uniqueKeys } from "./log-keys.ts";
import { LogList } from "./log-list.tsx";
import { LogSelectionPanel } from "./log-selection-panel.tsx";
import styles from "./logs.module.css";

const SCOPES: readonly (readonly [ContextScope, string])[] = [
  ["producer", "Same process"],
  ["trace", "Same trace"],
];

/** One log among those that were written before and after it, whatever they say. */
export function LogsAround({ id }: { readonly id: string }) {
  const url = useUrl();
  const scope: ContextScope = readParam(url.search, "scope") === "trace" ? "trace" : "producer";
  const query = useLogContext(id, scope);
  const data = query.data;
  const logs = useMemo(
    () =>
      data === undefined ? [] : [...data.after.toReversed(), data.log, ...data.before.toReversed()],
    [data],
  );
  const keys = useMemo(() => uniqueKeys(logs), [logs]);
  const bar = <AroundBar scope={scope} log={data?.log} />;
  if (query.isPending)
    return (
      <>
        {bar}
        <Loading what="the lines around it" />
      </>
    );
  if (query.isError || data === undefined)
    return (
      <>
        {bar}
        <Failed
          error={query.error ?? new Error("No answer")}
          onRetry={() => void query.refetch()}
        />
      </>
    );
  const anchor = data.after.length;
  const selectedKey = readParam(url.search, "log");
  const selected = selectedKey === "" ? anchor : keys.indexOf(selectedKey);
  const select = (key: string | undefined) => url.replace({ log: key });
  return (
    <>
      {bar}
      <div className={styles.split}>
        <LogList
          logs={logs}
          keys={keys}
          selected={selected}
          anchor={anchor}
          isFetching={query.isFetching}
          onSelect={select}
        />
        <LogSelectionPanel
          log={selectedKey === "" ? undefined : logs[selected]}
          onClose={() => select(undefined)}
        />
      </div>
      <ResultFooter
        meta={data.meta}
        shown={`${plural(data.before.length, "line")} before and ${plural(data.after.length, "line")} after it, newest first`}
      />
    </>
  );
}

interface AroundBarProps {
  readonly scope: ContextScope;
  /** undefined until it is known. */
  readonly log: LogRecord | undefined;
}

function AroundBar({ scope, log }: AroundBarProps) {
  const { search, replace } = useUrl();
  const back = patchSearch(search, { around: undefined, scope: undefined, log: undefined });
  return (
    <div className={controls.bar}>
      <Link className={controls.button} href={back === "" ? "/logs" : `/logs?${back}`}>
        <ArrowLeft size={14} aria-hidden="true" /> Back to the search
      </Link>
      <span className={styles.group} role="group" aria-label="Lines of">
        {SCOPES.map(([value, words]) => (
          <button
            key={value}
            type="button"
            className={controls.button}
            aria-pressed={value === scope}
            disabled={value === "trace" && log?.traceId === ""}
            onClick={() => replace({ scope: value === "producer" ? undefined : value })}
          >
            {words}
          </button>
        ))}
      </span>
      {log === undefined ? null : (
        <span className={styles.anchor}>
          around “
          <OneLine text={log.body} />”
        </span>
      )}
    </div>
  );
}
