import type { FilterSignal } from "@throughline/query/filter";
import { useEffect, useMemo, useState } from "react";
import { useFields, useFieldValues } from "../api/fields.ts";
import type { TimeRange } from "../lib/time-range.ts";
import type { Completion } from "./completion.ts";
import { readRecent } from "./recent.ts";
import {
  choicesOf,
  fieldOf,
  suggestChoices,
  suggestFields,
  type Suggestion,
  suggestValues,
} from "./suggest.ts";

interface Wanted {
  readonly signal: FilterSignal;
  readonly range: TimeRange;
  /** The whole text of the bar. */
  readonly typed: string;
  readonly completion: Completion;
  readonly isEnabled: boolean;
}

const DEBOUNCE_MS = 150;
const NOTHING: readonly Suggestion[] = [];

/** Names of fields, values of the field before the caret, or the last searches where nothing is typed. */
export function useSuggestions(wanted: Wanted): readonly Suggestion[] {
  const { signal, range, typed, completion, isEnabled } = wanted;
  const fields = useFields({ signal, range, isEnabled }).data?.attributes;
  const values = useValues(wanted);
  return useMemo(() => {
    if (!isEnabled) return NOTHING;
    if (completion.kind === "value") return values;
    if (completion.kind !== "field") return NOTHING;
    if (typed === "") {
      const recent = readRecent(signal).map((text) => ({
        kind: "recent" as const,
        text,
        note: "",
      }));
      return [...recent, ...suggestFields(signal, "", fields ?? [])];
    }
    return suggestFields(signal, completion.prefix, fields ?? []);
  }, [isEnabled, completion, values, typed, signal, fields]);
}

function useValues({ signal, range, completion, isEnabled }: Wanted): readonly Suggestion[] {
  const isValue = completion.kind === "value";
  const field = isValue ? completion.field : "";
  const prefix = isValue ? completion.prefix : "";
  const choices = useMemo(() => choicesOf(fieldOf(signal, field)), [signal, field]);
  const isAsked = choices === undefined || choices.length > 0;
  const settled = useSettled(prefix);
  const isSettled = useSettled(field) === field;
  const { data } = useFieldValues(
    { signal, range, isEnabled: isEnabled && isValue && isAsked && isSettled },
    { field, prefix: settled },
  );
  return useMemo(() => {
    if (data === undefined) return suggestChoices(choices ?? [], prefix);
    // While the answer to a longer prefix is on its way, what is known of the shorter one.
    const values = data.values.filter(({ value }) => value.startsWith(prefix));
    return suggestValues({ ...data, values });
  }, [choices, prefix, data]);
}

/** @returns the text once it has stayed the same for a moment */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
