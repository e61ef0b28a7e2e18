/** Facets of logs and of spans. */
import { Type, type Static } from "typebox";
import { Meta } from "./meta.ts";

/** `GET /api/logs/facets` and `GET /api/traces/facets`. */
export const Facets = Type.Object({
  facets: Type.Array(
    Type.Object({
      field: Type.String({ description: "as a filter names it" }),
      total: Type.Number({
        description: "records that meet every condition but those on this field",
      }),
      records: Type.Number({ description: "of these, how many have the field" }),
      distinct: Type.Number({
        description:
          "how many values it has: to a few in a hundred, exact with `from: rollup`; of a sample, how many the sample has",
      }),
      from: Type.Union([Type.Literal("rollup"), Type.Literal("records"), Type.Literal("sample")], {
        description:
          "rollup: counts of every minute; records: every matching record; sample: one granule in `countedEvery`, the counts estimated from its `sampleRecords`",
      }),
      countedEvery: Type.Number({ description: "1 unless it is of a sample" }),
      sampleRecords: Type.Optional(
        Type.Number({
          description: "of a sample: from how many records all counts of this facet are estimated",
        }),
      ),
      exact: Type.Boolean({
        description:
          "whether the counts are exact: of every record, of no more than 5000 values at once, and of severities with all that have one name",
      }),
      values: Type.Array(
        Type.Object({
          value: Type.String({ description: "its first 1000 characters" }),
          records: Type.Number(),
          filter: Type.Optional(
            Type.String({
              description: "the condition that selects it; absent where the value was cut",
            }),
          ),
        }),
        { description: "most frequent first" },
      ),
    }),
  ),
  meta: Meta,
});
export type Facets = Static<typeof Facets>;
