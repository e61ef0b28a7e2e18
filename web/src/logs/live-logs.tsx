import { ArrowUp } from "lucide-react";
import { useMemo, useState } from "react";
import type { LogRecord } from "@throughline/query/wire";
import { formatCount, plural } from "../lib/format.ts";
import controls from "../ui/controls.module.css";
import { EmptyState, Failed } from "../ui/states.tsx";
import { useInEnvironment } from "../ui/use-environment.ts";
import { useUrl } from "../ui/use-url.ts";
import { uniqueKeys } from "./log-keys.ts";
import { LogList } from "./log-list.tsx";
import { LogSelectionPanel } from "./log-selection-panel.tsx";
import styles from "./logs.module.css";
import { TAIL_KEPT, useTail, type Tail } from "./use-tail.ts";

/** Logs as they are stored. Reading holds the list still: it goes on at its beginning, with nothing selected. */
export function LiveLogs({ q }: { readonly q: string }) {
  const [attempt, setAttempt] = useState(0);
  const asked = useInEnvironment(q, "logs");
  // What is held is of one question: of another one nothing is shown, or held, yet.
  return (
    <Listening key={`${attempt} ${asked}`} asked={asked} onRetry={() => setAttempt(attempt + 1)} />
  );
}

interface ListeningProps {
  /** The filter, within its environment. */
  readonly asked: string;
  readonly onRetry: () => void;
}

function Listening({ asked, onRetry }: ListeningProps) {
  const url = useUrl();
  const tail = useTail(asked, true);
  const selectedKey = new URLSearchParams(url.search).get("log") ?? undefined;
  const [isAway, setAway] = useState(false);
  const isHeld = isAway || selectedKey !== undefined;
  const shown = useHeld(tail?.logs ?? [], isHeld);
  const keys = useMemo(() => uniqueKeys(shown), [shown]);
  if (tail === undefined) return null;
  if (tail.state === "failed" && shown.length === 0)
    return <Failed error={new Error(tail.problem)} onRetry={onRetry} />;
  const selected = selectedKey === undefined ? -1 : keys.indexOf(selectedKey);
  const select = (key: string | undefined) => url.replace({ log: key });
  const waiting = isHeld ? countNewer(tail.logs, shown) : 0;
  return (
    <>
      <div className={styles.split}>
        {shown.length === 0 ? (
          <EmptyState title="Listening">
            <p>Lines that meet the filter appear here as they are stored, late ones, too.</p>
          </EmptyState>
        ) : (
          <LogList
            logs={shown}
            keys={keys}
            selected={selected}
            isFetching={false}
            onSelect={select}
            onAway={setAway}
            held={waiting}
          />
        )}
        <LogSelectionPanel log={shown[selected]} onClose={() => select(undefined)} />
      </div>
      <LiveFooter tail={tail} waiting={waiting} onRetry={onRetry} />
    </>
  );
}

/** What was shown when reading began, until it ends. */
function useHeld(logs: readonly LogRecord[], isHeld: boolean): readonly LogRecord[] {
  const [held, setHeld] = useState<readonly LogRecord[]>();
  if (isHeld && held === undefined) setHeld(logs);
  if (!isHeld && held !== undefined) setHeld(undefined);
  return isHeld ? (held ?? logs) : logs;
}

/** @returns how many came since; TAIL_KEPT when none of what is shown is kept any more */
function countNewer(logs: readonly LogRecord[], shown: readonly LogRecord[]): number {
  const newest = shown[0];
  if (newest === undefined) return logs.length;
  const at = logs.indexOf(newest);
  return at < 0 ? TAIL_KEPT : at;
}

const STATES: Readonly<Record<Tail["state"], string>> = {
  connecting: "Connecting…",
  live: "Live",
  hidden: "Paused while the page was hidden",
  failed: "Stopped",
};

interface LiveFooterProps {
  readonly tail: Tail;
  readonly waiting: number;
  readonly onRetry: () => void;
}

function LiveFooter({ tail, waiting, onRetry }: LiveFooterProps) {
  return (
    <footer className={styles.live}>
      <span className={styles.beacon} data-state={tail.state} aria-hidden="true" />
      <span role="status">{STATES[tail.state]}</span>
      <span>
        {plural(tail.came, "line")} since it began
        {tail.logs.length < TAIL_KEPT ? "" : `, the newest ${formatCount(TAIL_KEPT)} kept`}
      </span>
      {tail.dropped === 0 ? null : (
        <span className={styles.dropped}>
          {formatCount(tail.dropped)} left out, more came than a tail gives: narrow the filter
        </span>
      )}
      {waiting === 0 ? null : <span>{formatCount(waiting)} newer</span>}
      {tail.problem === undefined ? null : (
        <>
          <span role="alert" className={styles.dropped}>
            {tail.problem}
          </span>
          <button type="button" className={controls.button} onClick={onRetry}>
            <ArrowUp size={13} aria-hidden="true" /> Listen again
          </button>
        </>
      )}
    </footer>
  );
}
