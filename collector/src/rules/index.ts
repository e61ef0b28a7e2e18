/** What the command line needs to check and try rules; loads no server. */
export { explainRules } from "./explain-rules.ts";
export type { ExplainedRecord, Explanation } from "./explain-rules.ts";
export { HASH_KEY_CHARACTERS_MIN, parseRules } from "./parse-rules.ts";
export { DEFAULT_RULES } from "../process/default-rules.ts";
export type { RuleSet } from "../process/rule-set.ts";
