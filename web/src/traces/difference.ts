import type { Filter } from "@throughline/query/filter";
import type { Deltas } from "@throughline/query/wire";
import { attributeField, beginsWith, isValue } from "../lib/filter-edit.ts";

type Difference = Deltas["differences"][number];

/** The service answers the first 200 bytes of a value. One that is nearly as long may have more, and end in a cut character. */
const WHOLE_BYTES_MAX = 196;
const COLUMNS: Readonly<Record<string, string>> = {
  "service.name": "service",
  name: "name",
  kind: "kind",
  status: "status",
};
const CHOICES = new Set(["kind", "status"]);

/** The name as people say it, without where the key was found. */
export function differenceName(key: string): string {
  return key.replace(/^attribute\./u, "");
}

/** @returns the condition that spans with this value meet */
export function differenceCondition({ key, value }: Pick<Difference, "key" | "value">): Filter {
  const column = COLUMNS[key];
  if (column !== undefined) return isValue(column, CHOICES.has(column) ? choiceOf(value) : value);
  const [scope, name] = key.startsWith("resource.")
    ? (["resource", key.slice("resource.".length)] as const)
    : (["attr", key.replace(/^attribute\./u, "")] as const);
  const field = attributeField(name, scope, "traces");
  const isWhole = new TextEncoder().encode(value).length <= WHOLE_BYTES_MAX;
  return isWhole ? isValue(field, value) : beginsWith(field, value.replace(/\uFFFD+$/u, ""));
}

/** Older exporters wrote OTLP's enum names; what was never set is stored as nothing. */
function choiceOf(value: string): string {
  return value.toLowerCase().replace(/^(?:span_kind|status_code)_/u, "");
}
