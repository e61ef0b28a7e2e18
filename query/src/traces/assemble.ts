/**
 * Spans and logs of one trace become one thing: a forest in reading order, every log inside its span.
 *
 * Nothing stored is left out and nothing loops, whatever the ids say:
 *   several spans with one id   one is kept, always the same one, and the id is listed
 *   parent not stored           the span counts as a root, the parent id is listed
 *   parents in a circle         the circle's first span to start counts as a root
 *   no span id                  the span stands for itself; it can have no children and no logs
 * Deep chains (100 000 levels) need no stack: the walk is a loop.
 */
import { compareDecimal } from "../params/nanos.ts";
import type { LogRecord, Span } from "../wire.ts";

export interface Assembled {
  /** Depth-first from the roots, siblings by (start, span id). */
  readonly spans: Span[];
  /** Logs that belong to no stored span, oldest first. */
  readonly logs: LogRecord[];
  /** Parent ids that no stored span has, in the order of their first child. */
  readonly missingParents: string[];
  /** Span ids that more than one span has, in reading order. */
  readonly duplicateSpanIds: string[];
}

/** @param spans fresh objects: their `logs` are filled in here */
export function assemble(spans: readonly Span[], logs: readonly LogRecord[]): Assembled {
  const { kept, byId, duplicates } = keepOnePerId(spans);
  kept.sort(compareStart);
  const { roots, children, missingParents } = linkParents(kept, byId);
  const ordered = walk(roots, children);
  if (ordered.length < kept.length) {
    roots.push(...rootsOfCircles(kept, new Set(ordered), byId, children));
    ordered.splice(0, ordered.length, ...walk(roots.sort(compareStart), children));
  }
  return {
    spans: ordered,
    logs: placeLogs(logs, byId),
    missingParents,
    duplicateSpanIds: ordered.map((span) => span.spanId).filter((id) => duplicates.has(id)),
  };
}

/** Root first in time; the rest of the order only makes it total. */
function compareStart(a: Span, b: Span): number {
  return (
    compareDecimal(a.startTimeUnixNano, b.startTimeUnixNano) ||
    compareText(a.spanId, b.spanId) ||
    compareKept(a, b)
  );
}

/** The order of `kept-first` in `sql/traces.sql`, so that a list counts the same span that the trace shows. */
function compareKept(a: Span, b: Span): number {
  return (
    compareDecimal(a.startTimeUnixNano, b.startTimeUnixNano) ||
    compareDecimal(b.durationNano, a.durationNano) ||
    compareText(a.parentSpanId, b.parentSpanId) ||
    compareText(a.serviceName, b.serviceName) ||
    compareText(a.name, b.name) ||
    compareText(a.kind, b.kind) ||
    compareText(b.status.code, a.status.code) ||
    // Nothing that a list counts differs any more; this only makes the choice the same every time.
    compareText(JSON.stringify(a), JSON.stringify(b))
  );
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

interface Unique {
  readonly kept: Span[];
  readonly byId: ReadonlyMap<string, Span>;
  readonly duplicates: ReadonlySet<string>;
}

function keepOnePerId(spans: readonly Span[]): Unique {
  const byId = new Map<string, Span>();
  const duplicates = new Set<string>();
  const nameless: Span[] = [];
  for (const span of spans) {
    if (span.spanId === "") {
      nameless.push(span);
      continue;
    }
    const other = byId.get(span.spanId);
    if (other !== undefined) duplicates.add(span.spanId);
    if (other === undefined || compareKept(span, other) < 0) byId.set(span.spanId, span);
  }
  return { kept: [...byId.values(), ...nameless], byId, duplicates };
}

interface Links {
  readonly roots: Span[];
  readonly children: ReadonlyMap<string, readonly Span[]>;
  readonly missingParents: string[];
}

/** @param kept sorted by start, so that roots and children are too */
function linkParents(kept: readonly Span[], byId: ReadonlyMap<string, Span>): Links {
  const roots: Span[] = [];
  const children = new Map<string, Span[]>();
  const missing = new Set<string>();
  for (const span of kept) {
    const parent = span.parentSpanId;
    if (parent !== "" && !byId.has(parent)) missing.add(parent);
    if (parent === "" || !byId.has(parent)) {
      roots.push(span);
      continue;
    }
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [span]);
    else siblings.push(span);
  }
  return { roots, children, missingParents: [...missing] };
}

/** Depth-first, each span once, also where parents go in a circle. */
function walk(roots: readonly Span[], children: ReadonlyMap<string, readonly Span[]>): Span[] {
  const ordered: Span[] = [];
  const seen = new Set<Span>();
  const stack = roots.toReversed();
  for (let span = stack.pop(); span !== undefined; span = stack.pop()) {
    if (seen.has(span)) continue;
    seen.add(span);
    ordered.push(span);
    const below = span.spanId === "" ? undefined : children.get(span.spanId);
    for (let i = (below?.length ?? 0) - 1; i >= 0; i -= 1) {
      const child = below?.[i];
      if (child !== undefined) stack.push(child);
    }
  }
  return ordered;
}

/**
 * What no root leads to hangs off circles, one circle for each connected piece. Each circle's first span in `kept`
 * order is its root. Every span is stepped over once when its piece is walked, so this is linear.
 */
function rootsOfCircles(
  kept: readonly Span[],
  reached: Set<Span>,
  byId: ReadonlyMap<string, Span>,
  children: ReadonlyMap<string, readonly Span[]>,
): Span[] {
  const roots: Span[] = [];
  for (const start of kept) {
    if (reached.has(start)) continue;
    const root = circleAbove(start, byId).reduce((a, b) => (compareStart(b, a) < 0 ? b : a));
    roots.push(root);
    for (const span of walk([root], children)) reached.add(span);
  }
  return roots;
}

/** Follows parents until one comes again. @returns the spans of the circle, at least one */
function circleAbove(start: Span, byId: ReadonlyMap<string, Span>): Span[] {
  const path = new Map<Span, number>();
  let span: Span | undefined = start;
  while (span !== undefined && !path.has(span)) {
    path.set(span, path.size);
    span = byId.get(span.parentSpanId);
  }
  const from = span === undefined ? 0 : (path.get(span) ?? 0);
  return [...path.keys()].slice(from);
}

/** Puts each log into its span. @returns those without one */
function placeLogs(logs: readonly LogRecord[], byId: ReadonlyMap<string, Span>): LogRecord[] {
  const loose: LogRecord[] = [];
  const ordered = logs.toSorted(
    (a, b) => compareDecimal(a.timeUnixNano, b.timeUnixNano) || compareText(a.body, b.body),
  );
  for (const log of ordered) {
    const span = log.spanId === "" ? undefined : byId.get(log.spanId);
    (span?.logs ?? loose).push(log);
  }
  return loose;
}
