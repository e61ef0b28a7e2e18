import type { Change } from "./change.ts";
import styles from "./change.module.css";

interface ChangeNoteProps {
  readonly change: Change;
  /** The figure of the earlier time, in words. */
  readonly before: string;
}

/** How a figure differs from the time before, beside it; takes the same room when there is nothing to say. */
export function ChangeNote({ change, before }: ChangeNoteProps) {
  if (change.words === "") return <span className={styles.change} aria-hidden="true" />;
  return (
    <span
      className={change.isWorse ? styles.worse : styles.change}
      title={`${before} in the same time before`}
    >
      <span className="visually-hidden">, changed by </span>
      {change.words}
    </span>
  );
}
