/**
 * The filter language of logs and traces, without SQL and without anything of Node: the query service, the web UI and
 * the command line read and write filters with the same code. docs/search.md says what it means.
 */
export type {
  Bound,
  Comparison,
  FieldFilter,
  FieldName,
  Filter,
  Place,
  Test,
  Value,
  WordsFilter,
} from "./ast.ts";
export type { Condition, StringSource, StringTest } from "./condition.ts";
export { type AttributeScope, FIELDS, type Field, type FilterSignal } from "./fields.ts";
export type { FilterError } from "./filter-error.ts";
export { FILTER_LIMITS } from "./limits.ts";
export { type ParsedFilter, parseFilter } from "./parse.ts";
export { lowerAscii, toLike, toWordLike, toWordRegex } from "./patterns.ts";
export { printFilter, quote } from "./print.ts";
export { type ResolvedFilter, resolveFilter } from "./resolve.ts";
