import type { Folding } from "../lib/url-state.ts";
import { isFailure, toSeverity } from "../lib/severity.ts";
import type { LineRun } from "./line-runs.ts";
import type { SimilarGroup } from "./similar.ts";
import type { TraceIndex, TraceItem, TraceNode } from "./trace-index.ts";
import type { TraceModel } from "./trace-model.ts";

/** A place in a trace: a node, one of its items, or the row that stands for its items not shown. */
export interface Place {
  readonly node: number;
  /** Index into the node's items; below zero one of the rows named here. */
  readonly item: number;
}

export const NODE_ITSELF = -1;
/** Stands for the items that are not shown. */
export const MORE_ITEMS = -2;
/** Heads the group of similar spans whose first member the node is. */
export const SIMILAR_GROUP = -3;
/** At and below it: {@link runHead} of a run of similar lines. */
const RUN_HEADS = -10;

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

/** @returns whether the inside of the node is hidden */
export function isFolded(index: TraceModel, folding: Folding, node: number): boolean {
  const { mode, except } = folding;
  const atFirst = mode === "start" ? index.insight.startsClosed[node] === 1 : mode === "all";
  return atFirst !== (except.length > 0 && except.includes(index.nodes[node]?.key ?? ""));
}

/** @returns the nodes of these keys; keys of groups and runs name none */
function nodesOf(index: TraceModel, keys: Iterable<string>): ReadonlySet<number> {
  const nodes = new Set<number>();
  for (const key of keys) {
    const node = index.nodeByKey.get(key);
    if (node !== undefined) nodes.add(node);
  }
  return nodes;
}

export function groupKey(group: SimilarGroup): string {
  return `similar-${group.key}`;
}

export function groupOf(index: TraceModel, node: number): SimilarGroup | undefined {
  const { groups, groupOf: numberOf } = index.insight.similar;
  const number = numberOf[node] ?? -1;
  return number < 0 ? undefined : groups[number];
}

/** Groups start closed, and open with everything else. */
export function isGroupFolded(folding: Folding, group: SimilarGroup): boolean {
  return (folding.mode !== "none") !== folding.except.includes(groupKey(group));
}

/** @returns the item that stands for a run */
export function runHead(run: LineRun): number {
  return RUN_HEADS - run.first;
}

/** @returns the run that a place is the head of */
export function runOf(index: TraceModel, { node, item }: Place): LineRun | undefined {
  if (item > RUN_HEADS) return undefined;
  return index.insight.runs.get(node)?.find((run) => runHead(run) === item);
}

/** @returns the run that a line stands in */
export function runAround(index: TraceModel, { node, item }: Place): LineRun | undefined {
  if (item < 0) return undefined;
  return index.insight.runs.get(node)?.find(({ first, end }) => item >= first && item < end);
}

function runKey(run: LineRun): string {
  return `lines-${run.key}`;
}

/** Runs start closed, and open with everything else, as groups do. */
export function isRunFolded(folding: Folding, run: LineRun): boolean {
  return (folding.mode !== "none") !== folding.except.includes(runKey(run));
}

/** @returns whether a place is inside of its node: a log, an event, a run of them, or what stands for more */
export function isItemPlace({ item }: Place): boolean {
  return item >= 0 || item === MORE_ITEMS || item <= RUN_HEADS;
}

/** @returns what folding calls the branch, the group or the run that a place heads */
export function foldKey(index: TraceModel, place: Place): string | undefined {
  const run = runOf(index, place);
  if (run !== undefined) return runKey(run);
  const group = place.item === SIMILAR_GROUP ? groupOf(index, place.node) : undefined;
  return group === undefined ? index.nodes[place.node]?.key : groupKey(group);
}

