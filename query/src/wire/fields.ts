/** What a filter can be completed with. */
import { Type, type Static } from "typebox";
import { Meta } from "./meta.ts";

const From = Type.Union([Type.Literal("index"), Type.Literal("rollup"), Type.Literal("sample")], {
  description:
    "index: counted over the UTC days of the range; rollup: over its minutes; sample: over the newest records of the range, so something rare may be missing",
});

/** `GET /api/fields`: the columns with a name of their own, and the keys of attributes. */
export const Fields = Type.Object({
  columns: Type.Array(
    Type.Object({
      name: Type.String(),
      aliases: Type.Array(Type.String()),
      type: Type.String({
        description: "text, string, id, choice, integer, duration, time, severity, boolean, …",
      }),
      choices: Type.Optional(Type.Array(Type.String())),
      doc: Type.String(),
    }),
  ),
  attributes: Type.Array(
    Type.Object({
      name: Type.String({ description: "as a filter writes it" }),
      key: Type.String(),
      scope: Type.Union([Type.Literal("record"), Type.Literal("resource")]),
      records: Type.Number({ description: "records that have it" }),
      from: From,
    }),
    { description: "most frequent first within their scope" },
  ),
  meta: Meta,
});
export type Fields = Static<typeof Fields>;

/** `GET /api/fields/values`: values of one field that begin with the prefix, most frequent first. */
export const FieldValues = Type.Object({
  values: Type.Array(
    Type.Object({
      value: Type.String(),
      filter: Type.String({ description: "the value as a filter writes it" }),
      records: Type.Number(),
    }),
  ),
  hasMore: Type.Boolean({ description: "than `limit`, of as many as begin with the prefix" }),
  from: From,
  meta: Meta,
});
export type FieldValues = Static<typeof FieldValues>;
