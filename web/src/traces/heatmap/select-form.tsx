import { BoxSelect } from "lucide-react";
import { useId, useRef, useState } from "react";
import { parseTypedDuration } from "../../lib/attributes.ts";
import { resolveRange } from "../../lib/time-range.ts";
import { parseTypedRange } from "../../lib/typed-range.ts";
import controls from "../../ui/controls.module.css";
import { cx } from "../../ui/cx.ts";
import { endMs, type Heat } from "./heat.ts";
import styles from "./heatmap.module.css";
import { type HeatSelection, snap } from "./selection.ts";

interface SelectFormProps {
  readonly heat: Heat;
  readonly onSelect: (selection: HeatSelection) => void;
}

interface Typed {
  readonly time: string;
  readonly min: string;
  readonly max: string;
}

/** Selects a part of the heatmap by typing, as dragging does. */
export function SelectForm({ heat, onSelect }: SelectFormProps) {
  const id = useId();
  const popover = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState<Typed>({ time: "", min: "", max: "" });
  const [problem, setProblem] = useState("");
  const field = (name: keyof Typed, label: string, placeholder: string) => (
    <label>
      <span>{label}</span>
      <input
        value={typed[name]}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        onChange={({ target }) => setTyped({ ...typed, [name]: target.value })}
      />
    </label>
  );
  return (
    <>
      <button
        type="button"
        className={cx(controls.icon, controls.small)}
        popoverTarget={id}
        aria-label="Select by time and duration"
        title="Select by time and duration"
      >
        <BoxSelect size={14} aria-hidden="true" />
      </button>
      <div
        ref={popover}
        id={id}
        popover="auto"
        role="group"
        aria-label="Select by time and duration"
        className={styles.formPopover}
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const selection = readTyped(typed, heat);
            if (typeof selection === "string") {
              setProblem(selection);
              return;
            }
            setProblem("");
            popover.current?.hidePopover();
            onSelect(selection);
          }}
        >
          {field("time", "Time", "14:05-14:10; empty for all")}
          {field("min", "At least", "100ms")}
          {field("max", "At most", "2s")}
          <p role="alert">{problem}</p>
          <button type="submit" className={cx(controls.button, controls.primary)}>
            Select
          </button>
        </form>
      </div>
    </>
  );
}

/** @returns whole cells around what was typed, or why it cannot be selected */
function readTyped({ time, min, max }: Typed, heat: Heat): HeatSelection | string {
  const nowMs = Date.now();
  let [fromMs, toMs] = [heat.fromMs, endMs(heat)];
  if (time.trim() !== "") {
    const parsed = parseTypedRange(time, nowMs);
    if (parsed.kind === "invalid") return parsed.reason;
    ({ fromMs, toMs } = resolveRange(parsed.range, nowMs));
  }
  const bound = (text: string, otherwise: number) =>
    text.trim() === "" ? otherwise : parseTypedDuration(text);
  const minNs = bound(min, 0);
  const maxNs = bound(max, heat.bands.at(-1)?.toNs ?? 0);
  if (minNs === undefined || maxNs === undefined)
    return "A duration is written as 250ms, 1.5s or 2m.";
  if (minNs >= maxNs) return "The longest must be more than the shortest.";
  return (
    snap(heat, { fromMs, toMs, minNs: Number(minNs), maxNs: Number(maxNs) }) ??
    "No span of the heatmap lies there."
  );
}
