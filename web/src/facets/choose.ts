/** Pure: how a facet's value stands in the filter, and what a click makes of the filter. */
import { type Filter, parseFilter } from "@throughline/query/filter";
import type { Facets } from "@throughline/query/wire";
import {
  exceptCondition,
  hasCondition,
  onlyCondition,
  removeCondition,
} from "../lib/filter-edit.ts";

export type Facet = Facets["facets"][number];
export type FacetValue = Facet["values"][number];

export type Chosen = "only" | "except" | undefined;

/** @returns undefined for a value that was cut and cannot be asked for */
function conditionOf({ filter }: FacetValue): Filter | undefined {
  const parsed = parseFilter(filter ?? "");
  return parsed.kind === "filter" ? parsed.filter : undefined;
}

export function chosenIn(q: string, value: FacetValue): Chosen {
  const condition = conditionOf(value);
  if (condition === undefined) return undefined;
  if (hasCondition(q, condition)) return "only";
  return hasCondition(q, { kind: "not", of: condition }) ? "except" : undefined;
}

/** @returns the filter after a click: the choice is made, or taken back when it was made already */
export function choose(q: string, value: FacetValue, choice: "only" | "except"): string {
  const condition = conditionOf(value);
  if (condition === undefined) return q;
  const excluded: Filter = { kind: "not", of: condition };
  if (choice === "only")
    return hasCondition(q, condition) ? removeCondition(q, condition) : onlyCondition(q, condition);
  return hasCondition(q, excluded) ? removeCondition(q, excluded) : exceptCondition(q, condition);
}
