import { formatExact } from "../../lib/format.ts";
import textStyles from "../../ui/text.module.css";
import styles from "./patterns.module.css";
import { type LogPattern, severityMix } from "./pattern.ts";

/** The severities of a pattern as parts of one bar, in words for whom does not see it. */
export function SeverityBar({ pattern }: { readonly pattern: LogPattern }) {
  const mix = severityMix(pattern);
  const words = mix
    .map(({ severity, records }) => `${formatExact(records)} ${wordOf(severity)}`)
    .join(", ");
  return (
    <span className={styles.mix} title={words}>
      {mix.map(({ severity, share }) => (
        <i
          key={severity}
          className={textStyles[severity]}
          style={{ flexGrow: share }}
          aria-hidden="true"
        />
      ))}
      <span className="visually-hidden">{words}</span>
    </span>
  );
}

export function wordOf(severity: string): string {
  return severity === "UNSET" ? "without severity" : severity.toLowerCase();
}
