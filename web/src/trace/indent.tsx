import styles from "./waterfall.module.css";

/** Deeper than this, rows stand under each other and say their depth in digits. */
const LEVELS_SHOWN = 12;
const LEVEL_PX = 14;

export function Indent({ depth }: { readonly depth: number }) {
  const shown = Math.min(depth, LEVELS_SHOWN);
  return (
    <>
      <span className={styles.indent} style={{ width: shown * LEVEL_PX }} aria-hidden="true" />
      {depth > LEVELS_SHOWN ? (
        <span className={styles.depth} aria-hidden="true">
          {depth}
        </span>
      ) : null}
    </>
  );
}