export function buildRows(index: TraceModel, options: RowOptions): TraceRows {
  const { folding } = options;
  const except = new Set(folding.except);
  const turned = nodesOf(index, folding.except);
  const allOf = nodesOf(index, options.unfolded);
  const { startsClosed } = index.insight;
  const isClosedAtFirst = (i: number) =>
    folding.mode === "start" ? startsClosed[i] === 1 : folding.mode === "all";
  const { groups } = index.insight.similar;
  const { runs } = index.insight;
  const isRunOpen = (run: LineRun) => (folding.mode === "none") !== except.has(runKey(run));
  const folded = new Set(groups.filter((group) => isGroupFolded(folding, group)));
  const node: number[] = [];
  const item: number[] = [];
  const push = (atNode: number, atItem: number) => {
    node.push(atNode);
    item.push(atItem);
  };
  const pushItems = (current: TraceNode, i: number) => {
    if (current.items.length === 0) return;
    const all = unitsOf(current.items, runs.get(i));
    const shown = allOf.has(i) ? all : firstUnits(current.items, all);
    for (const unit of shown) {
      if (typeof unit === "number") {
        push(i, unit);
        continue;
      }
      push(i, runHead(unit));
      if (isRunOpen(unit)) for (let at = unit.first; at < unit.end; at++) push(i, at);
    }
    if (shown.length < all.length) push(i, MORE_ITEMS);
  };
  for (let i = 0; i < index.nodes.length;) {
    const current = index.nodes[i];
    if (current === undefined) break;
    const group = groupOf(index, i);
    if (group?.members[0] === i) push(i, SIMILAR_GROUP);
    const isHidden = group !== undefined && folded.has(group);
    if (!isHidden) push(i, NODE_ITSELF);
    if (isHidden || isClosedAtFirst(i) !== turned.has(i)) {
      i = index.subtreeEnd[i] ?? i + 1;
      continue;
    }
    if (options.showItems) pushItems(current, i);
    i++;
  }
  return { length: node.length, node: Int32Array.from(node), item: Int32Array.from(item) };
}

/** What takes one row of a span: an item, or a run of similar lines. */
type Unit = number | LineRun;

/** @returns units in the order of time */
function unitsOf(items: readonly TraceItem[], runs: readonly LineRun[] = []): readonly Unit[] {
  const units: Unit[] = [];
  let at = 0;
  for (const run of runs) {
    while (at < run.first) units.push(at++);
    units.push(run);
    at = run.end;
  }
  while (at < items.length) units.push(at++);
  return units;
}

/** @returns all units, or failures and then the earliest up to the limit; in their order */
function firstUnits(items: readonly TraceItem[], units: readonly Unit[]): readonly Unit[] {
  if (units.length <= ITEMS_SHOWN_MAX) return units;
  const ranks = units.map((unit) => (typeof unit === "number" ? rank(items[unit]) : 1));
  const numbers = units.map((_, i) => i);
  const ranked = numbers.toSorted((a, b) => (ranks[a] ?? 1) - (ranks[b] ?? 1) || a - b);
  return ranked
    .slice(0, ITEMS_SHOWN_MAX)
    .toSorted((a, b) => a - b)
    .flatMap((i) => units[i] ?? []);
}

/** @returns how many logs and events of a node stand behind its row for more */
export function hiddenItems(index: TraceModel, node: number): number {
  const items = index.nodes[node]?.items ?? [];
  const shown = firstUnits(items, unitsOf(items, index.insight.runs.get(node)));
  const count = (unit: Unit) => (typeof unit === "number" ? 1 : unit.end - unit.first);
  return items.length - shown.reduce<number>((sum, unit) => sum + count(unit), 0);
}

function rank(item: TraceItem | undefined): number {
  return item !== undefined && isFailureItem(item) ? 0 : 1;
}

export function isFailureItem(item: TraceItem): boolean {
  if (item.kind === "event") return item.event.name === "exception";
  return isFailure(toSeverity(item.log.severityNumber, item.log.severityText));
}

/** @returns the row of a place, or the nearest visible row that contains it; -1 when there are no rows */
export function rowOf(rows: TraceRows, index: TraceModel, place: Place): number {
  let nodeRow = -1;
  for (let row = firstRowOfNode(rows, place.node); row < rows.length; row++) {
    if (rows.node[row] !== place.node) break;
    if (rows.item[row] === place.item) return row;
    if (nodeRow < 0 || rows.item[row] === NODE_ITSELF) nodeRow = row;
  }
  if (nodeRow >= 0) return nodeRow;
  return rowOfWhatHides(rows, index, place.node);
}

