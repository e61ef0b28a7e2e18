import { formatDuration, formatPercent, plural } from "../../../lib/format.ts";
import type { ServiceColor } from "../../../lib/service-color.ts";
import { severityLetter, toSeverity, type Severity } from "../../../lib/severity.ts";
import { isOnPath } from "../../critical-path.ts";
import { rowLabel } from "../../row-label.ts";
import { toBar, toFraction, type TimeScale } from "../../time-scale.ts";
import { hasInside, type SpanNode, type TraceItem, type TraceNode } from "../../trace-index.ts";
import { canClose, isClosed } from "../../trace-keys.ts";
import type { TraceModel } from "../../trace-model.ts";
import {
  groupOf,
  hiddenItems,
  isFailureItem,
  isItemPlace,
  MORE_ITEMS,
  NODE_ITSELF,
  runAround,
  runOf,
  type Place,
} from "../../trace-rows.ts";
import type { TraceState } from "../../use-trace-state.ts";
import { at, h, oneLine } from "./dom.ts";

export const ROW_PX = 24;
const LEVEL_PX = 14;
const LEVELS_SHOWN = 12;

export interface RowContext {
  readonly index: TraceModel;
  readonly state: TraceState;
  readonly colors: ReadonlyMap<string, ServiceColor>;
}

/** What a row shows in its three columns. */
interface Cells {
  readonly name: readonly (Node | string | undefined)[];
  readonly number: string;
  readonly line: readonly (Node | undefined)[];
}

/** One row, whatever it stands for, with its role in the tree. */
export function drawRow(context: RowContext, place: Place, row: number): HTMLElement {
  const { index, state } = context;
  const { node, item } = place;
  const isCurrent = row === state.cursorRow;
  const current = index.nodes[node];
  const level = (index.depth[node] ?? 0) + (isItemPlace(place) ? 2 : 1);
  const { name, number, line } = cellsOf(context, place);
  const element = h(
    "div",
    {
      id: `row-${row}`,
      role: "row",
      class: [
        "row",
        isCurrent && state.isOpen ? "selected" : isCurrent ? "cursor" : "",
        current?.kind === "span" && current.isError && item === NODE_ITSELF ? "failed" : "",
      ].join(" "),
      "aria-rowindex": String(row + 2),
      "aria-level": String(level),
      "aria-selected": String(isCurrent && state.isOpen),
      "aria-label": rowLabel(index, node, item),
      "aria-expanded": canClose(index, place) ? String(!isClosed(index, state, place)) : undefined,
      "data-row": String(row),
    },
    h("span", { role: "gridcell", class: "name" }, indent(context, place), ...name),
    h("span", { role: "gridcell", class: "number" }, number),
    h("span", { role: "gridcell", class: "line" }, ...line),
  );
  element.style.transform = `translateY(${row * ROW_PX}px)`;
  return element;
}

/** Deep rows stand under each other and say their depth in digits. */
function indent({ index, state }: RowContext, place: Place): HTMLElement {
  const inRun = runAround(index, place) !== undefined ? 1 : 0;
  const depth = (index.depth[place.node] ?? 0) + (isItemPlace(place) ? 1 : 0) + inRun;
  const space = h("span", { class: "indent", "aria-hidden": "true" });
  space.style.width = `${Math.min(depth, LEVELS_SHOWN) * LEVEL_PX}px`;
  const isOpen = canClose(index, place) && !isClosed(index, state, place);
  const toggle = canClose(index, place)
    ? h("span", { class: "toggle", "data-toggle": "", "aria-hidden": "true" }, isOpen ? "▾" : "▸")
    : h("span", { class: "toggle" });
  const digits =
    depth > LEVELS_SHOWN
      ? h("span", { class: "depth", "aria-hidden": "true" }, String(depth))
      : undefined;
  return h("span", { class: "lead" }, space, digits, toggle);
}

function cellsOf(context: RowContext, place: Place): Cells {
  const { index } = context;
  const node = index.nodes[place.node];
  const run = runOf(index, place);
  const item = node?.items[place.item];
  if (node === undefined) return { name: [], number: "", line: [] };
  if (run !== undefined) return runCells(context, node, run);
  if (item !== undefined) return itemCells(context, item);
  if (place.item === MORE_ITEMS)
    return {
      name: [h("span", { class: "more" }, plural(hiddenItems(index, place.node), "more log"))],
      number: "",
      line: [],
    };
  if (place.item !== NODE_ITSELF) return groupCells(context, place.node);
  if (node.kind === "span") return spanCells(context, node, place.node);
  const words =
    node.kind === "missing"
      ? `parent span ${node.parentSpanId.slice(0, 8)} is not stored`
      : "Logs without a stored span";
  return { name: [h("span", { class: "note" }, oneLine(words))], number: "", line: [] };
}

function spanCells(context: RowContext, node: SpanNode, at: number): Cells {
  const { index, state } = context;
  const { span, isError } = node;
  const durationNs = index.durationNs[at] ?? 0;
  const inside = (index.subtreeEnd[at] ?? 0) - at - 1;
  const isShut = hasInside(index, at) && isClosed(index, state, { node: at, item: NODE_ITSELF });
  return {
    name: [
      swatch(context, span.serviceName),
      isError ? h("span", { class: "failure", title: "error" }, "✕") : undefined,
      h("span", { class: "service" }, oneLine(span.serviceName)),
      h("span", { class: "title" }, oneLine(span.name)),
      isShut && inside > 0 ? h("span", { class: "pill" }, plural(inside, "span")) : undefined,
    ],
    number: formatDuration(durationNs),
    line: [
      bar(context, {
        service: span.serviceName,
        startNs: index.startNs[at] ?? 0,
        durationNs,
        isError,
      }),
      ...(state.showPath ? pathLines(index, at, state.scale) : []),
      ...(isShut || !state.showItems
        ? node.items.slice(0, 60).map((item) => mark(state.scale, item))
        : []),
    ],
  };
}

