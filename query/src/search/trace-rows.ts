import { Type, type Static } from "typebox";
import { rowDecoder } from "../clickhouse/ask.ts";

const Counts = Type.Unsafe<Record<string, string>>({
  type: "object",
  additionalProperties: { type: "string" },
});

const MatchSchema = Type.Object({ traceId: Type.String(), firstMatch: Type.String() });
/** A trace and its first span that meets the conditions. */
export type TraceMatch = Static<typeof MatchSchema>;
export const matchRows = rowDecoder(MatchSchema);

const SummarySchema = Type.Object({
  traceId: Type.String(),
  startTimeUnixNano: Type.String(),
  endTimeUnixNano: Type.String(),
  spanCount: Type.String(),
  errorCount: Type.String(),
  rootServiceName: Type.String(),
  rootName: Type.String(),
  services: Counts,
});
export type SummaryRow = Static<typeof SummarySchema>;
export const summaryRows = rowDecoder(SummarySchema);

export const idWindowRows = rowDecoder(
  Type.Object({
    traceId: Type.String(),
    startSeconds: Type.Number(),
    endSeconds: Type.Number(),
    storedFirstSeconds: Type.Number(),
    storedLastSeconds: Type.Number(),
  }),
);

export const logCountRows = rowDecoder(
  Type.Object({ traceId: Type.String(), logCount: Type.String() }),
);
