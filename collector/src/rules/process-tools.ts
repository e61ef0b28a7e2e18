/** What the rules need that is not pure, or not ours: expressions of linear time, and HMAC. */
import { createHmac } from "node:crypto";
import { RE2JS } from "re2js";
import type { LinearExpression, ProcessTools } from "../process/rule-set.ts";

export const PROCESS_TOOLS: ProcessTools = {
  compile: compileExpression,
  hmac: (key, bytes) => createHmac("sha256", key).update(bytes).digest("hex"),
};

/**
 * RE2's syntax: what JavaScript has, without look-around and back-references, which are what makes time explode.
 * @throws when the expression is none
 */
function compileExpression(source: string): LinearExpression {
  const compiled = RE2JS.compile(source);
  return {
    test: (text) => compiled.matcher(text).find(),
    matches: (text) => {
      const matcher = compiled.matcher(text);
      const found: [number, number][] = [];
      while (matcher.find()) {
        const start = matcher.start();
        const end = matcher.end();
        if (end > start) found.push([start, end]);
      }
      return found;
    },
  };
}
