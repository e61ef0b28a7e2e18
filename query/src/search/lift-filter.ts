import type { Condition } from "../filter/condition.ts";

/** What a filter says that a search must know to look in the right place, and the rest of it. */
export interface Lifted {
  readonly service?: string | undefined;
  readonly traceId?: string | undefined;
  readonly condition?: Condition;
}

/**
 * Takes `service:x` and `trace:x` out of what must hold in any case: with a service the table's own order is used, and a
 * trace id is looked for by its index whenever it was. What is
 * given already, or said twice, stays in the condition as well.
 */
export function liftFilter(
  condition: Condition | undefined,
  given: Pick<Lifted, "service" | "traceId">,
): Lifted {
  if (condition === undefined) return given;
  const lifted: { service?: string | undefined; traceId?: string | undefined } = { ...given };
  const rest: Condition[] = [];
  for (const each of conjuncts(condition)) {
    const service = equalTo(each, "ServiceName");
    const traceId = equalTo(each, "TraceId");
    if (service !== undefined && lifted.service === undefined) lifted.service = service;
    else if (traceId !== undefined && traceId !== "" && lifted.traceId === undefined)
      lifted.traceId = traceId;
    else rest.push(each);
  }
  const [only] = rest;
  if (only === undefined) return lifted;
  return { ...lifted, condition: rest.length === 1 ? only : { kind: "and", of: rest } };
}

/** @returns what must hold in any case */
export function conjuncts(condition: Condition): readonly Condition[] {
  return condition.kind === "and" ? condition.of.flatMap(conjuncts) : [condition];
}

function equalTo(condition: Condition, column: "ServiceName" | "TraceId"): string | undefined {
  if (condition.kind !== "string" || condition.test.kind !== "is") return undefined;
  const { source, test } = condition;
  return source.kind === "column" && source.column === column ? test.text : undefined;
}
