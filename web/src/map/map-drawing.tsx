import { Maximize, Minus, Plus } from "lucide-react";
import type { ServiceMap } from "@throughline/query/wire";
import { useEffect, useMemo, useRef, useState, type PointerEvent } from "react";
import { Link } from "wouter";
import { useSize } from "../charts/use-size.ts";
import { formatExact, formatPercent } from "../lib/format.ts";
import { patchSearch, readParam } from "../lib/url-state.ts";
import { toVisibleLine } from "../lib/visible-text.ts";
import { IconButton } from "../ui/controls.tsx";
import { cx } from "../ui/cx.ts";
import { useUrl } from "../ui/use-url.ts";
import { NODE } from "./geometry.ts";
import {
  draw,
  errorShare,
  overflow,
  type Area,
  type DrawnEdge,
  type Drawing,
} from "./map-model.ts";
import { NodeShape } from "./node-shape.tsx";
import {
  afterKey,
  beside,
  firstView,
  formatView,
  pan,
  parseView,
  toViewBox,
  wholeView,
  zoomBy,
  type View,
} from "./view-box.ts";
import styles from "./map.module.css";

interface MapDrawingProps {
  readonly map: Pick<ServiceMap, "nodes" | "edges">;
  /** Of the counted time, above 0. */
  readonly minutes: number;
}

/** The map: moved by dragging or arrows, zoomed by Ctrl and the wheel, `+` and `-`, whole with `0`. */
export function MapDrawing({ map, minutes }: MapDrawingProps) {
  const [area, size] = useSize();
  const drawing = useMemo(() => draw(map, size), [map, size]);
  return (
    <div className={styles.frame} ref={area}>
      {size.widthPx === 0 ? null : <Moved drawing={drawing} minutes={minutes} size={size} />}
    </div>
  );
}

interface MovedProps {
  readonly drawing: Drawing;
  readonly minutes: number;
  readonly size: Area;
}

function Moved({ drawing, minutes, size }: MovedProps) {
  const { search, replace } = useUrl();
  const { box } = drawing;
  const written = readParam(search, "z");
  const [moved, setMoved] = useState<View>();
  const area = useRef<HTMLDivElement>(null);
  const chosen = drawing.nodes.find(({ node }) => node.id === readParam(search, "node"));
  const unitsPerPx = overflow(box, size);
  const first = firstView(box, unitsPerPx, drawing.flow);
  const still = parseView(written, box, first);
  const view =
    moved ??
    (chosen === undefined || written !== ""
      ? still
      : beside(still, {
          right: chosen.x + NODE.width,
          widthPx: size.widthPx,
          unitsPerPx: unitsPerPx / still.zoom,
        }));
  const settle = (next: View) => {
    setMoved(undefined);
    replace({ z: formatView(next, first) });
  };
  const drag = useDrag({ area, view, onMove: (by) => setMoved(pan(view, box, by)) });
  useWheelZoom(area, (factor) => settle(zoomBy(view, box, factor)));
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- moves as a scrollable region does */}
      <div
        ref={area}
        className={styles.area}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the same
        tabIndex={0}
        role="group"
        aria-label="Service map. Arrows move it, plus and minus zoom, 0 shows all of it"
        data-own-keys=""
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          const next = afterKey(event.key, view, box);
          if (next === undefined) return;
          event.preventDefault();
          settle(next);
        }}
        onPointerDown={drag.start}
        onPointerMove={drag.move}
        onPointerUp={() => {
          drag.end();
          if (moved !== undefined) settle(moved);
        }}
      >
        <MapSvg drawing={drawing} minutes={minutes} viewBox={toViewBox(view, box)} />
      </div>
      <div className={styles.zoom}>
        <IconButton label="Zoom in (+)" onClick={() => settle(zoomBy(view, box, 1.25))}>
          <Plus size={15} aria-hidden="true" />
        </IconButton>
        <IconButton label="Zoom out (-)" onClick={() => settle(zoomBy(view, box, 0.8))}>
          <Minus size={15} aria-hidden="true" />
        </IconButton>
        <IconButton label="Show all of the map (0)" onClick={() => settle(wholeView(box))}>
          <Maximize size={15} aria-hidden="true" />
        </IconButton>
      </div>
    </>
  );
}

