/** Latency heatmap. */
import { Type, type Static } from "typebox";
import { Meta } from "./meta.ts";
import { Nanos, UnixNano } from "./parts.ts";

/** `GET /api/traces/heatmap`. */
export const LatencyHeatmap = Type.Object({
  fromUnixNano: UnixNano,
  bucketSeconds: Type.Number(),
  columns: Type.Number({ description: "how many buckets of time" }),
  rows: Type.Array(
    Type.Object({ fromNano: Nanos, toNano: Nanos }, { description: "half-open, in nanoseconds" }),
    { description: "bands of duration, shortest first, without gaps; sixteen to a power of ten" },
  ),
  cells: Type.Array(
    Type.Object({
      column: Type.Number(),
      row: Type.Number(),
      spans: Type.Number(),
      errors: Type.Number(),
    }),
    { description: "those that are not empty" },
  ),
  meta: Meta,
});
export type LatencyHeatmap = Static<typeof LatencyHeatmap>;
