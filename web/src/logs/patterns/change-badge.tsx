import { cx } from "../../ui/cx.ts";
import type { PatternChange } from "./pattern.ts";
import styles from "./patterns.module.css";

/** How often compared with the other time; louder for what is new or more. */
export function ChangeBadge({ change }: { readonly change: PatternChange }) {
  const { kind, words, says } = change;
  return (
    <span
      className={cx(styles.badge, kind === "new" && styles.new, kind === "grown" && styles.grown)}
      title={says}
    >
      {words}
    </span>
  );
}
