import { useEffect, useRef, useState, type PointerEvent } from "react";
import type { ServiceColor } from "../lib/service-color.ts";
import { useResolvedTheme } from "../ui/theme.ts";
import { drawMinimap, MINIMAP_PX } from "./draw-minimap.ts";
import { clampScale, type TimeScale } from "./time-scale.ts";
import type { TraceIndex } from "./trace-index.ts";
import styles from "./trace.module.css";

interface MinimapViewProps {
  readonly index: TraceIndex;
  readonly colors: ReadonlyMap<string, ServiceColor>;
  readonly scale: TimeScale;
  readonly onScale: (scale: TimeScale) => void;
}

/** Longer than a frame takes that puts rows or a panel on the screen. */
const PAUSE_MS = 60;

/** The whole trace in small. Dragging chooses the part to look at; the keys `=`, `-`, `,` and `.` do the same. */
export function MinimapView({ index, colors, scale, onScale }: MinimapViewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useResolvedTheme();
  const [width, setWidth] = useState(0);
  const [drag, setDrag] = useState<readonly [number, number]>();
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (width === 0) return undefined;
    // The rows come first, and so does what made this narrower; until then the picture there is is stretched.
    const aborted = new AbortController();
    const timer = setTimeout(() => {
      if (canvas.current === null) return;
      // Aborted when there is something newer to paint.
      drawMinimap(canvas.current, { index, colors, width }, aborted.signal).catch(() => undefined);
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      aborted.abort();
    };
  }, [index, colors, width, theme]);
  const shareOf = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  const finish = () => {
    if (drag !== undefined) {
      const [from, to] = [Math.min(...drag) * index.totalNs, Math.max(...drag) * index.totalNs];
      const isClick = (to - from) / index.totalNs < 0.005;
      onScale(
        isClick
          ? { fromNs: 0, toNs: index.totalNs }
          : clampScale({ fromNs: from, toNs: to }, index.totalNs),
      );
    }
    setDrag(undefined);
  };
  const shown =
    drag === undefined
      ? [scale.fromNs / index.totalNs, scale.toNs / index.totalNs]
      : [Math.min(...drag), Math.max(...drag)];
  const [left = 0, right = 1] = shown;
  return (
    <div
      className={styles.minimap}
      aria-hidden="true"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag([shareOf(event), shareOf(event)]);
      }}
      onPointerMove={(event) => {
        if (drag !== undefined) setDrag([drag[0], shareOf(event)]);
      }}
      onPointerUp={finish}
    >
      <canvas ref={canvas} style={{ height: MINIMAP_PX }} />
      {left > 0 ? (
        <span className={styles.shade} style={{ left: 0, width: `${left * 100}%` }} />
      ) : null}
      {right < 1 ? (
        <span className={styles.shade} style={{ right: 0, width: `${(1 - right) * 100}%` }} />
      ) : null}
    </div>
  );
}
