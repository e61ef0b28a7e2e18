import type { SqlRows } from "@throughline/query/wire";
import { useMemo } from "react";
import { formatExact } from "../lib/format.ts";
import type { TimeRange } from "../lib/time-range.ts";
import { readParam } from "../lib/url-state.ts";
import { toVisibleLine } from "../lib/visible-text.ts";
import { Select } from "../ui/controls.tsx";
import { EmptyState } from "../ui/states.tsx";
import { useUrl } from "../ui/use-url.ts";
import { OneLine } from "../ui/visible-text.tsx";
import { BarTable } from "./bar-table.tsx";
import { measuresOf, type SqlChart, toChart } from "./chart-data.ts";
import { SeriesChart, SERIES_TOKENS } from "./series-chart.tsx";
import { SeriesTable } from "./series-table.tsx";
import styles from "./sql.module.css";

interface ResultChartProps {
  readonly result: SqlRows;
  readonly onRange: (range: TimeRange) => void;
}

/** A result as lines over time, or as a bar for each name; which column is drawn stands in the URL. */
export function ResultChart({ result, onRange }: ResultChartProps) {
  const { search } = useUrl();
  const measure = readParam(search, "y");
  const chart = useMemo(() => toChart(result, measure), [result, measure]);
  if (chart.kind === "none")
    return (
      <EmptyState title="Nothing to draw">
        <p>{chart.why} The rows are as they were.</p>
      </EmptyState>
    );
  return (
    <figure className={styles.chart} aria-label="Result as a chart">
      <figcaption className={styles.caption}>
        <Legend chart={chart} />
        <LeftOut chart={chart} isCut={!result.meta.complete} rows={result.rows.length} />
        <Measure result={result} measure={measure} chart={chart} />
        {chart.kind === "time" ? <SeriesTable {...chart} /> : null}
      </figcaption>
      {chart.kind === "time" ? (
        <SeriesChart {...chart} onRange={onRange} />
      ) : (
        <BarTable chart={chart} />
      )}
    </figure>
  );
}

type Drawn = Exclude<SqlChart, { kind: "none" }>;

function Legend({ chart }: { readonly chart: Drawn }) {
  if (chart.kind === "bars")
    return (
      <ul>
        <li>
          <OneLine text={chart.valueName} />
          {" by "}
          <OneLine text={chart.labelName} />
        </li>
      </ul>
    );
  return (
    <ul aria-label="Lines">
      {chart.series.map(({ label }, at) => (
        <li key={label} title={toVisibleLine(label)}>
          <span
            className={styles.swatch}
            style={{ background: `var(${SERIES_TOKENS[at]})` }}
            aria-hidden="true"
          />
          <OneLine text={label} />
        </li>
      ))}
    </ul>
  );
}

interface LeftOutProps {
  readonly chart: Drawn;
  /** There were more rows than were given. */
  readonly isCut: boolean;
  readonly rows: number;
}

/** What the chart does not show, where that is something. */
function LeftOut({ chart, isCut, rows }: LeftOutProps) {
  const [drawn, all, what] =
    chart.kind === "time"
      ? [chart.series.length, chart.seriesCount, "lines, the largest"]
      : [chart.bars.length, chart.barCount, "bars, the first"];
  return (
    <>
      {all > drawn ? (
        <span className={styles.cut}>
          {formatExact(drawn)} of {formatExact(all)} {what}
        </span>
      ) : null}
      {isCut ? (
        <span className={styles.cut}>of the first {formatExact(rows)} rows; there are more</span>
      ) : null}
    </>
  );
}

interface MeasureProps {
  readonly result: SqlRows;
  readonly measure: string;
  readonly chart: Drawn;
}

function Measure({ result, measure, chart }: MeasureProps) {
  const { replace } = useUrl();
  const measures = measuresOf(result);
  if (measures.length < 2) return null;
  const isAll =
    chart.kind === "time" && chart.series.every(({ label }) => measures.includes(label));
  const known = measures.includes(measure) ? measure : "";
  return (
    <Select
      label="Of"
      value={known}
      options={[
        ["", isAll ? "all numbers" : (measures[0] ?? "")],
        ...(isAll ? measures : measures.slice(1)).map((name) => [name, name] as const),
      ]}
      onChange={(y) => replace({ y: y === "" ? undefined : y })}
    />
  );
}
