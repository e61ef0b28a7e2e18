import { FIELD_LIMITS } from "../fields/limits.ts";
import { readValues } from "../fields/read-values.ts";
import { addCosts } from "../clickhouse/ask.ts";
import type { Searcher } from "../search/searcher.ts";
import type { TimeRange } from "../search/time-range.ts";
import type { Environments } from "../wire.ts";
import { type EnvironmentAttribute, mergeEnvironments } from "./merge-environments.ts";

const ATTRIBUTES: readonly EnvironmentAttribute[] = [
  "deployment.environment.name",
  "deployment.environment",
];

/** What completion knows of the two attributes, for spans and logs at once. */
export async function readEnvironments(
  searcher: Searcher,
  range: TimeRange,
  signal: AbortSignal,
): Promise<Environments> {
  const started = performance.now();
  const limit = FIELD_LIMITS.fieldValuesMax;
  const asked = ATTRIBUTES.flatMap((attribute) =>
    (["traces", "logs"] as const).map(async (of) => {
      const question = { signal: of, field: `resource.${attribute}`, prefix: "", limit, range };
      return { attribute, answer: await readValues(searcher, question, signal) };
    }),
  );
  const answers = await Promise.all(asked);
  const counted = answers.flatMap(({ attribute, answer }) =>
    answer.values.map(({ value, records }) => ({ attribute, value, records })),
  );
  const environments = mergeEnvironments(counted, limit + 1);
  const isCut = environments.length > limit || answers.some(({ answer }) => answer.hasMore);
  return {
    environments: environments.slice(0, limit),
    meta: {
      elapsedMs: performance.now() - started,
      ...addCosts(answers.map(({ answer }) => answer.meta)),
      complete: !isCut,
      ...(isCut ? { reason: `There are more; the ${limit} most frequent are here.` } : {}),
    },
  };
}
