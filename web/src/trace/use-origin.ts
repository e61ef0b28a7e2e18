import { useLayoutEffect } from "react";
import { readParam } from "../lib/url-state.ts";
import { useUrl } from "../ui/use-url.ts";
import { originBelow } from "./blame.ts";
import { FAILURE_ORIGIN } from "./failure-origin.ts";
import type { TraceIndex } from "./trace-index.ts";

/** A link to a failed span with {@link FAILURE_ORIGIN} selects the span in which its failure began, before anything is painted. */
export function useOrigin(index: TraceIndex): void {
  const { search, replace } = useUrl();
  const isAsked = readParam(search, FAILURE_ORIGIN) !== "";
  const span = readParam(search, "span");
  useLayoutEffect(() => {
    if (!isAsked) return;
    const node = index.nodeByKey.get(span);
    const origin = node === undefined ? undefined : index.nodes[originBelow(index, node)];
    replace({ span: origin?.key ?? span, [FAILURE_ORIGIN]: undefined });
  }, [isAsked, span, index, replace]);
}
