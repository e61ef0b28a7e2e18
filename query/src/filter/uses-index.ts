/** Whether a text index finds the records that a condition is about, so that looking further back costs what matches. */
import type { Condition, StringSource, StringTest } from "./condition.ts";

/** Of each record that passes, an index knows: `compile.ts` asks it by words, by `key=value` or by an id. */
export function usesIndex(condition: Condition): boolean {
  switch (condition.kind) {
    case "and":
      return condition.of.some(usesIndex);
    case "or":
      return condition.of.length > 0 && condition.of.every(usesIndex);
    case "words":
      return condition.place === "body" && condition.words !== "";
    case "string":
      return findsItem(condition.source, condition.test);
    case "not":
    case "severity":
    case "integer":
    case "time":
    case "word-pattern":
    case "text-regex":
      return false;
  }
}

function findsItem(source: StringSource, test: StringTest): boolean {
  if (test.kind !== "is" || test.text === "") return false;
  if (source.kind === "column") return source.column === "TraceId";
  const isIndexed =
    source.kind === "attribute" && (source.scope === "record" || source.scope === "resource");
  return isIndexed && !source.key.includes("=");
}
