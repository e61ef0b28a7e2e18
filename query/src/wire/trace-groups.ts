/** Groups of traces. */
import { Type, type Static } from "typebox";
import { Meta } from "./meta.ts";
import { Nanos } from "./parts.ts";

/** `GET /api/traces/groups`. */
export const TraceGroups = Type.Object({
  by: Type.Array(Type.String(), { description: "the fields, as a filter names them" }),
  groups: Type.Array(
    Type.Object({
      values: Type.Array(Type.Union([Type.String(), Type.Null()]), {
        description: "of each field its first 1000 characters; null where the spans have none",
      }),
      traces: Type.Number(),
      errors: Type.Number({ description: "of these, how many have a failed span in the group" }),
      p50Nano: Nanos,
      p95Nano: Nanos,
      share: Type.Number({
        description: "of all traces, 0 to 1; a trace may be in several groups",
      }),
      q: Type.Optional(
        Type.String({
          description:
            "the filter that was given and the values of the group; absent where a value was cut, or the filter would be too long",
        }),
      ),
    }),
  ),
  groupCount: Type.Number({ description: "how many there are, also beyond `limit`" }),
  traceCount: Type.Number({ description: "all traces that meet the conditions" }),
  countedEvery: Type.Number({
    description: "1, or of how many traces one was counted; the counts are multiplied by it",
  }),
  meta: Meta,
});
export type TraceGroups = Static<typeof TraceGroups>;
