/**
 * Patterns of lines, without SQL and without anything of Node: the query service groups what is stored with it, and a
 * browser can group what it shows.
 */
export { LineGroups } from "./group-lines.ts";
export { PATTERN_LIMITS } from "./limits.ts";
export { parseTemplate, printTemplate, templateFilter, templateQuery } from "./template.ts";
