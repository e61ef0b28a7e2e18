import { useSpan } from "../api/queries.ts";
import { useEnvironment } from "../ui/use-environment.ts";
import type { TraceIndex } from "./trace-index.ts";
import { rootOf } from "./typical.ts";

/**
 * What is usual is counted in one environment: the page's, where one is chosen, else the trace's own. What takes a second
 * in production says nothing of a test.
 * @param model undefined while the trace is on its way
 * @returns empty for all: the trace names none, or an attribute that is not counted by; undefined until it is known
 */
export function useUsualEnvironment(model: TraceIndex | undefined): string | undefined {
  const chosen = useEnvironment();
  const root = model === undefined ? undefined : rootOf(model);
  const rootId = root?.kind === "span" ? root.span.spanId : "";
  const isAsked = chosen === undefined && rootId !== "";
  const { data, isError } = useSpan(model?.traceId ?? "", rootId, isAsked);
  if (chosen !== undefined) return chosen.key === "older" ? "" : chosen.value;
  if (data !== undefined) return data.span.resource["deployment.environment.name"] ?? "";
  return isError || (model !== undefined && rootId === "") ? "" : undefined;
}
