/** Details of what was drawn from columns: the line is shown at once, the rest when it has come. */
import type { LogRecord } from "@throughline/query/wire";
import { useLog, useSpan } from "../../api/queries.ts";
import { SpanPanel } from "../span-panel.tsx";
import type { SpanNode } from "../trace-index.ts";
import { TraceLogPanel } from "../trace-log-panel.tsx";
import type { TracePanelProps } from "../trace-panel.tsx";

export function WholeSpanPanel(props: TracePanelProps & { readonly node: SpanNode }) {
  const { index, node } = props;
  const { data, error, isPending } = useSpan(index.traceId, node.span.spanId, true);
  // What is read from columns are getters, which a spread would leave behind.
  const { key, items, isError, salvaged } = node;
  const known: SpanNode =
    data === undefined ? node : { kind: "span", key, items, isError, salvaged, span: data.span };
  return <SpanPanel {...props} node={known} pending={isPending} problem={error?.message} />;
}

export function WholeLogPanel(props: TracePanelProps & { readonly log: LogRecord }) {
  const { log } = props;
  const id = log.id ?? "";
  const { data } = useLog(id, id !== "");
  return <TraceLogPanel {...props} log={data?.log ?? log} />;
}
