/** `throughline rules`: a rules file, checked and tried before it holds. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import {
  DEFAULT_RULES,
  explainRules,
  parseRules,
  type ExplainedRecord,
  type RuleSet,
} from "@throughline/collector/rules";
import { inert, inertJson } from "../ask/inert-text.ts";
import { CommandError, loadSettings, type Invocation, type Terminal } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";

interface Chosen {
  readonly rules: RuleSet;
  /** Where they come from, for people. */
  readonly source: string;
}

export function run(invocation: Invocation): Promise<ExitCode> {
  const [action, ...rest] = invocation.words;
  const act = { check, show, test }[action ?? ""];
  if (act === undefined || rest.length > 0) {
    throw new CommandError(
      "expected rules check, rules show or rules test; see throughline rules --help",
      EXIT.usage,
    );
  }
  act(invocation, chooseRules(invocation));
  return Promise.resolve(EXIT.ok);
}

/** Samples and rules are anybody's text. */
function outInert({ out }: Terminal, line: string): void {
  out(inert(line));
}

function check({ terminal }: Invocation, { rules, source }: Chosen): void {
  outInert(terminal, `${source}: right; ${summary(rules)}`);
}

function show({ terminal, options }: Invocation, { rules, source }: Chosen): void {
  if (options["json"] === true) {
    const { hashKey, ...shown } = rules;
    terminal.out(inertJson({ source, hasHashKey: hashKey !== "", ...shown }, 2));
    return;
  }
  outInert(terminal, `${source}: ${summary(rules)}`);
  for (const rule of rules.drops) {
    const what = rule.kind === "filter" ? "drops" : `keeps ${rule.keepPercent} % of`;
    outInert(terminal, `  ${rule.name}: ${what} ${rule.signals.join(", ")}`);
  }
  for (const rule of rules.attributes) {
    outInert(terminal, `  ${rule.name}: ${rule.action} attributes of ${rule.on.join(", ")}`);
  }
  for (const { name, find, action } of rules.redactions) {
    outInert(terminal, `  ${name}: ${action} ${describeFind(find)}`);
  }
}

function describeFind(find: RuleSet["redactions"][number]["find"]): string {
  switch (find.kind) {
    case "detector":
      return `what looks like ${find.detector}`;
    case "keys":
      return `the values of ${find.keys.join(", ")}`;
    case "expression":
      return `what matches ${find.expression}`;
  }
}

function test(invocation: Invocation, { rules, source }: Chosen): void {
  const { terminal, options } = invocation;
  const explained = explainRules(rules, readInput(invocation));
  if (explained.kind === "invalid") throw new CommandError(`the sample: ${explained.message}`);
  const { records } = explained;
  if (options["json"] === true) {
    terminal.out(inertJson({ source, records }, 2));
    return;
  }
  for (const [index, record] of records.entries()) {
    for (const line of recordLines(index + 1, record)) outInert(terminal, line);
  }
  const dropped = records.filter(({ droppedBy }) => droppedBy !== undefined).length;
  const changed = records.filter(({ changes }) => changes.length > 0).length;
  outInert(
    terminal,
    `${source}: ${records.length} records, ${dropped} dropped, ${changed} changed`,
  );
}

function recordLines(number: number, record: ExplainedRecord): string[] {
  const what = { logs: "log record", traces: "span", metrics: "data point" }[record.signal];
  if (record.droppedBy !== undefined) return [`${what} ${number}: dropped by ${record.droppedBy}`];
  const rules = record.redactions.map(({ rule, count }) => `${rule} (${count})`);
  const by = rules.length === 0 ? "" : `; redacted by ${rules.join(", ")}`;
  return [
    `${what} ${number}: ${record.changes.length === 0 ? "kept as it is" : "kept"}${by}`,
    ...record.changes.flatMap(({ field, before, after }) => [
      `  ${field}`,
      ...(before === undefined ? [] : [`    - ${before}`]),
      ...(after === undefined ? [] : [`    + ${after}`]),
    ]),
  ];
}

function summary({ drops, attributes, redactions }: RuleSet): string {
  const filters = drops.filter(({ kind }) => kind === "filter").length;
  const counts = [
    [filters, "filter"],
    [drops.length - filters, "sampling"],
    [attributes.length, "attribute"],
    [redactions.length, "redaction"],
  ] as const;
  return counts.map(([count, kind]) => `${count} ${kind}`).join(", ");
}

/** @throws CommandError with every problem of the file, one per line */
function chooseRules(invocation: Invocation): Chosen {
  const { settings } = loadSettings(invocation);
  const named = invocation.options["rules"];
  const path = typeof named === "string" ? resolve(invocation.workingDir, named) : settings.rules;
  if (path === undefined) return { rules: DEFAULT_RULES, source: "the shipped rules" };
  const source = read(path);
  const parsed = parseRules(source, { version: 1, hashKey: settings.redactionKey ?? "" });
  if (parsed.kind === "ok") return { rules: parsed.rules, source: path };
  throw new CommandError(parsed.problems.map((problem) => `${path}: ${problem}`).join("\n"));
}

const STANDARD_INPUT = 0;

function readInput({ options, workingDir }: Invocation): Uint8Array {
  const { input } = options;
  if (typeof input !== "string" || input === "-") return readFileSync(STANDARD_INPUT);
  return Buffer.from(read(resolve(workingDir, input)));
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(`${path} cannot be read: ${reason}`, EXIT.failed, { cause });
  }
}
