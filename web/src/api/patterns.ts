import type { LogPatterns } from "@throughline/query/wire";
import { useQuery } from "@tanstack/react-query";
import { absoluteRange, resolveRange, type TimeRange } from "../lib/time-range.ts";
import { useInEnvironment } from "../ui/use-environment.ts";
import { apiUrl, getJson } from "./client.ts";
import { keepUnlessEmpty } from "./keep-previous.ts";

/** Patterns of one answer; the service gives 200 at most. */
const PATTERNS = 100;

/** What a time is compared with: the same length before it, a day or a week earlier, or nothing. */
export const BASELINES = ["previous", "day", "week", "none"] as const;
export type Baseline = (typeof BASELINES)[number];

const DAY_MS = 86_400_000;

/** @returns unix milliseconds, half-open; undefined when nothing is compared */
export function baselineOf(
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  baseline: Baseline,
): { readonly fromMs: number; readonly toMs: number } | undefined {
  if (baseline === "none") return undefined;
  const backMs = baseline === "previous" ? toMs - fromMs : baseline === "day" ? DAY_MS : 7 * DAY_MS;
  return { fromMs: fromMs - backMs, toMs: toMs - backMs };
}

/** The logs that meet the filter by what they have in common, compared with an earlier time. */
export function useLogPatterns(q: string, range: TimeRange, baseline: Baseline) {
  const asked = useInEnvironment(q, "logs");
  return useQuery<LogPatterns>({
    queryKey: ["log-patterns", asked, range, baseline],
    placeholderData: keepUnlessEmpty<LogPatterns>(({ patterns }) => patterns.length === 0),
    queryFn: ({ signal }) => {
      // Both times are of one moment: a range that ends now would otherwise overlap what it is compared with.
      const resolved = resolveRange(range, Date.now());
      const before = baselineOf(resolved, baseline);
      const compared =
        before === undefined
          ? {}
          : {
              baselineFrom: new Date(before.fromMs).toISOString(),
              baselineTo: new Date(before.toMs).toISOString(),
            };
      const query = {
        ...absoluteRange(resolved.fromMs, resolved.toMs),
        ...compared,
        q: asked,
        limit: PATTERNS,
      };
      return getJson<LogPatterns>(apiUrl("/api/logs/patterns", query), signal);
    },
  });
}
