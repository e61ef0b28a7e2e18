import { useEffect, useRef, useState } from "react";
import { readColor } from "../../ui/read-color.ts";
import { useResolvedTheme } from "../../ui/theme.ts";
import type { Heat } from "./heat.ts";
import { paintHeat } from "./paint.ts";
import styles from "./heatmap.module.css";

const PLOT_PX = 128;

/** The cells. What they say is told by the figure's words and table. */
export function HeatCanvas({ heat }: { readonly heat: Heat }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useResolvedTheme();
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (width > 0 && canvas.current !== null) draw(canvas.current, heat, width);
  }, [heat, width, theme]);
  return <canvas ref={canvas} className={styles.canvas} aria-hidden="true" />;
}

function draw(canvas: HTMLCanvasElement, heat: Heat, cssWidth: number): void {
  const ratio = window.devicePixelRatio;
  const context = canvas.getContext("2d");
  if (context === null) return;
  canvas.width = Math.round(cssWidth * ratio);
  canvas.height = Math.round(PLOT_PX * ratio);
  paintHeat(context, heat, {
    colors: {
      background: readColor("--bg"),
      weak: readColor("--accent"),
      strong: readColor("--text"),
      error: readColor("--error-fill"),
    },
    size: { width: canvas.width, height: canvas.height, ratio },
  });
}
