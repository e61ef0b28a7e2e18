import type { FilterError } from "@throughline/query/filter";
import styles from "./query-bar.module.css";

interface RefusalProps {
  readonly id: string;
  readonly mistake: FilterError;
  /** Puts the suggestion in the place of the mistake. */
  readonly onMend: (suggestion: string) => void;
}

/** Why the text is no filter, where, and what was probably meant. */
export function Refusal({ id, mistake, onMend }: RefusalProps) {
  const { message, offset, expected, suggestion } = mistake;
  return (
    <p id={id} role="alert" className={styles.problem}>
      At character {offset + 1}: {message} Expected {expected}.{" "}
      {suggestion === undefined ? null : (
        <button type="button" className={styles.mend} onClick={() => onMend(suggestion)}>
          Use <code>{suggestion}</code>
        </button>
      )}
    </p>
  );
}
