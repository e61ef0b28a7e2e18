import { parseTemplate, templateQuery } from "@throughline/query/patterns";
import { UnfoldVertical } from "lucide-react";
import { Link } from "wouter";
import { formatDuration, formatExact } from "../lib/format.ts";
import { logsHref, patchSearch } from "../lib/url-state.ts";
import { LongText, Pair, Pairs, Section, SidePanel } from "../ui/panel.tsx";
import { SeverityBadge } from "../ui/text.tsx";
import { OneLine } from "../ui/visible-text.tsx";
import controls from "../ui/controls.module.css";
import styles from "../ui/panel.module.css";
import type { LineRun } from "./line-runs.ts";
import { logsRangeOf } from "./logs-range.ts";
import type { TracePanelProps } from "./trace-panel.tsx";

interface RunPanelProps extends TracePanelProps {
  readonly run: LineRun;
}

const LINES_SHOWN = 12;

/** What many lines have in common, the first of them, and the way to all lines like them. */
export function RunPanel({ index, place, run, onSelect, onClose }: RunPanelProps) {
  const items = index.nodes[place.node]?.items ?? [];
  const lines = items.slice(run.first, run.end);
  return (
    <SidePanel
      label="Similar logs"
      over={<SeverityBadge severity={run.severity} />}
      title={`${formatExact(lines.length)} similar logs`}
      onClose={onClose}
    >
      <section className={styles.section}>
        <div className={styles.message}>
          <LongText text={run.template} />
        </div>
      </section>
      <Section title="When">
        <Pairs>
          <Pair name="first">+{formatDuration(lines[0]?.atNs ?? 0)}</Pair>
          <Pair name="last">+{formatDuration(lines.at(-1)?.atNs ?? 0)}</Pair>
        </Pairs>
      </Section>
      <Section
        title="Logs"
        count={lines.length}
        aside={<Link href={likeHref(index, run)}>All like these in the trace</Link>}
      >
        <ul className={styles.items}>
          {lines.slice(0, LINES_SHOWN).map((item, i) => (
            <li key={item.key}>
              <button
                type="button"
                onClick={() => onSelect({ node: place.node, item: run.first + i })}
              >
                <SeverityBadge severity={run.severity} />
                <span className={styles.body}>
                  <OneLine text={item.kind === "log" ? item.log.body : ""} />
                </span>
                <span className={styles.at}>+{formatDuration(item.atNs)}</span>
              </button>
            </li>
          ))}
        </ul>
      </Section>
      {lines.length > LINES_SHOWN ? (
        <section className={styles.section}>
          <button
            type="button"
            className={controls.button}
            onClick={() => onSelect({ node: place.node, item: run.first + LINES_SHOWN })}
          >
            <UnfoldVertical size={14} aria-hidden="true" /> Open at the next
          </button>
        </section>
      ) : null}
    </SidePanel>
  );
}

/** Lines of the template in this trace: the filter that the query service makes of a pattern. */
function likeHref(index: TracePanelProps["index"], run: LineRun): string {
  const href = logsHref(logsRangeOf(index), { traceId: index.traceId });
  const [path = "", search = ""] = href.split("?");
  const q = new URLSearchParams(search).get("q") ?? "";
  return `${path}?${patchSearch(search, { q: `${q} ${templateQuery(parseTemplate(run.template))}` })}`;
}
