import { highestOf } from "./scale.ts";
import { sparkPaths } from "./spark-paths.ts";
import styles from "./charts.module.css";

interface SparklineProps {
  readonly values: readonly (number | null)[];
  /** The top of the line; the highest value when left out. */
  readonly max?: number;
  readonly tone: "plain" | "error";
}

const SIZE = { width: 72, height: 20 };

/** How a number got where it is, without axes. The number stands beside it, so that it says nothing by itself. */
export function Sparkline({ values, max, tone }: SparklineProps) {
  const top = Math.max(max ?? highestOf([values]), Number.MIN_VALUE);
  const { line, area } = sparkPaths(values, top, SIZE);
  return (
    <svg
      className={tone === "error" ? styles.sparkError : styles.spark}
      viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
      width={SIZE.width}
      height={SIZE.height}
      aria-hidden="true"
    >
      <path d={area} className={styles.sparkArea} />
      <path d={line} className={styles.sparkLine} />
    </svg>
  );
}
