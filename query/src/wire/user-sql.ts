/** Statements that people type. */
import { Type, type Static } from "typebox";
import { Meta } from "./meta.ts";

/** Body of `POST /api/sql`. */
export const SqlQuery = Type.Object(
  {
    sql: Type.String({
      minLength: 1,
      maxLength: 100_000,
      description:
        "one SELECT, WITH … SELECT, or EXPLAIN of one; with `{name:Type}` for parameters and the macros of GET /api/sql/schema",
    }),
    params: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()]), {
        description: "values of `{name:Type}` in the statement",
      }),
    ),
    from: Type.Optional(
      Type.String({ maxLength: 64, description: "of the macros; default now-1h" }),
    ),
    to: Type.Optional(Type.String({ maxLength: 64, description: "of the macros; default now" })),
    format: Type.Optional(
      Type.Union(
        [
          Type.Literal("json"),
          Type.Literal("csv"),
          Type.Literal("parquet"),
          Type.Literal("arrow"),
          Type.Literal("ndjson"),
        ],
        {
          description:
            "default json; of the others the headers throughline-complete, -rows, -rows-read, -bytes-read and -elapsed-ms say what meta says, and how many rows there are",
        },
      ),
    ),
  },
  { additionalProperties: false },
);
export type SqlQuery = Static<typeof SqlQuery>;

/** `POST /api/sql`, as JSON. 64-bit numbers are strings. */
export const SqlRows = Type.Object({
  columns: Type.Array(Type.Object({ name: Type.String(), type: Type.String() })),
  rows: Type.Array(Type.Array(Type.Unknown()), { description: "values in the order of columns" }),
  meta: Meta,
});
export type SqlRows = Static<typeof SqlRows>;

/** `GET /api/sql/schema`: what an editor completes. */
export const SqlSchema = Type.Object({
  database: Type.String(),
  tables: Type.Array(
    Type.Object({
      name: Type.String(),
      isView: Type.Boolean(),
      comment: Type.String(),
      columns: Type.Array(
        Type.Object({
          name: Type.String(),
          type: Type.String(),
          comment: Type.String(),
          isComputed: Type.Boolean({ description: "not in `SELECT *`" }),
        }),
      ),
    }),
  ),
  functions: Type.Array(
    Type.Object({ name: Type.String(), isAggregate: Type.Boolean(), syntax: Type.String() }),
  ),
  keywords: Type.Array(Type.String()),
  macros: Type.Array(Type.Object({ name: Type.String(), description: Type.String() })),
  meta: Meta,
});
export type SqlSchema = Static<typeof SqlSchema>;
