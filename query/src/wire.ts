/**
 * The answers of the HTTP API, as they travel. TypeBox values are the JSON Schemas that validate, serialize and
 * document them (`openapi.json`); the web UI imports the types and nothing else of this package.
 *
 * Times are nanoseconds since the epoch written as decimal strings: JavaScript's numbers cannot hold them.
 */
export * from "./wire/deltas.ts";
export * from "./wire/environments.ts";
export * from "./wire/facets.ts";
export * from "./wire/heatmap.ts";
export * from "./wire/log-context.ts";
export * from "./wire/fields.ts";
export * from "./wire/logs.ts";
export * from "./wire/meta.ts";
export * from "./wire/patterns.ts";
export * from "./wire/service-map.ts";
export * from "./wire/refusals.ts";
export * from "./wire/requests.ts";
export * from "./wire/services.ts";
export * from "./wire/tail.ts";
export * from "./wire/trace-groups.ts";
export * from "./wire/traces.ts";
export * from "./wire/user-sql.ts";
