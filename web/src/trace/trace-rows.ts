import type { Folding } from "../lib/url-state.ts";
import { isFailure, toSeverity } from "../lib/severity.ts";
import type { TraceIndex, TraceItem } from "./trace-index.ts";

/** A place in a trace: a node, one of its items, or the row that stands for its items not shown. */
export interface Place {
  readonly node: number;
  /** Index into the node's items; -1 for the node itself, -2 for the "more" row. */
  readonly item: number;
}

export const NODE_ITSELF = -1;
export const MORE_ITEMS = -2;

/** A span with more logs and events than this shows its failures, then its first ones, and a row that opens the rest. */
export const ITEMS_SHOWN_MAX = 8;

/** The visible rows, top to bottom, in columns; a row number is an index into both. */
export interface TraceRows {
  readonly length: number;
  readonly node: Int32Array;
  readonly item: Int32Array;
}

export interface RowOptions {
  readonly folding: Folding;
  readonly showItems: boolean;
  /** Keys of nodes whose items are all shown. */
  readonly unfolded: ReadonlySet<string>;
}

export function isFolded(folding: Folding, key: string): boolean {
  return folding.all !== folding.except.includes(key);
}

export function buildRows(index: TraceIndex, options: RowOptions): TraceRows {
  const except = new Set(options.folding.except);
  const node: number[] = [];
  const item: number[] = [];
  const push = (atNode: number, atItem: number) => {
    node.push(atNode);
    item.push(atItem);
  };
  for (let i = 0; i < index.nodes.length;) {
    const current = index.nodes[i];
    if (current === undefined) break;
    push(i, NODE_ITSELF);
    if (options.folding.all !== except.has(current.key)) {
      i = index.subtreeEnd[i] ?? i + 1;
      continue;
    }
    if (options.showItems && current.items.length > 0) {
      const shown = shownItems(current.items, options.unfolded.has(current.key));
      for (const number of shown) push(i, number);
      if (shown.length < current.items.length) push(i, MORE_ITEMS);
    }
    i++;
  }
  return { length: node.length, node: Int32Array.from(node), item: Int32Array.from(item) };
}

/** @returns item numbers in rising order: all, or failures and then the earliest up to the limit */
function shownItems(items: readonly TraceItem[], all: boolean): readonly number[] {
  const numbers = items.map((_, i) => i);
  if (all || items.length <= ITEMS_SHOWN_MAX) return numbers;
  const ranked = numbers.toSorted((a, b) => rank(items[a]) - rank(items[b]) || a - b);
  return ranked.slice(0, ITEMS_SHOWN_MAX).toSorted((a, b) => a - b);
}

function rank(item: TraceItem | undefined): number {
  return item !== undefined && isFailureItem(item) ? 0 : 1;
}

export function isFailureItem(item: TraceItem): boolean {
  if (item.kind === "event") return item.event.name === "exception";
  return isFailure(toSeverity(item.log.severityNumber, item.log.severityText));
}

/** @returns the row of a place, or the nearest visible row that contains it; -1 when there are no rows */
export function rowOf(rows: TraceRows, index: TraceIndex, place: Place): number {
  let nodeRow = -1;
  for (let row = firstRowOfNode(rows, place.node); row < rows.length; row++) {
    if (rows.node[row] !== place.node) break;
    if (rows.item[row] === place.item) return row;
    if (nodeRow < 0) nodeRow = row;
  }
  if (nodeRow >= 0) return nodeRow;
  const parent = index.parent[place.node] ?? -1;
  return parent < 0 ? -1 : rowOfVisibleAncestor(rows, index, parent);
}

function rowOfVisibleAncestor(rows: TraceRows, index: TraceIndex, from: number): number {
  for (let node = from; node >= 0; node = index.parent[node] ?? -1) {
    const row = firstRowOfNode(rows, node);
    if (rows.node[row] === node) return row;
  }
  return -1;
}

/** Node numbers rise down the rows, so halving finds the first. */
function firstRowOfNode(rows: TraceRows, node: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows.node[middle] ?? 0) < node) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function placeAt(rows: TraceRows, row: number): Place | undefined {
  const node = rows.node[row];
  const item = rows.item[row];
  return node === undefined || item === undefined ? undefined : { node, item };
}

