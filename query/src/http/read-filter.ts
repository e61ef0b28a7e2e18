import type { Condition } from "../filter/condition.ts";
import type { FilterSignal } from "../filter/fields.ts";
import type { FilterError } from "../filter/filter-error.ts";
import { parseFilter } from "../filter/parse.ts";
import { quote } from "../filter/print.ts";
import { resolveFilter } from "../filter/resolve.ts";
import { QueryError } from "../problem/query-error.ts";

/**
 * Reads the parameter `q`.
 * @returns undefined when it is not given or empty
 * @throws QueryError `invalid_query`, with the place of the fault
 */
export function readFilter(text: string | undefined, signal: FilterSignal): Condition | undefined {
  if (text === undefined) return undefined;
  const parsed = parseFilter(text);
  if (parsed.kind === "empty") return undefined;
  if (parsed.kind === "error") throw refuseFilter(parsed.error);
  const resolved = resolveFilter(parsed.filter, signal);
  if (resolved.kind === "error") throw refuseFilter(resolved.error);
  return resolved.condition;
}

/**
 * Reads the name of one field, as a filter writes it.
 * @returns that it exists, as a condition of the signal, and its name where it is not quoted
 * @throws QueryError `invalid_query` when it is anything else than one name
 */
export function readFieldName(
  text: string,
  signal: FilterSignal,
): { readonly condition: Condition; readonly name: string } {
  const parsed = parseFilter(`${text}:*`);
  if (parsed.kind === "error") throw refuseFilter(parsed.error);
  if (
    parsed.kind === "empty" ||
    parsed.filter.kind !== "field" ||
    parsed.filter.test.kind !== "exists"
  ) {
    throw refuseFilter({
      offset: 0,
      length: text.length,
      message: `${JSON.stringify(text.slice(0, 100))} is not the name of one field.`,
      expected: "a name such as service or http.route; quotes around a key with other characters",
      suggestion: quote(text),
    });
  }
  const resolved = resolveFilter(parsed.filter, signal);
  if (resolved.kind === "error") throw refuseFilter(resolved.error);
  const { field } = parsed.filter;
  return { condition: resolved.condition, name: field.kind === "name" ? field.name : "" };
}

function refuseFilter({ offset, length, message, expected, suggestion }: FilterError): QueryError {
  const guess = suggestion === undefined ? "" : ` Perhaps ${suggestion} is meant.`;
  return new QueryError(
    "invalid_query",
    `At character ${offset + 1} of q: ${message} Expected ${expected}.${guess}`,
    {
      members: {
        position: offset,
        length,
        expected,
        ...(suggestion === undefined ? {} : { suggestion }),
      },
    },
  );
}
