import type { Condition } from "../filter/condition.ts";
import type { FilterSignal } from "../filter/fields.ts";
import type { FilterError } from "../filter/filter-error.ts";
import { parseFilter } from "../filter/parse.ts";
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
