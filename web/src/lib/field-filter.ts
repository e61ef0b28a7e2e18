/** Pure: what a list is filtered by when a value in the details of a record is chosen. */
import {
  type FieldName,
  type Filter,
  type FilterSignal,
  printFilter,
} from "@throughline/query/filter";
import {
  addCondition,
  attributeField,
  exceptCondition,
  isValue,
  onlyCondition,
} from "./filter-edit.ts";

/** A value as the details of a record show it. */
export interface RecordField {
  /** `attribute` of the record, or of its `resource`; `field`: by the name that a filter gives it. */
  readonly kind: "attribute" | "resource" | "field";
  readonly name: string;
  readonly value: string;
}

function nameOf({ kind, name }: RecordField, signal: FilterSignal): FieldName {
  if (kind === "field") return { kind: "name", name };
  return attributeField(name, kind === "resource" ? "resource" : "any", signal);
}

/** The field as a filter, or a column of a table, names it. */
export function fieldText(field: RecordField, signal: FilterSignal): string {
  const text = printFilter(exists(nameOf(field, signal)));
  return text.slice(0, text.lastIndexOf(":"));
}

function exists(field: FieldName): Filter {
  return { kind: "field", field, test: { kind: "exists" } };
}

export function filterByField(
  q: string,
  field: RecordField,
  choice: "only" | "except" | "exists",
  signal: FilterSignal,
): string {
  const name = nameOf(field, signal);
  if (choice === "exists") return addCondition(q, exists(name));
  const condition = isValue(name, field.value);
  return choice === "only" ? onlyCondition(q, condition) : exceptCondition(q, condition);
}
