import { type PointerEvent, useRef, useState } from "react";
import { formatDuration, formatExact, plural } from "../../lib/format.ts";
import { timeTicks } from "../../lib/histogram.ts";
import { cellAt, durationTicks, endMs, type Heat, placeAt } from "./heat.ts";
import { HeatCanvas } from "./heat-canvas.tsx";
import styles from "./heatmap.module.css";
import { boxOf, type HeatSelection, selectBetween } from "./selection.ts";
import { axisLabel, clockOf, roundDuration } from "./words.ts";

interface HeatPlotProps {
  readonly heat: Heat;
  readonly selection: HeatSelection | undefined;
  readonly onSelect: (selection: HeatSelection) => void;
}

interface Place {
  readonly column: number;
  readonly row: number;
}

/** Cells, axes, the read-out under the pointer, and the selection by dragging. The fields of "Select" do the same. */
export function HeatPlot({ heat, selection, onSelect }: HeatPlotProps) {
  const plot = useRef<HTMLDivElement>(null);
  const [hover, setHover] = useState<Place>();
  const [from, setFrom] = useState<Place>();
  const placeOf = (event: PointerEvent): Place => {
    const box = plot.current?.getBoundingClientRect();
    if (box === undefined) return { column: 0, row: 0 };
    return placeAt(heat, {
      x: (event.clientX - box.left) / box.width,
      y: (event.clientY - box.top) / box.height,
    });
  };
  const dragged =
    from === undefined || hover === undefined ? undefined : selectBetween(heat, from, hover);
  const shown = dragged ?? selection;
  return (
    <div className={styles.plot}>
      <DurationAxis heat={heat} />
      <div
        ref={plot}
        className={styles.cells}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setFrom(placeOf(event));
          setHover(placeOf(event));
        }}
        onPointerMove={(event) => setHover(placeOf(event))}
        onPointerUp={() => {
          setFrom(undefined);
          if (dragged !== undefined) onSelect(dragged);
        }}
        onPointerCancel={() => setFrom(undefined)}
        onPointerLeave={() => setHover(undefined)}
      >
        <HeatCanvas heat={heat} />
        {shown === undefined ? null : <Selected heat={heat} selection={shown} />}
        {hover === undefined ? null : <ReadOut heat={heat} place={hover} />}
      </div>
      <TimeAxis heat={heat} />
    </div>
  );
}

function Selected({ heat, selection }: { readonly heat: Heat; readonly selection: HeatSelection }) {
  const box = boxOf(heat, selection);
  if (box === undefined || box.width <= 0) return null;
  const percent = (share: number) => `${share * 100}%`;
  return (
    <span
      className={styles.selected}
      style={{
        left: percent(box.left),
        width: percent(box.width),
        top: percent(box.top),
        height: percent(box.height),
      }}
    />
  );
}

function ReadOut({ heat, place }: { readonly heat: Heat; readonly place: Place }) {
  const band = heat.rows[place.row];
  if (band === undefined) return null;
  const { spans, errors } = cellAt(heat, place.column, place.row);
  const startMs = heat.fromMs + place.column * heat.bucketMs;
  const x = (place.column + 0.5) / heat.columns;
  const side =
    x < 0.5 ? { left: `calc(${x * 100}% + 14px)` } : { right: `calc(${(1 - x) * 100}% + 14px)` };
  return (
    <span className={styles.tip} style={side}>
      {clockOf(startMs)} · {formatDuration(band.fromNs)} – {formatDuration(band.toNs)}
      <b>
        {plural(spans, "span")}
        {errors === 0 ? "" : `, ${formatExact(errors)} with errors`}
      </b>
    </span>
  );
}

function DurationAxis({ heat }: { readonly heat: Heat }) {
  return (
    <div className={styles.durations} aria-hidden="true">
      {durationTicks(heat).map(({ ns, share }) => (
        <span key={ns} style={{ bottom: `${share * 100}%` }}>
          {roundDuration(ns)}
        </span>
      ))}
    </div>
  );
}

const TICKS_MAX = 10;

function TimeAxis({ heat }: { readonly heat: Heat }) {
  const widthMs = endMs(heat) - heat.fromMs;
  return (
    <div className={styles.times} aria-hidden="true">
      {timeTicks(heat.fromMs, endMs(heat), TICKS_MAX).map((ms) => (
        <span key={ms} style={{ left: `${((ms - heat.fromMs) / widthMs) * 100}%` }}>
          {axisLabel(ms, widthMs)}
        </span>
      ))}
    </div>
  );
}
