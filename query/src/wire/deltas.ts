/** What differs between a selection and the rest. */
import { Type, type Static } from "typebox";
import { Meta } from "./meta.ts";

/** `GET /api/traces/deltas` and `GET /api/logs/deltas`. */
export const Deltas = Type.Object({
  selected: Type.Number({ description: "records of the selection" }),
  rest: Type.Number({ description: "records that meet the conditions and are not selected" }),
  countedEvery: Type.Number({
    description: "1 when all were looked at; n when one of n was, chosen by a hash of its ids",
  }),
  differences: Type.Array(
    Type.Object({
      key: Type.String({
        description:
          "service.name, name, kind, status, severity, event.name, attribute.* or resource.*",
      }),
      value: Type.String({ description: "its first 200 characters" }),
      selectedShare: Type.Number({ description: "of the selected records that have it, 0..1" }),
      restShare: Type.Number({ description: "of the rest" }),
      difference: Type.Number({ description: "selectedShare - restShare" }),
      g: Type.Number({
        description: "of the G-test; what chance would make as large somewhere is left out",
      }),
    }),
    { description: "largest difference first, at most 50" },
  ),
  differenceCount: Type.Number({
    description: "how many were found, also beyond these, among the 2000 largest",
  }),
  meta: Meta,
});
export type Deltas = Static<typeof Deltas>;
