import { useDeferredValue, useMemo } from "react";
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
import { useUsualEnvironment } from "./use-usual-environment.ts";
import { useTraceRest, useTraceSpans } from "./use-loaded-trace.ts";
import { TraceHeader, TraceStatus } from "./trace-header.tsx";
import { TraceView } from "./trace-view.tsx";

/** One request on one screen. */
export function TracePage({ traceId }: { readonly traceId: string }) {
  const query = useTraceSpans(traceId);
  // Drawn in slices: the page answers while its rows are made.
  const trace = useDeferredValue(query.data);
  const failure = query.data === undefined ? query.error : null;
  if (trace !== undefined) return <ShownTrace trace={trace} />;
  return (
    <Page title={`Trace ${shortId(traceId)}`} hasRange={false}>
      <NoTraceYet failure={failure} onRetry={() => void query.refetch()} />
    </Page>
  );
}

interface NoTraceYetProps {
  readonly failure: Error | null;
  readonly onRetry: () => void;
}

function NoTraceYet({ failure, onRetry }: NoTraceYetProps) {
  if (failure === null) return <Loading what="the trace" />;
  if (failure instanceof ApiError && failure.status === 404)
    return (
      <EmptyState title="This trace is not stored">
        <p>{failure.message}</p>
      </EmptyState>
    );
  return <Failed error={failure} onRetry={onRetry} />;
}

function ShownTrace({ trace: loaded }: { readonly trace: LoadedTrace }) {
  const { search } = useUrl();
  const rest = useTraceRest(loaded);
  const trace = useDeferredValue(rest.data ?? loaded);
  const isFixed = trace.model.insight.skew.length > 0 && readSkewFix(search);
  const index = useMemo(
    () => (isFixed ? toFixedModel(trace.model) : trace.model),
    [trace, isFixed],
  );
  // Of what was sent: moving clocks changes no duration.
  const environment = useUsualEnvironment(loaded.model);
  const typicals = useTypicals(loaded.model, environment);
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
      <TraceHeader
        trace={trace}
        index={index}
        typicals={typicals}
        environment={environment}
        problem={rest.error?.message}
      />
      <TraceView index={index} trace={trace} typicals={typicals} />
    </Page>
  );
}
