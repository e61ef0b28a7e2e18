/** Answers `/api/environments`, and says which environment a generated trace is of. */
import type { Environments, Meta } from "@throughline/query/wire";
import type { FixtureTrace } from "./fixture-data.ts";

type Attribute = Environments["environments"][number]["attributes"][number];
const ATTRIBUTES: readonly Attribute[] = ["deployment.environment.name", "deployment.environment"];

/** Most are of production, of which one service still names it as before; a few of staging, and of a place that is all of before. */
export function environmentOf(traceId: string, service: string): Readonly<Record<string, string>> {
  if (traceId.endsWith("7")) return { "deployment.environment.name": "staging" };
  if (traceId.endsWith("8")) return { "deployment.environment": "qa" };
  return {
    [service === "mailer" ? "deployment.environment" : "deployment.environment.name"]: "production",
  };
}

export function environmentsAnswer(traces: readonly FixtureTrace[], meta: Meta): Environments {
  const found = new Map<string, Set<Attribute>>();
  for (const { resource } of traces.flatMap(({ spans }) => spans))
    for (const attribute of ATTRIBUTES) {
      const value = resource[attribute];
      if (value !== undefined) found.set(value, (found.get(value) ?? new Set()).add(attribute));
    }
  return {
    environments: [...found].map(([value, attributes]) => ({ value, attributes: [...attributes] })),
    meta,
  };
}