function swatch({ colors }: RowContext, service: string): HTMLElement {
  return coloured(h("span", { class: "swatch", "aria-hidden": "true" }), colors, service);
}

function coloured(
  element: HTMLElement,
  colors: RowContext["colors"],
  service: string,
): HTMLElement {
  const color = colors.get(service);
  element.style.setProperty("--color", `var(--svc-${color?.index ?? "none"})`);
  if (color?.hatched === true) element.classList.add("hatched");
  return element;
}

interface BarInput {
  readonly service: string;
  readonly startNs: number;
  readonly durationNs: number;
  readonly isError: boolean;
}

function bar({ state, colors }: RowContext, input: BarInput): HTMLElement | undefined {
  const shown = toBar(state.scale, input.startNs, input.durationNs);
  if (shown === undefined) return undefined;
  const element = h("span", {
    class: input.isError ? "bar failed" : "bar",
    "aria-hidden": "true",
  });
  return coloured(at(element, shown.left, shown.width), colors, input.service);
}

/** What the request waited for: the span's own parts of it. */
function pathLines(index: TraceModel, node: number, scale: TimeScale): readonly Node[] {
  const { path } = index.insight;
  if (!isOnPath(path, node)) return [];
  const lines: Node[] = [];
  for (let i = path.first[node] ?? 0; i < (path.first[node + 1] ?? 0); i++) {
    const fromNs = path.fromNs[i] ?? 0;
    const shown = toBar(scale, fromNs, (path.toNs[i] ?? 0) - fromNs);
    if (shown !== undefined)
      lines.push(at(h("span", { class: "path", "aria-hidden": "true" }), shown.left, shown.width));
  }
  return lines;
}

function mark(scale: TimeScale, item: TraceItem): Node | undefined {
  const share = toFraction(scale, item.atNs);
  if (share < 0 || share > 1) return undefined;
  const name = isFailureItem(item) ? "mark failed" : "mark";
  return at(h("span", { class: name, "aria-hidden": "true" }), share);
}

function itemCells({ state }: RowContext, item: TraceItem): Cells {
  const severity =
    item.kind === "log" ? toSeverity(item.log.severityNumber, item.log.severityText) : "UNSET";
  const text = item.kind === "log" ? item.log.body || item.log.eventName : eventText(item);
  const share = toFraction(state.scale, item.atNs);
  const point = h("span", { class: `point ${severity}`, "aria-hidden": "true" });
  return {
    name: [
      item.kind === "log" ? badge(severity) : h("span", { class: "badge", title: "event" }, "◇"),
      h("span", { class: isFailureItem(item) ? "message failure" : "message" }, oneLine(text)),
    ],
    number: sinceStart(item.atNs),
    line: share >= 0 && share <= 1 ? [at(point, share)] : [],
  };
}

function eventText({ event }: Extract<TraceItem, { kind: "event" }>): string {
  const { "exception.type": type, "exception.message": message } = event.attributes;
  return message === undefined ? (type ?? event.name) : `${type ?? event.name}: ${message}`;
}

export function badge(severity: Severity): HTMLElement {
  return h("span", { class: `badge ${severity}`, title: severity }, severityLetter(severity));
}

export function sinceStart(ns: number): string {
  return `${ns < 0 ? "" : "+"}${formatDuration(ns)}`;
}

function runCells(
  { state }: RowContext,
  node: TraceNode,
  run: NonNullable<ReturnType<typeof runOf>>,
): Cells {
  const lines = node.items.slice(run.first, run.end);
  return {
    name: [
      badge(run.severity),
      h("span", { class: "times" }, `× ${lines.length}`),
      h("span", { class: "message" }, oneLine(run.template)),
    ],
    number: sinceStart(lines[0]?.atNs ?? 0),
    line: lines.slice(0, 200).map((item) => mark(state.scale, item)),
  };
}

function groupCells(context: RowContext, node: number): Cells {
  const { index } = context;
  const group = groupOf(index, node);
  const current = index.nodes[node];
  if (group === undefined || current?.kind !== "span") return { name: [], number: "", line: [] };
  const { serviceName, name } = current.span;
  return {
    name: [
      swatch(context, serviceName),
      h("span", { class: "times" }, `× ${group.members.length}`),
      h("span", { class: "service" }, oneLine(serviceName)),
      h("span", { class: "title" }, oneLine(name)),
      h(
        "span",
        { class: "note" },
        `p50 ${formatDuration(group.p50Ns)} · max ${formatDuration(group.maxNs)}`,
      ),
    ],
    number: `Σ ${formatDuration(group.totalNs)}`,
    line: group.members.slice(0, 200).map((member) =>
      bar(context, {
        service: serviceName,
        startNs: index.startNs[member] ?? 0,
        durationNs: index.durationNs[member] ?? 0,
        isError: false,
      }),
    ),
  };
}

export function shareOfTrace(index: TraceModel, node: number): string {
  return `${formatPercent((index.durationNs[node] ?? 0) / index.totalNs)} of the trace`;
}
