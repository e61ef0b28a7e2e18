import { type KeyboardEvent, type RefObject, useState } from "react";
import { ColouredText } from "./coloured-text.tsx";
import styles from "./query-bar.module.css";
import type { Suggestion } from "./suggest.ts";
import { SuggestionList } from "./suggestion-list.tsx";
import type { BarState } from "./use-bar-state.ts";

interface BarInputProps {
  readonly id: string;
  readonly input: RefObject<HTMLInputElement | null>;
  readonly bar: BarState;
  readonly placeholder: string;
  /** Empty while the list is closed. */
  readonly suggestions: readonly Suggestion[];
  /** Of the text, where the completed piece begins. */
  readonly column: number;
  readonly onTake: (index: number) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** The text, drawn in colours below the input that has the caret, and the list under it. */
export function BarInput(props: BarInputProps) {
  const { id, input, bar, placeholder, suggestions, column, onTake, onKeyDown } = props;
  const [scrolledPx, setScrolledPx] = useState(0);
  const isListed = suggestions.length > 0;
  const { chosen, refused } = bar;
  return (
    <div className={styles.text}>
      <div className={styles.colours} aria-hidden="true">
        <span style={{ transform: `translateX(${-scrolledPx}px)` }}>
          <ColouredText text={bar.typed} mistake={refused} />
        </span>
      </div>
      <input
        ref={input}
        className={styles.input}
        role="combobox"
        aria-label="Search"
        aria-expanded={isListed}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={isListed && chosen >= 0 ? `${id}-${chosen}` : undefined}
        aria-invalid={refused !== undefined}
        aria-describedby={refused === undefined ? undefined : `${id}-refused`}
        value={bar.typed}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        onChange={({ target }) =>
          bar.type(target.value, target.selectionStart ?? target.value.length)
        }
        onSelect={({ currentTarget }) => bar.moveCaret(currentTarget.selectionStart ?? 0)}
        onScroll={({ currentTarget }) => setScrolledPx(currentTarget.scrollLeft)}
        onPointerDown={() => {
          if (bar.typed === "") bar.open();
        }}
        onKeyDown={onKeyDown}
        onBlur={bar.close}
      />
      {isListed ? (
        <SuggestionList
          id={id}
          suggestions={suggestions}
          chosen={chosen}
          column={column}
          scrolledPx={scrolledPx}
          onTake={onTake}
        />
      ) : null}
    </div>
  );
}
