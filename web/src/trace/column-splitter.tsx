import { useState, type KeyboardEvent, type PointerEvent } from "react";
import styles from "./waterfall.module.css";

const STORAGE_KEY = "throughline.name-width";
const MIN_PERCENT = 20;
const MAX_PERCENT = 70;
const DEFAULT_PERCENT = 42;

function clamp(percent: number): number {
  return Math.min(MAX_PERCENT, Math.max(MIN_PERCENT, Math.round(percent * 10) / 10));
}

/** How wide the name column is: a preference of the reader, not of the trace, so it is stored and not in the URL. */
export function useNameWidth(): readonly [number, (percent: number) => void] {
  const [percent, setPercent] = useState(() => {
    try {
      return clamp(Number(localStorage.getItem(STORAGE_KEY) ?? DEFAULT_PERCENT) || DEFAULT_PERCENT);
    } catch {
      return DEFAULT_PERCENT;
    }
  });
  const change = (next: number) => {
    const clamped = clamp(next);
    setPercent(clamped);
    try {
      localStorage.setItem(STORAGE_KEY, String(clamped));
    } catch {
      // Without storage the width lasts until the page is left.
    }
  };
  return [percent, change];
}

interface ColumnSplitterProps {
  readonly percent: number;
  readonly onChange: (percent: number) => void;
}

export function ColumnSplitter({ percent, onChange }: ColumnSplitterProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowLeft") onChange(percent - 2);
    else if (event.key === "ArrowRight") onChange(percent + 2);
    else return;
    event.preventDefault();
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    const grid = event.currentTarget.closest("[role=treegrid]");
    if (grid === null || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const box = grid.getBoundingClientRect();
    onChange(((event.clientX - box.left) / box.width) * 100);
  };
  return (
    <span
      className={styles.splitter}
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the name column"
      aria-valuenow={Math.round(percent)}
      aria-valuemin={MIN_PERCENT}
      aria-valuemax={MAX_PERCENT}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
    />
  );
}