/** The nearest branch or group above that has a row. */
function rowOfWhatHides(rows: TraceRows, index: TraceModel, from: number): number {
  for (let node = from; node >= 0; node = index.parent[node] ?? -1)
    for (const shown of [node, groupOf(index, node)?.members[0] ?? node]) {
      const row = firstRowOfNode(rows, shown);
      if (rows.node[row] === shown) return row;
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

/** The names of rows that are no logs, where the URL names a log. */
const ROW_NAMES: readonly (readonly [item: number, name: string])[] = [
  [MORE_ITEMS, "more"],
  [SIMILAR_GROUP, "similar"],
];

export function toSelection(index: TraceModel, place: Place): Selection {
  const node = index.nodes[place.node];
  if (node === undefined) return {};
  const run = runOf(index, place);
  if (run !== undefined) return { span: node.key, log: runKey(run) };
  const log = node.items[place.item]?.key ?? ROW_NAMES.find(([item]) => item === place.item)?.[1];
  return log === undefined ? { span: node.key } : { span: node.key, log };
}

/** @returns where the selection is; a log without its span is looked for everywhere; undefined when it is not there */
export function findSelection(index: TraceModel, selection: Selection): Place | undefined {
  const { span, log } = selection;
  const node = span === undefined ? undefined : index.nodeByKey.get(span);
  if (node !== undefined)
    return { node, item: log === undefined ? NODE_ITSELF : itemNamed(index, node, log) };
  if (log === undefined) return undefined;
  for (const at of index.nodes.keys()) {
    const item = itemKeyed(index, at, log);
    if (item >= 0) return { node: at, item };
  }
  return undefined;
}

/** @returns the node itself when nothing in it has the name */
function itemNamed(index: TraceModel, node: number, log: string): number {
  const special = ROW_NAMES.find(([, name]) => name === log)?.[0];
  if (special !== undefined) return special;
  const run = index.insight.runs.get(node)?.find((one) => runKey(one) === log);
  if (run !== undefined) return runHead(run);
  const item = itemKeyed(index, node, log);
  return item < 0 ? NODE_ITSELF : item;
}

function itemKeyed(index: TraceModel, node: number, key: string): number {
  return index.nodes[node]?.items.findIndex((one) => one.key === key) ?? -1;
}

/** @returns the folding with everything open that hides the place */
export function reveal(index: TraceModel, folding: Folding, place: Place): Folding {
  const turned = new Set<string>();
  const openGroup = (node: number) => {
    const group = groupOf(index, node);
    if (group !== undefined && isGroupFolded(folding, group)) turned.add(groupKey(group));
  };
  if (place.item !== SIMILAR_GROUP) openGroup(place.node);
  const run = runAround(index, place);
  if (run !== undefined && isRunFolded(folding, run)) turned.add(runKey(run));
  const first = isItemPlace(place) ? place.node : (index.parent[place.node] ?? -1);
  for (let node = first; node >= 0; node = index.parent[node] ?? -1) {
    if (isFolded(index, folding, node)) turned.add(index.nodes[node]?.key ?? "");
    openGroup(node);
  }
  if (turned.size === 0) return folding;
  const kept = folding.except.filter((key) => !turned.delete(key));
  return { mode: folding.mode, except: [...kept, ...turned] };
}

/** @returns every failed span and failure item, in reading order */
export function errorPlaces(index: TraceIndex): readonly Place[] {
  const places: Place[] = [];
  index.nodes.forEach((node, i) => {
    if (node.kind === "span" && node.isError) places.push({ node: i, item: NODE_ITSELF });
    node.items.forEach((item, number) => {
      if (isFailureItem(item)) places.push({ node: i, item: number });
    });
  });
  return places;
}

/** @returns the next place after (or before) the current one, around the end; undefined when there are none */
export function nextPlace(
  places: readonly Place[],
  current: Place | undefined,
  direction: 1 | -1,
): Place | undefined {
  if (current === undefined) return direction === 1 ? places[0] : places.at(-1);
  const at = itemOrder(current);
  const isPast = (place: Place) =>
    (place.node - current.node || itemOrder(place) - at) * direction > 0;
  return direction === 1
    ? (places.find(isPast) ?? places[0])
    : (places.findLast(isPast) ?? places.at(-1));
}

/** A run stands right before its first line. */
function itemOrder({ item }: Place): number {
  return item <= RUN_HEADS ? RUN_HEADS - item - 0.5 : item;
}

/** Where the failure began comes first; from an error on, the others in reading order. */
export function nextError(
  index: TraceModel,
  errors: readonly Place[],
  cursor: Place | undefined,
  direction: 1 | -1,
): Place | undefined {
  const { blame } = index.insight;
  const isAtError = errors.some(({ node, item }) => node === cursor?.node && item === cursor.item);
  if (!isAtError && blame !== undefined) return { node: blame.node, item: NODE_ITSELF };
  return nextPlace(errors, cursor, direction);
}

/**
 * @param part half-open: the nodes to look at
 * @returns places whose name, service, id, attribute or message holds the text, ignoring case
 */
export function findPlaces(
  index: TraceIndex,
  text: string,
  part: { readonly from: number; readonly to: number } = { from: 0, to: index.nodes.length },
): readonly Place[] {
  const needle = text.trim().toLowerCase();
  if (needle === "") return [];
  const holds = (hay: string) => hay.toLowerCase().includes(needle);
  const anyHolds = (attributes: Readonly<Record<string, string>>) =>
    Object.entries(attributes).some(([key, value]) => holds(value) || holds(key));
  return index.nodes.slice(part.from, part.to).flatMap((node, offset) => {
    const i = part.from + offset;
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
