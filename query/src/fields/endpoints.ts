/** Completion of filters. */
import { Type } from "typebox";
import { ASKING_PROBLEMS, type Endpoint } from "../http/endpoint.ts";
import { RANGE, Strict } from "../http/query-params.ts";
import * as wire from "../wire.ts";
import { FIELD_LIMITS } from "./limits.ts";

const Signal = Type.Union([Type.Literal("logs"), Type.Literal("traces")]);

const FieldsQuery = Type.Object({ signal: Signal, ...RANGE }, Strict);

const ValuesQuery = Type.Object(
  {
    signal: Signal,
    field: Type.String({
      minLength: 1,
      maxLength: 1_000,
      description: "name of a column or of an attribute, as a filter writes it",
    }),
    prefix: Type.Optional(
      Type.String({ maxLength: 1_000, description: "what the values begin with, in this case" }),
    ),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: FIELD_LIMITS.fieldValuesMax, default: 20 }),
    ),
    ...RANGE,
  },
  Strict,
);

export const FIELD_ENDPOINTS = {
  fields: {
    url: "/api/fields",
    operationId: "getFields",
    summary:
      "Fields that a filter may name: columns, and the keys of attributes with how many records have them",
    querystring: FieldsQuery,
    answer: wire.Fields,
    problems: ["invalid_parameter", ...ASKING_PROBLEMS],
  },
  fieldValues: {
    url: "/api/fields/values",
    operationId: "getFieldValues",
    summary: "Values of one field that begin with a prefix, most frequent first",
    querystring: ValuesQuery,
    answer: wire.FieldValues,
    problems: ["invalid_parameter", "invalid_query", ...ASKING_PROBLEMS],
  },
} as const satisfies Record<string, Endpoint>;
