import { Check, ChevronDown, Copy, X } from "lucide-react";
import { useId, useState, type ReactNode } from "react";
import { toVisibleLine } from "../lib/visible-text.ts";
import { cx } from "./cx.ts";
import { useCopied } from "./use-copied.ts";
import { OneLine } from "./visible-text.tsx";
import styles from "./controls.module.css";

interface SelectProps {
  readonly label: string;
  readonly value: string;
  /** Value and words; a value that is not among them is added, so that a link never shows a filter it hides. */
  readonly options: readonly (readonly [value: string, words: string])[];
  readonly onChange: (value: string) => void;
}

export function Select({ label, value, options, onChange }: SelectProps) {
  const known = options.some(([option]) => option === value);
  return (
    <label className={styles.field}>
      <span className={styles.label}>{label}</span>
      <span className={styles.select}>
        <select aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}>
          {known ? null : <option value={value}>{toVisibleLine(value)}</option>}
          {options.map(([option, words]) => (
            <option key={option} value={option}>
              {toVisibleLine(words)}
            </option>
          ))}
        </select>
        <ChevronDown size={14} aria-hidden="true" />
      </span>
    </label>
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly widthPx: number;
  readonly suggestions?: readonly string[];
  /** Why the typed text cannot be used; undefined when it can. */
  readonly check?: (typed: string) => string | undefined;
  readonly onCommit: (typed: string) => void;
  readonly mono?: boolean;
}

/** A text that counts when Enter is pressed or the field is left, so that typing asks nothing of the database. */
export function TextField(props: TextFieldProps) {
  const { label, value, check, onCommit } = props;
  const [typed, setTyped] = useState(value);
  const listId = useId();
  const [shownFor, setShownFor] = useState(value);
  if (shownFor !== value) {
    setShownFor(value);
    setTyped(value);
  }
  const problem = typed === "" ? undefined : check?.(typed);
  const commit = () => {
    if (problem === undefined && typed.trim() !== value) onCommit(typed.trim());
  };
  return (
    <label className={cx(styles.field, problem !== undefined && styles.invalid)} title={problem}>
      <span className={styles.label}>{label}</span>
      <input
        className={cx(styles.input, props.mono === true && styles.mono)}
        style={{ width: props.widthPx }}
        aria-label={label}
        value={typed}
        placeholder={props.placeholder}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={problem !== undefined}
        list={props.suggestions === undefined ? undefined : listId}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === "Enter") commit();
          if (event.key === "Escape") setTyped(value);
        }}
      />
      {props.suggestions === undefined ? null : (
        <datalist id={listId}>
          {props.suggestions.map((suggestion) => (
            <option key={suggestion} value={suggestion} />
          ))}
        </datalist>
      )}
    </label>
  );
}

interface IconButtonProps {
  readonly label: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
  readonly small?: boolean;
  readonly disabled?: boolean;
}

export function IconButton({
  label: named,
  onClick,
  children,
  small = false,
  disabled = false,
}: IconButtonProps) {
  const label = toVisibleLine(named);
  return (
    <button
      type="button"
      className={cx(styles.icon, small && styles.small)}
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
    >
      {children}
    </button>
  );
}

export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const [copied, copy] = useCopied(text);
  return (
    <IconButton small label={`Copy ${what}`} onClick={copy}>
      {copied ? <Check size={13} aria-label="Copied" /> : <Copy size={13} aria-hidden="true" />}
    </IconButton>
  );
}

interface ChipProps {
  readonly text: string;
  readonly onRemove: () => void;
}

/** A filter that is on, and the button that takes it off. */
export function FilterChip({ text, onRemove }: ChipProps) {
  return (
    <span className={styles.chip}>
      <span title={toVisibleLine(text)}>
        <OneLine text={text} />
      </span>
      <IconButton small label={`Remove filter ${text}`} onClick={onRemove}>
        <X size={13} aria-hidden="true" />
      </IconButton>
    </span>
  );
}