/** How a place stands in the URL: `span=<key>`, and `log=<key>` for one of its items. */
export interface Selection {
  readonly span?: string;
  readonly log?: string;
}

export function toSelection(index: TraceIndex, place: Place): Selection {
  const node = index.nodes[place.node];
  if (node === undefined) return {};
  const item = place.item >= 0 ? node.items[place.item] : undefined;
  return item === undefined ? { span: node.key } : { span: node.key, log: item.key };
}

/** @returns where the selection is; a log without its span is looked for everywhere; undefined when it is not there */
export function findSelection(index: TraceIndex, selection: Selection): Place | undefined {
  const { span, log } = selection;
  const named = span === undefined ? undefined : index.nodeByKey.get(span);
  if (named !== undefined && log === undefined) return { node: named, item: NODE_ITSELF };
  if (log === undefined) return undefined;
  const nodes = named === undefined ? index.nodes.keys() : [named].values();
  for (const node of nodes) {
    const item = index.nodes[node]?.items.findIndex((one) => one.key === log) ?? -1;
    if (item >= 0) return { node, item };
  }
  return named === undefined ? undefined : { node: named, item: NODE_ITSELF };
}

/** @returns the folding with every ancestor of the place open, and the node itself when the place is inside it */
export function reveal(index: TraceIndex, folding: Folding, place: Place): Folding {
  const open = new Set<string>();
  const first = place.item === NODE_ITSELF ? (index.parent[place.node] ?? -1) : place.node;
  for (let node = first; node >= 0; node = index.parent[node] ?? -1) {
    const key = index.nodes[node]?.key;
    if (key !== undefined && isFolded(folding, key)) open.add(key);
  }
  if (open.size === 0) return folding;
  if (folding.all) return { all: true, except: [...folding.except, ...open] };
  return { all: false, except: folding.except.filter((key) => !open.has(key)) };
}

/** @returns every failed span and failure item, in reading order */
export function errorPlaces(index: TraceIndex): readonly Place[] {
  return index.nodes.flatMap((node, i) => {
    const places: Place[] =
      node.kind === "span" && node.isError ? [{ node: i, item: NODE_ITSELF }] : [];
    node.items.forEach((item, number) => {
      if (isFailureItem(item)) places.push({ node: i, item: number });
    });
    return places;
  });
}

/** @returns the next place after (or before) the current one, around the end; undefined when there are none */
export function nextPlace(
  places: readonly Place[],
  current: Place | undefined,
  direction: 1 | -1,
): Place | undefined {
  if (current === undefined) return direction === 1 ? places[0] : places.at(-1);
  const isPast = (place: Place) =>
    (place.node - current.node || place.item - current.item) * direction > 0;
  return direction === 1
    ? (places.find(isPast) ?? places[0])
    : (places.findLast(isPast) ?? places.at(-1));
}

/** @returns places whose name, service, id, attribute or message holds the text, ignoring case */
export function findPlaces(index: TraceIndex, text: string): readonly Place[] {
  const needle = text.trim().toLowerCase();
  if (needle === "") return [];
  const holds = (hay: string) => hay.toLowerCase().includes(needle);
  const anyHolds = (attributes: Readonly<Record<string, string>>) =>
    Object.entries(attributes).some(([key, value]) => holds(value) || holds(key));
  return index.nodes.flatMap((node, i) => {
    const places: Place[] = [];
    if (node.kind === "span") {
      const { name, serviceName, spanId, status, attributes } = node.span;
      if ([name, serviceName, spanId, status.message].some(holds) || anyHolds(attributes))
        places.push({ node: i, item: NODE_ITSELF });
    }
    node.items.forEach((item, number) => {
      const found =
        item.kind === "log"
          ? holds(item.log.body) || anyHolds(item.log.attributes)
          : holds(item.event.name) || anyHolds(item.event.attributes);
      if (found) places.push({ node: i, item: number });
    });
    return places;
  });
}
