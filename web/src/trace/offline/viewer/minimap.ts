import type { ServiceColor } from "../../../lib/service-color.ts";
import { drawMinimap } from "../../draw-minimap.ts";
import { clampScale, type TimeScale } from "../../time-scale.ts";
import type { TraceModel } from "../../trace-model.ts";
import { at, h } from "./dom.ts";

interface Minimap {
  readonly element: HTMLElement;
  /** Paints it again: the theme is another. */
  readonly paint: () => void;
  /** Shades what is not looked at. */
  readonly show: (scale: TimeScale) => void;
}

/** A part chosen by less is a click, which shows everything again. */
const CLICK_SHARE = 0.005;

/** The whole trace in small; dragging chooses what to look at, as the keys do. */
export function createMinimap(
  index: TraceModel,
  colors: ReadonlyMap<string, ServiceColor>,
  onScale: (scale: TimeScale) => void,
): Minimap {
  const canvas = document.createElement("canvas");
  const before = h("span", { class: "shade" });
  const after = h("span", { class: "shade" });
  const element = h("div", { class: "minimap", "aria-hidden": "true" }, canvas, before, after);
  const { totalNs } = index;
  const shade = (from: number, to: number) => {
    at(before, 0, from);
    at(after, to, 1 - to);
  };
  let shown: TimeScale = { fromNs: 0, toNs: totalNs };
  let painting = new AbortController();
  const paint = () => {
    painting.abort();
    painting = new AbortController();
    const { signal } = painting;
    const width = canvas.clientWidth;
    // Aborted when there is something newer to paint.
    if (width > 0) drawMinimap(canvas, { index, colors, width }, signal).catch(() => undefined);
  };
  new ResizeObserver(paint).observe(canvas);
  onDrag(element, {
    move: (from, to) => shade(from, to),
    end: (from, to) =>
      onScale(
        to - from < CLICK_SHARE
          ? { fromNs: 0, toNs: totalNs }
          : clampScale({ fromNs: from * totalNs, toNs: to * totalNs }, totalNs),
      ),
    cancel: () => shade(shown.fromNs / totalNs, shown.toNs / totalNs),
  });
  return {
    element,
    paint,
    show: (scale) => {
      shown = scale;
      shade(scale.fromNs / totalNs, scale.toNs / totalNs);
    },
  };
}

interface DragHandlers {
  /** In shares of the width, from the left to the right. */
  readonly move: (from: number, to: number) => void;
  readonly end: (from: number, to: number) => void;
  readonly cancel: () => void;
}

function onDrag(element: HTMLElement, { move, end, cancel }: DragHandlers): void {
  let from: number | undefined;
  const shareOf = (event: PointerEvent) => {
    const box = element.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  element.addEventListener("pointerdown", (event) => {
    element.setPointerCapture(event.pointerId);
    from = shareOf(event);
  });
  element.addEventListener("pointermove", (event) => {
    const to = shareOf(event);
    if (from !== undefined) move(Math.min(from, to), Math.max(from, to));
  });
  element.addEventListener("pointerup", (event) => {
    const to = shareOf(event);
    if (from !== undefined) end(Math.min(from, to), Math.max(from, to));
    from = undefined;
  });
  element.addEventListener("pointercancel", () => {
    from = undefined;
    cancel();
  });
}
