/** Goal: a wrong rules file is refused with what is wrong and where. Method: one file per mistake. */
import { describe, expect, test } from "vitest";
import { parseRules } from "./parse-rules.ts";

function problemsOf(yaml: string, hashKey = ""): readonly string[] {
  const parsed = parseRules(yaml, { version: 1, hashKey });
  return parsed.kind === "invalid" ? parsed.problems : [];
}

describe("a rules file", () => {
  test.each<[string, string, string[]]>([
    ["that is no YAML", "filters: [", ["line 1: not YAML"]],
    ["with an unknown part", "filtrs: []", ['line 1: unknown key "filtrs"; did you mean filters?']],
    [
      "with an unknown key",
      "filters:\n  - name: a\n    dropp: {}\n",
      [
        'line 3, rule "a": unknown key "dropp"; did you mean drop?',
        'line 2, rule "a": drop is missing',
      ],
    ],
    [
      "with a word that is none",
      "redaction:\n  rules:\n    - name: a\n      detect: cards\n",
      ['line 4, rule "a": detect is "cards"; expected one of card, jwt', "did you mean card?"],
    ],
    [
      "with a number out of bounds",
      "sampling:\n  - {name: s, keepPercent: 101}",
      ['line 2, rule "s": keepPercent is 101; expected a number from 0 to 100'],
    ],
    [
      "with an empty condition",
      "filters: [{name: a, drop: {}}]",
      ['rule "a": drop: expected at least one condition'],
    ],
    [
      "with two tests of one text",
      "filters: [{name: a, drop: {body: {equals: x, matches: y}}}]",
      ['rule "a": body: expected one of equals'],
    ],
    [
      "with an expression that needs backtracking",
      "filters:\n  - name: a\n    drop: {body: {matches: '(?=x)'}}",
      ['line 3, rule "a": matches is no expression (RE2 syntax'],
    ],
    [
      "with two rules of one name",
      "filters: [{name: a, drop: {severityBelow: info}}]\nsampling:\n  - {name: a, keepPercent: 1}",
      ['line 3, rule "a": two rules have this name'],
    ],
    [
      "with a rule that does nothing",
      "attributes: [{name: a}]",
      ["give exactly one of drop, rename, add"],
    ],
    [
      "with a rule that adds everywhere",
      "attributes: [{name: a, add: {key: k, value: v}}]",
      ["add needs on"],
    ],
    [
      "with a rule of two kinds",
      "redaction: {rules: [{name: a, detect: card, keys: [x]}]}",
      ["exactly one of detect, keys, matches"],
    ],
    [
      "with a detector twice",
      "redaction: {rules: [{name: a, detect: iban}, {name: b, detect: iban}]}",
      ["an earlier rule detects iban already"],
    ],
    [
      "with a hash and no key",
      "redaction: {rules: [{name: a, detect: iban, action: hash}]}",
      ["THROUGHLINE_REDACTION_KEY is not set"],
    ],
    [
      "with what must not be masked",
      "redaction: {rules: [{name: a, detect: iban, action: drop, keepLast: 2}]}",
      ["keepLast is for action: mask only"],
    ],
    ["that is a list", "- a", ["expected the keys filters, sampling, attributes and redaction"]],
  ])("%s", (_, yaml, expected) => {
    const problems = problemsOf(yaml).join("\n");
    for (const words of expected) expect(problems).toContain(words);
  });

  test("that is empty leaves the shipped redaction", () => {
    const parsed = parseRules("# nothing\n", { version: 3, hashKey: "" });
    expect(parsed).toMatchObject({ kind: "ok", rules: { version: 3, drops: [], attributes: [] } });
    if (parsed.kind === "ok") expect(parsed.rules.redactions.length).toBeGreaterThan(5);
  });

  test("replaces a shipped detector by its own rule, and takes all of them out when told to", () => {
    const names = (yaml: string) => {
      const parsed = parseRules(yaml, { version: 1, hashKey: "" });
      return parsed.kind === "ok" ? parsed.rules.redactions.map(({ name }) => name) : [];
    };
    const own = "rules: [{name: mine, detect: card}]";
    expect(names(`redaction: {${own}}`)).toContain("mine");
    expect(names(`redaction: {${own}}`)).not.toContain("card-numbers");
    expect(names(`redaction: {defaults: false, ${own}}`)).toEqual(["mine"]);
  });
});
