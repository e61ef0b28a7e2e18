import type { FilterSignal } from "@throughline/query/filter";
import { type KeyboardEvent, type RefObject, useMemo, useRef } from "react";
import type { TimeRange } from "../lib/time-range.ts";
import { handleKey } from "./bar-keys.ts";
import { applyChoice, type Completion, completionAt } from "./completion.ts";
import { keepRecent } from "./recent.ts";
import type { Suggestion } from "./suggest.ts";
import { type BarState, filterMistake, useBarState } from "./use-bar-state.ts";
import { useSuggestions } from "./use-suggestions.ts";

interface Wanted {
  readonly signal: FilterSignal;
  readonly value: string;
  readonly range: TimeRange;
  readonly onCommit: (filter: string) => void;
}

interface QueryBarActions {
  readonly bar: BarState;
  readonly input: RefObject<HTMLInputElement | null>;
  readonly completion: Completion;
  /** Empty while the list is closed. */
  readonly suggestions: readonly Suggestion[];
  /** Puts a text and the caret into the input. */
  readonly put: (text: string, caret: number) => void;
  /** Searches for the text, or says why it is no filter. */
  readonly commit: (text: string) => void;
  readonly take: (index: number) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/** What is typed, what it can go on with, and what happens with it. */
export function useQueryBar({ signal, value, range, onCommit }: Wanted): QueryBarActions {
  const bar = useBarState(value, signal);
  const { typed, caret, isOpen } = bar;
  const input = useRef<HTMLInputElement>(null);
  const completion = useMemo(() => completionAt(typed, caret), [typed, caret]);
  const suggestions = useSuggestions({ signal, range, typed, completion, isEnabled: isOpen });
  const isListed = suggestions.length > 0;

  const commit = (text: string) => {
    const found = filterMistake(text, signal);
    bar.refuse(found);
    if (found !== undefined) {
      input.current?.setSelectionRange(found.offset, found.offset + found.length);
      return;
    }
    if (text.trim() !== "") keepRecent(signal, text.trim());
    onCommit(text.trim());
  };
  const put = (text: string, at: number) => {
    bar.type(text, at);
    input.current?.focus();
    // The browser puts the caret behind a text that was set; ours goes where the next thing is typed.
    requestAnimationFrame(() => input.current?.setSelectionRange(at, at));
  };
  const take = (index: number) => {
    const suggestion = suggestions[index];
    if (suggestion === undefined || completion.kind === "none") return;
    if (suggestion.kind === "recent") {
      put(suggestion.text, suggestion.text.length);
      commit(suggestion.text);
      return;
    }
    const next = applyChoice(typed, completion, suggestion.text);
    put(next.text, next.caret);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const handled = handleKey(event, {
      isListed,
      count: suggestions.length,
      chosen: bar.chosen,
      isBegun: completion.kind !== "none" && completion.prefix !== "",
      move: bar.choose,
      open: bar.open,
      close: bar.close,
      reset: bar.reset,
      commit: () => commit(typed),
      take,
    });
    if (handled) event.preventDefault();
  };
  return { bar, input, completion, suggestions, put, commit, take, onKeyDown };
}
