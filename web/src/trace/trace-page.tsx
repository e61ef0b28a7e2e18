import { useMemo } from "react";
import { ApiError } from "../api/client.ts";
import { Page } from "../shell/page.tsx";
import { EmptyState, Failed, Loading } from "../ui/states.tsx";
import { useUrl } from "../ui/use-url.ts";
import { OneLine } from "../ui/visible-text.tsx";
import { shortId } from "../lib/format.ts";
import { toOneLine } from "../lib/visible-text.ts";
import { readSkewFix } from "./clock-notice.tsx";
import { rootWords } from "./root-words.ts";
import type { LoadedTrace } from "./load-trace.ts";
import { toFixedModel } from "./trace-model.ts";
import { useTypicals } from "./use-typicals.ts";
import { useTraceRest, useTraceSpans } from "./use-loaded-trace.ts";
import { TraceHeader, TraceStatus } from "./trace-header.tsx";
import { TraceView } from "./trace-view.tsx";

/** One request on one screen. */
export function TracePage({ traceId }: { readonly traceId: string }) {
  const query = useTraceSpans(traceId);
  if (query.isPending)
    return (
      <Page title={`Trace ${shortId(traceId)}`} hasRange={false}>
        <Loading what="the trace" />
      </Page>
    );
  if (query.isError && query.data === undefined)
    return (
      <Page title={`Trace ${shortId(traceId)}`} hasRange={false}>
        {query.error instanceof ApiError && query.error.status === 404 ? (
          <EmptyState title="This trace is not stored">
            <p>{query.error.message}</p>
          </EmptyState>
        ) : (
          <Failed error={query.error} onRetry={() => void query.refetch()} />
        )}
      </Page>
    );
  return <ShownTrace trace={query.data} />;
}

function ShownTrace({ trace: loaded }: { readonly trace: LoadedTrace }) {
  const { search } = useUrl();
  const rest = useTraceRest(loaded);
  const trace = rest.data ?? loaded;
  const isFixed = trace.model.insight.skew.length > 0 && readSkewFix(search);
  const index = useMemo(
    () => (isFixed ? toFixedModel(trace.model) : trace.model),
    [trace, isFixed],
  );
  // Of what was sent: moving clocks changes no duration.
  const typicals = useTypicals(loaded.model);
  const root = rootWords(index);
  const failed = index.errorCount > 0 ? "failed: " : "";
  return (
    <Page
      title={toOneLine(`${failed}${root.service} ${root.name}`, 120)}
      heading={
        <>
          <span style={{ color: "var(--muted)", fontWeight: 400 }}>
            <OneLine text={root.service} />
          </span>{" "}
          <OneLine text={root.name} />
        </>
      }
      aside={<TraceStatus index={index} />}
      hasRange={false}
    >
      <TraceHeader trace={trace} index={index} typicals={typicals} problem={rest.error?.message} />
      <TraceView index={index} trace={trace} typicals={typicals} />
    </Page>
  );
}
