import { ClockAlert } from "lucide-react";
import { Fragment } from "react";
import { formatDuration } from "../lib/format.ts";
import { readParam } from "../lib/url-state.ts";
import { toVisibleLine } from "../lib/visible-text.ts";
import { useUrl } from "../ui/use-url.ts";
import { OneLine } from "../ui/visible-text.tsx";
import controls from "../ui/controls.module.css";
import type { SkewedCall } from "./clock-skew.ts";
import styles from "./trace.module.css";

/** Whether times are shown as if all clocks agreed; as they were sent unless asked for. */
export function readSkewFix(search: string): boolean {
  return readParam(search, "skew") === "fix";
}

/** The title has all of them. */
const HOSTS_MAX = 3;

/** Clocks that contradict each other, by how much, and the switch that makes them agree. */
export function ClockNotice({ calls }: { readonly calls: readonly SkewedCall[] }) {
  const { search, replace } = useUrl();
  const hosts = worstByHost(calls);
  const [first] = hosts;
  if (first === undefined) return null;
  const isFixed = readSkewFix(search);
  return (
    <div className={styles.gaps} title={hosts.map(ledgerLine).join("\n")}>
      <ClockAlert size={14} aria-hidden="true" />
      <span>
        {hosts.length === 1 ? (
          <>
            clock of <OneLine text={first.host} />{" "}
            {isFixed
              ? `moved by ${formatDuration(first.offsetNs)}`
              : `is at least ${formatDuration(first.earlyNs)} early`}
          </>
        ) : (
          <>
            clocks {isFixed ? "moved" : "are early"}:{" "}
            {hosts.slice(0, HOSTS_MAX).map((call, i) => (
              <Fragment key={call.host}>
                {i === 0 ? "" : ", "}
                <OneLine text={call.host} />{" "}
                {isFixed
                  ? `by ${formatDuration(call.offsetNs)}`
                  : `by at least ${formatDuration(call.earlyNs)}`}
              </Fragment>
            ))}
            {hosts.length > HOSTS_MAX ? ` and ${hosts.length - HOSTS_MAX} more` : ""}
          </>
        )}
      </span>
      <button
        type="button"
        className={controls.button}
        aria-pressed={isFixed}
        title="Puts every server that starts before its client into the middle of it"
        onClick={() => replace({ skew: isFixed ? undefined : "fix" })}
      >
        Fix clocks
      </button>
    </div>
  );
}

/** One call per host, the one that contradicts most; the worst first. */
function worstByHost(calls: readonly SkewedCall[]): readonly SkewedCall[] {
  const worst = new Map<string, SkewedCall>();
  for (const call of calls)
    if (call.earlyNs > (worst.get(call.host)?.earlyNs ?? 0)) worst.set(call.host, call);
  return [...worst.values()].toSorted((a, b) => b.earlyNs - a.earlyNs);
}

function ledgerLine({ host, earlyNs, offsetNs }: SkewedCall): string {
  return `${toVisibleLine(host)}: starts ${formatDuration(earlyNs)} before its client, moved by ${formatDuration(offsetNs)}`;
}
