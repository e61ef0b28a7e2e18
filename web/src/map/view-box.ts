/** Pure: which part of the map is looked at, and its text in the URL. */
import type { Box, Flow } from "./geometry.ts";

export interface View {
  /** Middle of what is seen, in units of the map. */
  readonly x: number;
  readonly y: number;
  /** 1 shows all of it. */
  readonly zoom: number;
}

const ZOOM_MIN = 0.5;
const ZOOM_MAX = 8;
/** One press of an arrow moves by this share of what is seen. */
const PAN_SHARE = 0.15;

/**
 * What is shown before anybody moved: all of the map, and where its words would get too small for that, its beginning.
 * @param unitsPerPx of all of it: 1 and more
 */
export function firstView(box: Box, unitsPerPx: number, flow: Flow): View {
  const whole = wholeView(box);
  const zoom = Math.min(ZOOM_MAX, unitsPerPx);
  const [width, height] = [box.width / zoom, box.height / zoom];
  return flow === "right"
    ? { ...whole, x: box.x + width / 2, zoom }
    : { ...whole, y: box.y + height / 2, zoom };
}

export function wholeView(box: Box): View {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2, zoom: 1 };
}

/** @param text `<x>_<y>_<zoom>`; anything else is the first view */
export function parseView(text: string, box: Box, first: View): View {
  const match = /^(-?\d{1,6})_(-?\d{1,6})_(\d{1,2}(?:\.\d{1,2})?)$/.exec(text);
  if (match === null) return first;
  return clamp({ x: Number(match[1]), y: Number(match[2]), zoom: Number(match[3]) }, box);
}

/** @returns empty for the first view */
export function formatView(view: View, first: View): string {
  const isFirst =
    Math.abs(view.zoom - first.zoom) < 0.01 &&
    Math.abs(view.x - first.x) < 1 &&
    Math.abs(view.y - first.y) < 1;
  if (isFirst) return "";
  return `${Math.round(view.x)}_${Math.round(view.y)}_${Math.round(view.zoom * 100) / 100}`;
}

/** The middle stays on the map, so that nobody gets lost. */
function clamp({ x, y, zoom }: View, box: Box): View {
  return {
    x: Math.min(box.x + box.width, Math.max(box.x, x)),
    y: Math.min(box.y + box.height, Math.max(box.y, y)),
    zoom: Math.min(ZOOM_MAX, Math.max(ZOOM_MIN, zoom)),
  };
}

/** @param byX in shares of what is seen, to the right; `byY` down */
export function pan(view: View, box: Box, { byX, byY }: { byX: number; byY: number }): View {
  const x = view.x + (byX * box.width) / view.zoom;
  const y = view.y + (byY * box.height) / view.zoom;
  return clamp({ ...view, x, y }, box);
}

export function zoomBy(view: View, box: Box, factor: number): View {
  return clamp({ ...view, zoom: view.zoom * factor }, box);
}

/** @returns the view after a key; undefined for keys that mean nothing here */
export function afterKey(key: string, view: View, box: Box): View | undefined {
  switch (key) {
    case "ArrowLeft":
      return pan(view, box, { byX: -PAN_SHARE, byY: 0 });
    case "ArrowRight":
      return pan(view, box, { byX: PAN_SHARE, byY: 0 });
    case "ArrowUp":
      return pan(view, box, { byX: 0, byY: -PAN_SHARE });
    case "ArrowDown":
      return pan(view, box, { byX: 0, byY: PAN_SHARE });
    case "+":
    case "=":
      return zoomBy(view, box, 1.25);
    case "-":
      return zoomBy(view, box, 0.8);
    case "0":
      return wholeView(box);
    default:
      return undefined;
  }
}

/** @returns what an SVG's `viewBox` says */
export function toViewBox(view: View, box: Box): string {
  const [width, height] = [box.width / view.zoom, box.height / view.zoom];
  return [view.x - width / 2, view.y - height / 2, width, height].map(Math.round).join(" ");
}

/** What the panel covers at the right, and some room. */
const COVERED_PX = 444;

/**
 * @param right of the chosen node, in units of the map
 * @param widthPx of the map on the screen
 * @param unitsPerPx as the view is now
 * @returns the view moved as far as it takes for the node to stand beside the panel
 */
export function beside(
  view: View,
  { right, widthPx, unitsPerPx }: { right: number; widthPx: number; unitsPerPx: number },
): View {
  const edge = view.x + (widthPx / 2 - COVERED_PX) * unitsPerPx;
  return right <= edge ? view : { ...view, x: view.x + right - edge };
}
