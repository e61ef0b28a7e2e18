/** Pure: from a row of a rates statement to figures. */
import { Type, type Static } from "typebox";
import type { RedFigures } from "../wire.ts";

export const FIGURE_COLUMNS = {
  requests: Type.String(),
  errors: Type.String(),
  durationSum: Type.String(),
  /** p50, p90, p95, p99, in nanoseconds. */
  quantiles: Type.Array(Type.String()),
};
const FigureSchema = Type.Object(FIGURE_COLUMNS);
type FigureRow = Static<typeof FigureSchema>;

/** @param row undefined where there was no span */
export function toFigures(row: FigureRow | undefined): RedFigures {
  const [p50 = null, p90 = null, p95 = null, p99 = null] =
    row === undefined || row.requests === "0" ? [] : row.quantiles;
  return {
    requests: Number(row?.requests ?? 0),
    errors: Number(row?.errors ?? 0),
    durationSumNano: row?.durationSum ?? "0",
    p50Nano: p50,
    p90Nano: p90,
    p95Nano: p95,
    p99Nano: p99,
  };
}
