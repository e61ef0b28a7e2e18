/** From the text of a rules file to a RuleSet, or to every reason why not. */
import { LineCounter, parseDocument } from "yaml";
import { Value } from "typebox/value";
import { DEFAULT_REDACTIONS } from "../process/default-rules.ts";
import type {
  AttributeLevel,
  AttributeRule,
  Condition,
  DropRule,
  RedactionRule,
  RuleSet,
  TextTest,
} from "../process/rule-set.ts";
import { ProblemFinder } from "./problem-finder.ts";
import { PROCESS_TOOLS } from "./process-tools.ts";
import { RulesFileSchema, SEVERITIES, STATUSES } from "./schema.ts";
import type {
  AttributeFile,
  ConditionFile,
  RedactionFile,
  RulesFile,
  TextTestFile,
} from "./schema.ts";

export type ParsedRules =
  | { readonly kind: "ok"; readonly rules: RuleSet }
  /** One sentence per problem, in the order of the file. */
  | { readonly kind: "invalid"; readonly problems: readonly string[] };

export interface ParseOptions {
  readonly version: number;
  /** For rules that hash; '' when there is none. */
  readonly hashKey: string;
}

export const HASH_KEY_CHARACTERS_MIN = 16;

/** Where attributes are looked for when a rule does not say. */
const EVERYWHERE: AttributeLevel[] = ["resource", "scope", "record", "event", "link", "exemplar"];

export function parseRules(source: string, options: ParseOptions): ParsedRules {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map(
      ({ message, pos }) => `line ${lines.linePos(pos[0]).line}: not YAML: ${message}`,
    );
    return { kind: "invalid", problems };
  }
  // A file of comments only has no rules of its own.
  const content: unknown = document.contents === null ? {} : document.toJS();
  const finder = new ProblemFinder({ document, lines, content });
  const structural = finder.structural();
  if (structural.length > 0) return { kind: "invalid", problems: structural };
  const file = Value.Parse(RulesFileSchema, content);
  const problems = findProblems(file, finder, options);
  return problems.length > 0
    ? { kind: "invalid", problems }
    : { kind: "ok", rules: toRuleSet(file, options) };
}

function toRuleSet(file: RulesFile, { version, hashKey }: ParseOptions): RuleSet {
  const own = (file.redaction?.rules ?? []).map(toRedaction);
  const detected = new Set(
    own.flatMap(({ find }) => (find.kind === "detector" ? find.detector : [])),
  );
  // A rule of one's own for a detector replaces the shipped one, and keys of one's own are tried first.
  const defaults = DEFAULT_REDACTIONS.filter(
    ({ find }) => find.kind !== "detector" || !detected.has(find.detector),
  );
  return {
    version,
    hashKey,
    drops: [...(file.filters ?? []).map(toFilter), ...(file.sampling ?? []).map(toSampling)],
    attributes: (file.attributes ?? []).map(toAttributeRule),
    redactions: file.redaction?.defaults === false ? own : [...own, ...defaults],
  };
}

function toFilter(rule: NonNullable<RulesFile["filters"]>[number]): DropRule {
  return {
    kind: "filter",
    name: rule.name,
    signals: rule.signals ?? ["traces", "logs", "metrics"],
    when: toCondition(rule.drop),
    unless: rule.unless === undefined ? undefined : toCondition(rule.unless),
  };
}

function toSampling(rule: NonNullable<RulesFile["sampling"]>[number]): DropRule {
  return {
    kind: "sampling",
    name: rule.name,
    signals: rule.signals ?? ["traces", "logs"],
    keepPercent: rule.keepPercent,
    withoutTraceId: rule.withoutTraceId ?? "keep",
    when: toCondition(rule.when ?? {}),
    unless: rule.unless === undefined ? undefined : toCondition(rule.unless),
  };
}

function toCondition(condition: ConditionFile): Condition {
  const severity = (name: (typeof SEVERITIES)[number] | undefined) =>
    name === undefined ? undefined : 4 * SEVERITIES.indexOf(name) + 1;
  const test = (of: TextTestFile | undefined) => (of === undefined ? undefined : toTextTest(of));
  return {
    services: condition.services,
    severityBelow: severity(condition.severityBelow),
    severityAtLeast: severity(condition.severityAtLeast),
    status: condition.status === undefined ? undefined : STATUSES.indexOf(condition.status),
    spanName: test(condition.spanName),
    metricName: test(condition.metricName),
    body: test(condition.body),
    attributes: Object.entries(condition.attributes ?? {}).map(([key, of]) => ({
      key,
      test: toTextTest(of),
    })),
  };
}

function toTextTest({ equals, oneOf, matches, exists }: TextTestFile): TextTest {
  if (matches !== undefined) return { kind: "matches", expression: matches };
  if (exists !== undefined) return { kind: "exists", exists };
  return { kind: "equals", values: oneOf ?? [equals ?? ""] };
}

