/** A trace as the rows of a tree: spans with their logs inside, in the order in which things happened. */
import type { LogRecord, Span, Trace, TraceVerdict } from "@throughline/query/wire";

export type ShownLog = Pick<
  LogRecord,
  "timeUnixNano" | "severityNumber" | "severityText" | "body" | "eventName"
>;
export type ShownSpan = Pick<
  Span,
  | "spanId"
  | "parentSpanId"
  | "name"
  | "serviceName"
  | "startTimeUnixNano"
  | "durationNano"
  | "status"
> & { readonly logs: readonly ShownLog[] };
/** What of a trace is shown. */
export type ShownTrace = Pick<Trace, "traceId" | "missingParents" | "duplicateSpanIds"> & {
  readonly spans: readonly ShownSpan[];
  readonly logs: readonly ShownLog[];
  readonly verdict?: TraceVerdict;
  /** Span ids of what the request waited for. */
  readonly criticalPath?: ReadonlySet<string>;
};

/** Whether a line goes on below each ancestor, innermost first; a list, because a row may have 100 000 of them. */
export interface Guide {
  readonly goesOn: boolean;
  readonly outer: Guide | undefined;
  /** How many there are, this one included. */
  readonly depth: number;
}

export type TraceRow =
  | {
      readonly kind: "span";
      readonly span: ShownSpan;
      readonly guide: Guide | undefined;
      readonly last: boolean;
      readonly parent: ShownSpan | undefined;
    }
  | { readonly kind: "log"; readonly log: ShownLog; readonly guide: Guide | undefined };

interface Node {
  readonly span: ShownSpan;
  readonly parent: Node | undefined;
  readonly children: Node[];
}

interface Open {
  readonly guide: Guide | undefined;
  readonly items: readonly Item[];
  next: number;
}

type Item =
  | { readonly kind: "span"; readonly time: bigint; readonly node: Node; readonly last: boolean }
  | {
      readonly kind: "log";
      readonly time: bigint;
      readonly log: ShownLog;
      readonly more: boolean;
    };

/** Spans come depth-first; whatever has no parent before it is a root. Without recursion: a trace may be 100 000 deep. */
export function* traceRows(trace: Pick<ShownTrace, "spans">): Generator<TraceRow> {
  for (const root of buildTree(trace.spans)) {
    yield { kind: "span", span: root.span, guide: undefined, last: true, parent: undefined };
    const open: Open[] = [{ guide: undefined, items: itemsOf(root), next: 0 }];
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const item = top.items[top.next];
      top.next += 1;
      if (item === undefined) {
        open.pop();
      } else if (item.kind === "log") {
        yield { kind: "log", log: item.log, guide: within(top.guide, item.more) };
      } else {
        const { node, last } = item;
        yield {
          kind: "span",
          span: node.span,
          guide: top.guide,
          last,
          parent: node.parent?.span,
        };
        open.push({ guide: within(top.guide, !last), items: itemsOf(node), next: 0 });
      }
    }
  }
}

function within(outer: Guide | undefined, goesOn: boolean): Guide {
  return { goesOn, outer, depth: (outer?.depth ?? 0) + 1 };
}

function buildTree(spans: readonly ShownSpan[]): readonly Node[] {
  const roots: Node[] = [];
  const byId = new Map<string, Node>();
  for (const span of spans) {
    const parent = byId.get(span.parentSpanId);
    const node: Node = { span, parent, children: [] };
    (parent?.children ?? roots).push(node);
    byId.set(span.spanId, node);
  }
  return roots;
}

/** A log stands before the span that began at the same moment. */
function itemsOf({ span, children }: Node): readonly Item[] {
  const spans = children.map((node) => ({
    kind: "span" as const,
    time: BigInt(node.span.startTimeUnixNano),
    node,
  }));
  const logs = span.logs.map((log) => ({
    kind: "log" as const,
    time: BigInt(log.timeUnixNano),
    log,
  }));
  const ordered = [...logs, ...spans].sort((a, b) =>
    a.time < b.time ? -1 : Number(a.time > b.time),
  );
  const lastSpan = ordered.findLastIndex(({ kind }) => kind === "span");
  return ordered.map((item, index) =>
    item.kind === "span"
      ? { ...item, last: index === lastSpan }
      : { ...item, more: index < lastSpan },
  );
}
