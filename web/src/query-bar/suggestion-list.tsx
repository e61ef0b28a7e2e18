import { History } from "lucide-react";
import { useEffect, useRef } from "react";
import { cx } from "../ui/cx.ts";
import { OneLine } from "../ui/visible-text.tsx";
import styles from "./query-bar.module.css";
import type { Suggestion } from "./suggest.ts";

interface SuggestionListProps {
  readonly id: string;
  readonly suggestions: readonly Suggestion[];
  readonly chosen: number;
  /** Of the text, where the completed piece begins. */
  readonly column: number;
  readonly scrolledPx: number;
  readonly onTake: (index: number) => void;
}

export function SuggestionList(props: SuggestionListProps) {
  const { id, suggestions, chosen, column, scrolledPx, onTake } = props;
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    <div
      ref={list}
      id={`${id}-list`}
      role="listbox"
      aria-label="Suggestions"
      className={styles.list}
      style={{ left: `min(calc(${column}ch - ${scrolledPx}px), max(0px, calc(100% - 260px)))` }}
    >
      {suggestions.map(({ kind, text, note }, index) => (
        <div
          key={`${kind} ${text}`}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === chosen}
          className={cx(styles.option, index === chosen && styles.chosen)}
          // Before the input loses the focus, which would close the list.
          onPointerDown={(event) => {
            event.preventDefault();
            onTake(index);
          }}
        >
          <span className={styles.optionText}>
            {kind === "recent" ? <History size={12} aria-label="searched before" /> : null}
            <OneLine text={text} />
          </span>
          <span className={styles.note}>{note}</span>
        </div>
      ))}
    </div>
  );
}
