/** One line to search with: coloured as it is typed, completed from what is stored, refused with the place of the mistake. */
import type { FilterSignal } from "@throughline/query/filter";
import { CornerDownLeft, Search, X } from "lucide-react";
import { useId } from "react";
import type { TimeRange } from "../lib/time-range.ts";
import { IconButton } from "../ui/controls.tsx";
import { cx } from "../ui/cx.ts";
import { useKeys } from "../ui/use-keys.ts";
import { BarInput } from "./bar-input.tsx";
import { FilterHelp } from "./filter-help.tsx";
import { mend } from "./mend.ts";
import styles from "./query-bar.module.css";
import { Refusal } from "./refusal.tsx";
import { useQueryBar } from "./use-query-bar.ts";

interface QueryBarProps {
  readonly signal: FilterSignal;
  /** What is searched for now. */
  readonly value: string;
  /** Where completions are looked for. */
  readonly range: TimeRange;
  readonly placeholder: string;
  readonly onCommit: (filter: string) => void;
}

export function QueryBar({ signal, value, range, placeholder, onCommit }: QueryBarProps) {
  const { bar, input, completion, suggestions, put, commit, take, onKeyDown } = useQueryBar({
    signal,
    value,
    range,
    onCommit,
  });
  const { typed, refused } = bar;
  const id = useId();
  useKeys({ "/": () => input.current?.focus() });
  return (
    <search className={styles.bar}>
      <div className={cx(styles.field, refused !== undefined && styles.refused)}>
        <Search size={14} aria-hidden="true" className={styles.icon} />
        <BarInput
          id={id}
          input={input}
          bar={bar}
          placeholder={placeholder}
          suggestions={suggestions}
          column={completion.kind === "none" ? 0 : completion.from}
          onTake={take}
          onKeyDown={onKeyDown}
        />
        {typed.trim() === value ? null : (
          <span className={styles.hint}>
            <CornerDownLeft size={12} aria-hidden="true" /> Enter
          </span>
        )}
        {typed === "" ? null : (
          <IconButton
            small
            label="Clear the search"
            onClick={() => {
              put("", 0);
              commit("");
            }}
          >
            <X size={13} aria-hidden="true" />
          </IconButton>
        )}
        <FilterHelp signal={signal} />
      </div>
      {refused === undefined ? null : (
        <Refusal
          id={`${id}-refused`}
          mistake={refused}
          onMend={(suggestion) => {
            const mended = mend(typed, refused, suggestion);
            put(mended.text, mended.caret);
          }}
        />
      )}
    </search>
  );
}
