import { useMemo } from "react";
import { mergeStretches, toFraction, type Stretch, type TimeScale } from "./time-scale.ts";

/** Units across; the path's numbers stay short. */
const WIDTH = 10_000;

interface StretchesProps {
  readonly className: string | undefined;
  readonly scale: TimeScale;
  /** In order of their start. */
  readonly stretches: readonly Stretch[];
  /** How wide the shortest is drawn, of {@link WIDTH}. */
  readonly widthMin?: number;
}

const SPECK = 8;

/** Any number of stretches of time as one element, however many there are. */
export function Stretches({ className, scale, stretches, widthMin = SPECK }: StretchesProps) {
  const path = useMemo(
    () =>
      mergeStretches(scale, stretches)
        .map(({ fromNs, toNs }) => {
          const from = Math.round(toFraction(scale, fromNs) * WIDTH);
          const width = Math.max(widthMin, Math.round(toFraction(scale, toNs) * WIDTH) - from);
          return `M${from} 0h${width}v1h${-width}z`;
        })
        .join(""),
    [scale, stretches, widthMin],
  );
  if (path === "") return null;
  return (
    <svg
      className={className}
      viewBox={`0 0 ${WIDTH} 1`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={path} />
    </svg>
  );
}
