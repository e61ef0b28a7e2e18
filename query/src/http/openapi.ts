/** `openapi.json`, from the same TypeBox values that check the questions and describe the answers. */
import type { TSchema } from "typebox";
import { PROBLEMS, type ProblemCode } from "../problem/catalog.ts";
import * as wire from "../wire.ts";
import { BODY_PROBLEMS, COMMON_PROBLEMS, type Endpoint } from "./endpoint.ts";
import { ENDPOINTS } from "./endpoints.ts";

/** The answers get names in the document, and are referred to wherever they occur. */
const NAMED: Readonly<Record<string, TSchema>> = wire;

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export function buildOpenApi(): Json {
  const names = new Map(
    Object.entries(NAMED).map(([name, schema]) => [JSON.stringify(schema), name] as const),
  );
  return {
    openapi: "3.1.0",
    info: {
      title: "Throughline query API",
      version: "1",
      description:
        "Times and durations are nanoseconds in decimal strings. Errors are RFC 9457 problem details with a stable code. Every answer's meta says what it cost and whether it is whole.",
    },
    paths: paths(names),
    components: {
      schemas: Object.fromEntries(
        Object.entries(NAMED).map(([name, schema]) => [name, inner(toJson(schema), names)]),
      ),
    },
  };
}

function paths(names: ReadonlyMap<string, string>): Json {
  const byPath = Map.groupBy(Object.values<Endpoint>(ENDPOINTS), (endpoint) =>
    endpoint.url.replaceAll(/:(\w+)/g, "{$1}"),
  );
  return Object.fromEntries(
    [...byPath].map(([path, endpoints]) => [
      path,
      Object.fromEntries(
        endpoints.map((endpoint) => [
          (endpoint.method ?? "GET").toLowerCase(),
          operation(endpoint, names),
        ]),
      ),
    ]),
  );
}

function operation(endpoint: Endpoint, names: ReadonlyMap<string, string>): Json {
  return {
    operationId: endpoint.operationId,
    summary: endpoint.summary,
    parameters: [
      ...parameters(endpoint.params, "path"),
      ...parameters(endpoint.querystring, "query"),
    ],
    ...(endpoint.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { "application/json": { schema: referred(toJson(endpoint.body), names) } },
          },
        }),
    responses: {
      "200": {
        description: "The answer",
        content: {
          [endpoint.contentType ?? "application/json"]: {
            schema: referred(toJson(endpoint.answer), names),
          },
        },
      },
      ...problemResponses(problemsOf(endpoint), names),
    },
  };
}

function problemsOf({ body, problems }: Endpoint): readonly ProblemCode[] {
  return [...problems, ...(body === undefined ? [] : BODY_PROBLEMS), ...COMMON_PROBLEMS];
}

function parameters(schema: TSchema | undefined, place: "path" | "query"): Json[] {
  if (schema === undefined) return [];
  const object = toJson(schema);
  if (!isObject(object)) return [];
  const required = Array.isArray(object["required"]) ? object["required"] : [];
  const properties = object["properties"];
  if (!isObject(properties)) return [];
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = isObject(property) ? property : {};
    return {
      name,
      in: place,
      required: required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  });
}

function problemResponses(
  codes: readonly ProblemCode[],
  names: ReadonlyMap<string, string>,
): Record<string, Json> {
  const byStatus = Map.groupBy(codes, (code) => String(PROBLEMS[code].status));
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(" "),
        content: {
          "application/problem+json": { schema: referred(toJson(wire.Problem), names) },
        },
      },
    ]),
  );
}

/** The schema, or a reference when it is one of the named. */
function referred(schema: Json, names: ReadonlyMap<string, string>): Json {
  const name = names.get(JSON.stringify(schema));
  return name === undefined ? inner(schema, names) : { $ref: `#/components/schemas/${name}` };
}

function inner(schema: Json, names: ReadonlyMap<string, string>): Json {
  if (isArray(schema)) return schema.map((each) => referred(each, names));
  if (!isObject(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, each]) => [key, referred(each, names)]),
  );
}

/** Without what TypeBox keeps in symbols and hidden properties. */
function toJson(schema: TSchema): Json {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the output of JSON.parse is JSON
  return JSON.parse(JSON.stringify(schema)) as Json;
}

function isArray(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}

function isObject(json: Json | undefined): json is { readonly [key: string]: Json } {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
