export { startQuery, type QueryServer } from "./server.ts";
export { DEFAULT_LIMITS, type QueryLimits, type QueryOptions } from "./options.ts";
