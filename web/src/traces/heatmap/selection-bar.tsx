import { GitCompareArrows, X, ZoomIn } from "lucide-react";
import { formatExact, plural } from "../../lib/format.ts";
import controls from "../../ui/controls.module.css";
import { cx } from "../../ui/cx.ts";
import { IconButton } from "../../ui/controls.tsx";
import type { Heat } from "./heat.ts";
import styles from "./heatmap.module.css";
import { countIn, type HeatSelection } from "./selection.ts";
import { selectionWords } from "./words.ts";

interface SelectionBarProps {
  readonly heat: Heat;
  readonly selection: HeatSelection;
  readonly onZoom: () => void;
  /** Undefined while the comparison is open already. */
  readonly onCompare: (() => void) | undefined;
  readonly onClear: () => void;
}

/** What is selected, in words, and what can be done with it. */
export function SelectionBar({ heat, selection, onZoom, onCompare, onClear }: SelectionBarProps) {
  const { spans, errors, isExact } = countIn(heat, selection);
  return (
    <div role="group" aria-label="Selection" className={styles.selectionBar}>
      <span role="status">
        <b>{selectionWords(selection)}</b> {isExact ? "" : "touches cells with "}
        {plural(spans, "span")}
        {errors === 0 ? "" : `, ${formatExact(errors)} with errors`}
      </span>
      <button type="button" className={cx(controls.button, styles.action)} onClick={onZoom}>
        <ZoomIn size={13} aria-hidden="true" /> Zoom in
      </button>
      {onCompare === undefined ? null : (
        <button
          type="button"
          className={cx(controls.button, styles.action)}
          disabled={spans === 0}
          onClick={onCompare}
        >
          <GitCompareArrows size={13} aria-hidden="true" /> What differs
        </button>
      )}
      <IconButton small label="Clear the selection (Esc)" onClick={onClear}>
        <X size={14} aria-hidden="true" />
      </IconButton>
    </div>
  );
}
