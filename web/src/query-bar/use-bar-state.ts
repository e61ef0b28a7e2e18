import {
  type FilterError,
  type FilterSignal,
  parseFilter,
  resolveFilter,
} from "@throughline/query/filter";
import { useState } from "react";

export interface BarState {
  readonly typed: string;
  readonly caret: number;
  readonly isOpen: boolean;
  /** Which suggestion; -1 for none. */
  readonly chosen: number;
  /** Why the text that was committed, or came in the link, is no filter. */
  readonly refused: FilterError | undefined;
  readonly type: (text: string, caret: number) => void;
  readonly moveCaret: (caret: number) => void;
  readonly choose: (index: number) => void;
  readonly open: () => void;
  readonly close: () => void;
  /** Back to what is searched for. */
  readonly reset: () => void;
  readonly refuse: (mistake: FilterError | undefined) => void;
}

/** @returns why the text is no filter for the signal; undefined when it is one */
export function filterMistake(text: string, signal: FilterSignal): FilterError | undefined {
  const parsed = parseFilter(text);
  if (parsed.kind === "error") return parsed.error;
  if (parsed.kind === "empty") return undefined;
  const resolved = resolveFilter(parsed.filter, signal);
  return resolved.kind === "error" ? resolved.error : undefined;
}

/** @param value what is searched for now; what is typed starts from it again when it changes */
export function useBarState(value: string, signal: FilterSignal): BarState {
  const startOf = (text: string) => ({
    typed: text,
    caret: text.length,
    isOpen: false,
    chosen: -1,
    refused: filterMistake(text, signal),
  });
  const [state, setState] = useState(() => startOf(value));
  const [shownFor, setShownFor] = useState(value);
  if (shownFor !== value) {
    setShownFor(value);
    setState(startOf(value));
  }
  return {
    ...state,
    type: (typed, caret) =>
      setState({ typed, caret, isOpen: true, chosen: -1, refused: undefined }),
    moveCaret: (caret) =>
      setState((now) => (now.caret === caret ? now : { ...now, caret, chosen: -1 })),
    choose: (chosen) => setState((now) => ({ ...now, chosen })),
    open: () => setState((now) => ({ ...now, isOpen: true })),
    close: () => setState((now) => ({ ...now, isOpen: false, chosen: -1 })),
    reset: () => setState(startOf(value)),
    refuse: (refused) => setState((now) => ({ ...now, refused, isOpen: false, chosen: -1 })),
  };
}