function toAttributeRule({
  name,
  on = EVERYWHERE,
  drop,
  rename,
  add,
}: AttributeFile): AttributeRule {
  if (drop !== undefined) return { name, on, action: "drop", keys: drop };
  if (rename !== undefined) return { name, on, action: "rename", ...rename };
  return {
    name,
    on,
    action: "add",
    key: add?.key ?? "",
    value: add?.value ?? "",
    overwrite: add?.overwrite ?? false,
  };
}

function toRedaction({
  name,
  detect,
  keys,
  matches,
  action,
  keepLast,
}: RedactionFile): RedactionRule {
  const common = { name, action: action ?? "mask", keepLast: keepLast ?? 0 } as const;
  if (detect !== undefined) return { ...common, find: { kind: "detector", detector: detect } };
  if (keys !== undefined) return { ...common, find: { kind: "keys", keys } };
  return { ...common, find: { kind: "expression", expression: matches ?? "" } };
}

// ── what the schema cannot say ──────────────────────────────────────────────────────────────────────────────────

interface NamedRule {
  readonly path: readonly (string | number)[];
  readonly name: string;
}

function findProblems(file: RulesFile, finder: ProblemFinder, options: ParseOptions): string[] {
  return [
    ...findRepeatedNames(file, finder),
    ...(file.attributes ?? []).flatMap((rule, index) => {
      const given = [rule.drop, rule.rename, rule.add].filter((part) => part !== undefined);
      const path = ["attributes", index];
      if (given.length !== 1) return [finder.at(path, "give exactly one of drop, rename, add")];
      return rule.add !== undefined && rule.on === undefined
        ? [finder.at(path, "add needs on: a list of levels, such as [record] or [resource]")]
        : [];
    }),
    ...findRedactionProblems(file, finder, options),
    ...findBrokenExpressions(file, finder),
  ];
}

function findRepeatedNames(file: RulesFile, finder: ProblemFinder): string[] {
  const seen = new Set<string>();
  return rulesOf(file).flatMap(({ path, name }) => {
    if (seen.has(name)) return [finder.at([...path, "name"], "two rules have this name")];
    seen.add(name);
    return [];
  });
}

function rulesOf(file: RulesFile): NamedRule[] {
  const named = (list: readonly { name: string }[] | undefined, ...path: string[]): NamedRule[] =>
    (list ?? []).map(({ name }, index) => ({ path: [...path, index], name }));
  return [
    ...named(file.filters, "filters"),
    ...named(file.sampling, "sampling"),
    ...named(file.attributes, "attributes"),
    ...named(file.redaction?.rules, "redaction", "rules"),
  ];
}

function findRedactionProblems(
  file: RulesFile,
  finder: ProblemFinder,
  { hashKey }: ParseOptions,
): string[] {
  const detected = new Set<string>();
  return (file.redaction?.rules ?? []).flatMap((rule, index) => {
    const path = ["redaction", "rules", index];
    const problems: string[] = [];
    const given = [rule.detect, rule.keys, rule.matches].filter((part) => part !== undefined);
    if (given.length !== 1)
      problems.push(finder.at(path, "give exactly one of detect, keys, matches"));
    if (rule.detect !== undefined && detected.has(rule.detect)) {
      problems.push(finder.at(path, `an earlier rule detects ${rule.detect} already`));
    }
    if (rule.detect !== undefined) detected.add(rule.detect);
    if (rule.keepLast !== undefined && (rule.action ?? "mask") !== "mask") {
      problems.push(finder.at([...path, "keepLast"], "keepLast is for action: mask only"));
    }
    if (rule.action === "hash" && hashKey.length < HASH_KEY_CHARACTERS_MIN) {
      const what = hashKey === "" ? "is not set" : "is too short";
      problems.push(
        finder.at(
          [...path, "action"],
          `hash needs a secret key, and THROUGHLINE_REDACTION_KEY ${what} (${HASH_KEY_CHARACTERS_MIN} characters or more)`,
        ),
      );
    }
    return problems;
  });
}

function findBrokenExpressions(file: RulesFile, finder: ProblemFinder): string[] {
  return expressionsIn(file, []).flatMap(({ path, expression }) => {
    try {
      PROCESS_TOOLS.compile(expression);
      return [];
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return [
        finder.at(
          path,
          `matches is no expression (RE2 syntax, without look-around and back-references): ${why}`,
        ),
      ];
    }
  });
}

function expressionsIn(
  value: unknown,
  path: readonly (string | number)[],
): { readonly path: readonly (string | number)[]; readonly expression: string }[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const innerPath = [...path, Array.isArray(value) ? Number(key) : key];
    return key === "matches" && typeof inner === "string"
      ? [{ path: innerPath, expression: inner }]
      : expressionsIn(inner, innerPath);
  });
}
