/** Pure: what a completion can go on with, from what is known and what the service answered. */
import { FIELDS, type Field, type FilterSignal } from "@throughline/query/filter";
import type { Fields, FieldValues } from "@throughline/query/wire";
import { formatCount } from "../lib/format.ts";

export interface Suggestion {
  /** `recent` takes the place of the whole text, the others of the piece before the caret. */
  readonly kind: "field" | "value" | "recent";
  readonly text: string;
  /** What it means, or how often it occurs. */
  readonly note: string;
}

const SHOWN_MAX = 50;
const SEVERITIES = ["trace", "debug", "info", "warn", "error", "fatal", "unset"];

export function fieldOf(signal: FilterSignal, name: string): Field | undefined {
  return FIELDS.find(
    (field) =>
      field.signals.includes(signal) && (field.name === name || field.aliases.includes(name)),
  );
}

/** @returns columns first, then attributes by how many records have them; what begins with the prefix before what has it inside */
export function suggestFields(
  signal: FilterSignal,
  prefix: string,
  attributes: Fields["attributes"],
): readonly Suggestion[] {
  const typed = prefix.toLowerCase();
  const columns = FIELDS.filter((field) => field.signals.includes(signal)).map((field) => ({
    names: [field.name, ...field.aliases],
    text: field.name,
    note: field.doc,
  }));
  const keys = attributes.map(({ name, key, records, from }) => ({
    names: [name, key],
    text: name,
    note: countNote(records, from),
  }));
  const all = [...columns, ...keys];
  const beginning = all.filter(({ names }) => names.some((n) => n.toLowerCase().startsWith(typed)));
  const inside = all.filter(
    (each) => !beginning.includes(each) && each.text.toLowerCase().includes(typed),
  );
  const seen = new Set<string>();
  return [...beginning, ...inside]
    .filter(({ text }) => !seen.has(text) && seen.add(text))
    .slice(0, SHOWN_MAX)
    .map(({ text, note }) => ({ kind: "field", text, note }));
}

/** @returns the only values there are; undefined when what is stored decides */
export function choicesOf(field: Field | undefined): readonly string[] | undefined {
  switch (field?.target.type) {
    case "choice":
      return Object.keys(field.target.choices);
    case "severity":
      return SEVERITIES;
    case "boolean":
      return ["true", "false"];
    case undefined:
    case "string":
    case "strings":
    case "attribute":
      return undefined;
    default:
      // Numbers, times, ids and running text are not completed.
      return [];
  }
}

export function suggestChoices(choices: readonly string[], prefix: string): readonly Suggestion[] {
  return choices
    .filter((choice) => choice.startsWith(prefix.toLowerCase()))
    .map((text) => ({ kind: "value", text, note: "" }));
}

export function suggestValues({
  values,
  from,
}: Pick<FieldValues, "values" | "from">): readonly Suggestion[] {
  const seen = new Set<string>();
  return values
    .filter(({ filter }) => !seen.has(filter) && seen.add(filter))
    .map(({ filter, records }) => ({
      kind: "value",
      text: filter,
      note: countNote(records, from),
    }));
}

/** Counts of a sample are of no use as numbers but for their order. */
function countNote(records: number, from: FieldValues["from"]): string {
  return from === "sample" ? `${formatCount(records)} of a sample` : formatCount(records);
}
