import type { ServiceColor } from "../lib/service-color.ts";
import { formatDuration } from "../lib/format.ts";
import { Pair, Pairs, AttributePairs, Section, SidePanel } from "../ui/panel.tsx";
import { OneLine } from "../ui/visible-text.tsx";
import { GroupPanel } from "./group-panel.tsx";
import { WholeLogPanel, WholeSpanPanel } from "./columns/whole-panels.tsx";
import { RunPanel } from "./run-panel.tsx";
import { SpanPanel } from "./span-panel.tsx";
import { TraceLogPanel } from "./trace-log-panel.tsx";
import type { TraceItem, TraceNode } from "./trace-index.ts";
import type { TraceModel } from "./trace-model.ts";
import { groupOf, runOf, SIMILAR_GROUP, type Place } from "./trace-rows.ts";

export interface TracePanelProps {
  readonly index: TraceModel;
  readonly place: Place;
  readonly colors: ReadonlyMap<string, ServiceColor>;
  readonly onSelect: (place: Place) => void;
  readonly onClose: () => void;
  /** The trace was drawn from columns: what the rows do not show has to be asked for. */
  readonly isLight: boolean;
}

/** Details of the selected row, whatever it is. */
export function TracePanel(props: TracePanelProps) {
  const { index, place, onClose, isLight } = props;
  const node = index.nodes[place.node];
  const item = node?.items[place.item];
  const group = place.item === SIMILAR_GROUP ? groupOf(index, place.node) : undefined;
  if (group !== undefined) return <GroupPanel {...props} group={group} />;
  const run = runOf(index, place);
  if (run !== undefined) return <RunPanel {...props} run={run} />;
  if (item?.kind === "log")
    return isLight ? (
      <WholeLogPanel {...props} log={item.log} />
    ) : (
      <TraceLogPanel {...props} log={item.log} />
    );
  if (item?.kind === "event")
    return <EventPanel event={item.event} atNs={item.atNs} onClose={onClose} />;
  if (node?.kind === "span")
    return isLight ? (
      <WholeSpanPanel {...props} node={node} />
    ) : (
      <SpanPanel {...props} node={node} />
    );
  return <NotePanel node={node} onClose={onClose} />;
}

interface NotePanelProps {
  readonly node: TraceNode | undefined;
  readonly onClose: () => void;
}

/** What a row stands for that is neither span nor log. */
function NotePanel({ node, onClose }: NotePanelProps) {
  const title =
    node?.kind === "missing" ? "Parent span is not stored" : "Logs without a stored span";
  return (
    <SidePanel label="Note" over="Note" title={title} onClose={onClose}>
      <Section title="What this means">
        <p>
          {node?.kind === "missing"
            ? `Spans below name ${node.parentSpanId} as their parent. It was not received yet, was not sampled, or its service is not instrumented.`
            : "These logs carry the trace's id, and no span id or that of a span which is not stored: not received yet, or not sampled."}
        </p>
      </Section>
    </SidePanel>
  );
}

interface EventPanelProps {
  readonly event: Extract<TraceItem, { kind: "event" }>["event"];
  readonly atNs: number;
  readonly onClose: () => void;
}

function EventPanel({ event, atNs, onClose }: EventPanelProps) {
  return (
    <SidePanel label="Event" over="Event" title={<OneLine text={event.name} />} onClose={onClose}>
      <Section title="When">
        <Pairs>
          <Pair name="since trace start">{formatDuration(atNs)}</Pair>
        </Pairs>
      </Section>
      <Section title="Attributes" count={Object.keys(event.attributes).length}>
        <AttributePairs attributes={event.attributes} />
      </Section>
    </SidePanel>
  );
}