interface MapSvgProps extends Pick<MovedProps, "drawing" | "minutes"> {
  readonly viewBox: string;
}

/** Lines below nodes, labels above both; a node is a link that opens its panel. */
function MapSvg({ drawing, minutes, viewBox }: MapSvgProps) {
  const { search } = useUrl();
  const chosen = readParam(search, "node");
  return (
    <svg className={styles.svg} viewBox={viewBox}>
      <g aria-hidden="true">
        {drawing.edges.map((edge) => (
          <EdgeLine key={edge.key} edge={edge} chosen={chosen} />
        ))}
      </g>
      {drawing.nodes.map((drawn) => (
        <Link
          key={drawn.node.id}
          href={`/map?${patchSearch(search, { node: drawn.node.id })}`}
          className={cx(styles.node, chosen === drawn.node.id && styles.chosen)}
          aria-current={chosen === drawn.node.id ? "true" : undefined}
          data-testid="map-node"
          draggable={false}
        >
          <NodeShape drawn={drawn} minutes={minutes} />
        </Link>
      ))}
      <g aria-hidden="true">
        {drawing.edges.map((edge) => (
          <EdgeLabel key={edge.key} edge={edge} />
        ))}
      </g>
    </svg>
  );
}

interface EdgeLineProps {
  readonly edge: DrawnEdge;
  /** Id of the node whose calls stand out; empty for none. */
  readonly chosen: string;
}

function EdgeLine({ edge, chosen }: EdgeLineProps) {
  const isNear = edge.from.id === chosen || edge.to.id === chosen;
  const tone = edge.errors > 0 ? styles.failingEdge : styles.edge;
  return (
    <path
      d={edge.path}
      className={cx(tone, chosen !== "" && !isNear && styles.faint)}
      strokeWidth={edge.widthPx}
    >
      <title>
        {toVisibleLine(edge.from.name)} calls {toVisibleLine(edge.to.name)}:{" "}
        {formatExact(edge.calls)} calls, {formatPercent(errorShare(edge))} failed
      </title>
    </path>
  );
}

/** Where calls failed, how many: not said by colour alone. */
function EdgeLabel({ edge }: { readonly edge: DrawnEdge }) {
  if (edge.errors === 0) return null;
  const words = formatPercent(errorShare(edge));
  const width = words.length * 6.4 + 22;
  return (
    <g className={styles.label} transform={`translate(${edge.x} ${edge.y})`}>
      <rect x={-width / 2} y={-9} width={width} height={18} rx={9} />
      <text textAnchor="middle" y={4}>
        ✕ {words}
      </text>
    </g>
  );
}

interface Dragging {
  readonly area: { readonly current: HTMLDivElement | null };
  readonly view: View;
  readonly onMove: (by: { byX: number; byY: number }) => void;
}

/** A press that moves less than this is a click. */
const DRAG_MIN_PX = 4;

function useDrag({ area, onMove }: Dragging) {
  const last = useRef<{ x: number; y: number; isDrag: boolean }>(undefined);
  return {
    start: (event: PointerEvent) => {
      if (event.button === 0) last.current = { x: event.clientX, y: event.clientY, isDrag: false };
    },
    move: (event: PointerEvent) => {
      const from = last.current;
      const size = area.current?.getBoundingClientRect();
      if (from === undefined || size === undefined) return;
      const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
      if (!from.isDrag && Math.hypot(dx, dy) < DRAG_MIN_PX) return;
      area.current?.setPointerCapture(event.pointerId);
      last.current = { x: event.clientX, y: event.clientY, isDrag: true };
      onMove({ byX: -dx / size.width, byY: -dy / size.height });
    },
    end: () => {
      last.current = undefined;
    },
  };
}

/** Only with Ctrl or Meta, so that scrolling never gets caught. React's own wheel listener could not prevent the page's zoom. */
function useWheelZoom(
  area: { readonly current: HTMLDivElement | null },
  onZoom: (factor: number) => void,
): void {
  const current = useRef(onZoom);
  useEffect(() => {
    current.current = onZoom;
  });
  useEffect(() => {
    const element = area.current;
    if (element === null) return undefined;
    const listen = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      current.current(event.deltaY < 0 ? 1.12 : 1 / 1.12);
    };
    element.addEventListener("wheel", listen, { passive: false });
    return () => element.removeEventListener("wheel", listen);
  }, [area]);
}
