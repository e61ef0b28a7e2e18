import { BoxSelect } from "lucide-react";
import { useId, useRef, useState } from "react";
import controls from "../../ui/controls.module.css";
import { cx } from "../../ui/cx.ts";
import { endMs, type Heat } from "./heat.ts";
import styles from "./heatmap.module.css";
import type { HeatSelection } from "./selection.ts";
import { localDateTime, readTypedSelection, type TypedSelection } from "./typed-selection.ts";

interface SelectFormProps {
  readonly heat: Heat;
  readonly onSelect: (selection: HeatSelection) => void;
}

const NOTHING: TypedSelection = { from: "", to: "", min: "", max: "" };

/** Selects a part of the heatmap by typing, as dragging does. */
export function SelectForm({ heat, onSelect }: SelectFormProps) {
  const id = useId();
  const popover = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState(NOTHING);
  const [problem, setProblem] = useState("");
  const submit = () => {
    const selection = readTypedSelection(typed, heat);
    setProblem(typeof selection === "string" ? selection : "");
    if (typeof selection === "string") return;
    popover.current?.hidePopover();
    onSelect(selection);
  };
  const change = (name: keyof TypedSelection) => (value: string) =>
    setTyped({ ...typed, [name]: value });
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
            submit();
          }}
        >
          <Moment label="From" value={typed.from} shown={heat.fromMs} onChange={change("from")} />
          <Moment label="To" value={typed.to} shown={endMs(heat)} onChange={change("to")} />
          <Duration label="At least" value={typed.min} example="100ms" onChange={change("min")} />
          <Duration label="At most" value={typed.max} example="2s" onChange={change("max")} />
          <p role="alert">{problem}</p>
          <button type="submit" className={cx(controls.button, controls.primary)}>
            Select
          </button>
        </form>
      </div>
    </>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** @param props.shown the moment that stands there until another is chosen */
function Moment({ label, value, shown, onChange }: FieldProps & { readonly shown: number }) {
  return (
    <label>
      <span>{label}</span>
      <input
        type="datetime-local"
        step={1}
        value={value === "" ? localDateTime(shown) : value}
        onChange={({ target }) => onChange(target.value)}
      />
    </label>
  );
}

function Duration({ label, value, example, onChange }: FieldProps & { readonly example: string }) {
  return (
    <label>
      <span>{label}</span>
      <input
        value={value}
        placeholder={example}
        spellCheck={false}
        autoComplete="off"
        onChange={({ target }) => onChange(target.value)}
      />
    </label>
  );
}
