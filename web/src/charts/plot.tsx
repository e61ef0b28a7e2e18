import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { timeTicks } from "../lib/histogram.ts";
import { useResolvedTheme } from "../ui/theme.ts";
import { CHART_FONT, tokenColor } from "./chart-theme.ts";

/** One line of a chart: a value for each moment, null where there is none. */
export interface ChartLine {
  readonly label: string;
  readonly values: readonly (number | null)[];
  /** Of `tokens.css`, for example `--accent`. */
  readonly token: string;
  readonly widthPx: number;
  /** 0..1; 1 when left out. */
  readonly alpha?: number;
  readonly isDashed?: boolean;
  readonly isFilled?: boolean;
}

export interface PlotProps {
  /** Unix milliseconds, rising. */
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
  readonly fromMs: number;
  readonly toMs: number;
  /** The axis goes from `min`, or 0, to here. */
  readonly max: number;
  /** Below 0; 0 when left out. */
  readonly min?: number;
  /** In pixels, the axes included; nothing is drawn at 0. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly format: (value: number) => string;
  /** Somebody dragged over the chart. */
  readonly onRange: (fromMs: number, toMs: number) => void;
  /** The number of the moment under the pointer. */
  readonly onHover: (at: number | undefined) => void;
}

/** Around the plotted area, fixed, so that what lies over the canvas needs no measuring. */
export const EDGES_PX = { left: 52, right: 12, top: 10, bottom: 24 };
const TICK_WIDTH_PX = 74;
const DAY_MS = 86_400_000;

/** Lines over time on a canvas, drawn by uPlot. Colours are read again when the theme changes. */
export function Plot(props: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const current = useRef(props);
  useEffect(() => {
    current.current = props;
  });
  const theme = useResolvedTheme();
  const { times, lines, fromMs, toMs, max, min, widthPx, heightPx } = props;
  useEffect(() => {
    const target = box.current;
    if (target === null || widthPx === 0) return undefined;
    const values = lines.map((line) => [...line.values]);
    const plot = new uPlot(toOptions(current), [[...times], ...values], target);
    return () => plot.destroy();
  }, [times, lines, fromMs, toMs, max, min, widthPx, heightPx, theme]);
  return <div ref={box} aria-hidden="true" style={{ height: heightPx }} />;
}

function toOptions(current: { readonly current: PlotProps }): uPlot.Options {
  const { lines, fromMs, toMs, max, min = 0, widthPx, heightPx } = current.current;
  return {
    width: widthPx,
    height: heightPx,
    ms: 1,
    padding: [EDGES_PX.top, EDGES_PX.right, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
    scales: {
      x: { time: true, range: () => [fromMs, toMs] },
      y: { range: () => [min, max] },
    },
    axes: axesOf(current.current),
    series: [{}, ...lines.map(toSeries)],
    hooks: {
      setCursor: [(plot) => current.current.onHover(plot.cursor.idx ?? undefined)],
      setSelect: [(plot) => zoom(plot, current.current)],
    },
  };
}

const DRAG_MIN_PX = 5;

function zoom(plot: uPlot, { onRange }: PlotProps): void {
  const { left, width } = plot.select;
  if (width < DRAG_MIN_PX) return;
  const from = plot.posToVal(left, "x");
  const to = plot.posToVal(left + width, "x");
  plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
  onRange(Math.round(from), Math.round(to));
}

function axesOf({ fromMs, toMs, max, min = 0, widthPx, format }: PlotProps): uPlot.Axis[] {
  const grid = tokenColor("--line-soft");
  const words = { stroke: tokenColor("--muted"), font: CHART_FONT };
  const ticksMax = Math.max(2, Math.floor((widthPx - EDGES_PX.left) / TICK_WIDTH_PX));
  return [
    {
      ...words,
      size: EDGES_PX.bottom,
      gap: 4,
      grid: { show: false },
      ticks: { stroke: grid, width: 1, size: 3 },
      splits: () => [...timeTicks(fromMs, toMs, ticksMax)],
      values: (_, splits) => splits.map((ms) => timeLabel(ms, toMs - fromMs)),
    },
    {
      ...words,
      size: EDGES_PX.left,
      gap: 6,
      grid: { stroke: grid, width: 1 },
      ticks: { show: false },
      splits: () => (min < 0 ? [min, 0, max] : [0, max / 2, max]),
      values: (_, splits) => splits.map((value) => (value === 0 ? "0" : format(value))),
    },
  ];
}

function timeLabel(ms: number, widthMs: number): string {
  const date = new Date(ms);
  if (widthMs > 2 * DAY_MS)
    return date.toLocaleDateString("en-GB", { day: "2-digit", month: "short" });
  return date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

const FILL_ALPHA = 0.12;
const DASH_PX = [4, 3];

function toSeries(line: ChartLine): uPlot.Series {
  return {
    label: line.label,
    stroke: tokenColor(line.token, line.alpha),
    width: line.widthPx,
    points: { show: isSparse(line.values), size: 4 },
    ...(line.isDashed === true ? { dash: DASH_PX } : {}),
    ...(line.isFilled === true ? { fill: tokenColor(line.token, FILL_ALPHA) } : {}),
  };
}

/** A value between two that are missing is a line without length: only a point shows it. */
function isSparse(values: readonly (number | null)[]): boolean {
  return values.some(
    (value, at) =>
      value !== null && (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null,
  );
}
