import { Braces, List, Radio, Table2, type LucideIcon } from "lucide-react";
import controls from "../ui/controls.module.css";
import { useUrl } from "../ui/use-url.ts";
import { LOG_VIEWS, type LogView, logViewPatch, readLogView } from "./log-view.ts";
import styles from "./logs.module.css";

const VIEWS: Readonly<Record<LogView, readonly [words: string, Icon: LucideIcon, title: string]>> =
  {
    list: ["List", List, "Line by line, newest first"],
    table: ["Table", Table2, "With columns of your choice"],
    patterns: ["Patterns", Braces, "What the lines have in common (p)"],
    live: ["Live", Radio, "Logs as they are stored (l)"],
  };

/** How the logs are shown. */
export function ViewSwitch() {
  const { search, push } = useUrl();
  const current = readLogView(search);
  return (
    <span className={styles.views} role="group" aria-label="View">
      {LOG_VIEWS.map((view) => {
        const [words, Icon, title] = VIEWS[view];
        return (
          <button
            key={view}
            type="button"
            className={controls.button}
            aria-pressed={view === current}
            title={title}
            onClick={() => push(logViewPatch(view))}
          >
            <Icon size={14} aria-hidden="true" /> <span>{words}</span>
          </button>
        );
      })}
    </span>
  );
}
