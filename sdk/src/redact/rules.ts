import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { isCollectorFile, readCollectorRules } from "./collector-rules.ts";
import { DETECTORS, type Detector, type DetectorName } from "./detectors.ts";

/** `mask` leaves the rule's name, `hash` a token that is equal for equal values, `drop` nothing. */
export type RedactAction = "mask" | "drop" | "hash";

/** Looks at names: of attributes, and of fields inside of them. */
export interface KeyRule {
  readonly name: string;
  readonly action: RedactAction;
  /** Characters that a mask leaves at the end; only with the collector's marks. */
  readonly keepLast?: number;
  readonly matchesKey: (key: string) => boolean;
}

/** Looks at text: bodies, attribute values, exception messages. */
export interface ValueRule {
  readonly name: string;
  readonly action: RedactAction;
  readonly keepLast?: number;
  readonly detector: Detector;
}

export interface RedactRules {
  /**
   * What is left of a value: `named` leaves `[name]` or `[name:token]`, `collector` what the collector leaves, `***` or
   * `hmac:token`; and of texts that are no attribute it drops the found part, not the whole.
   */
  readonly marks: "named" | "collector";
  readonly keyRules: readonly KeyRule[];
  readonly valueRules: readonly ValueRule[];
  /** Makes tokens of `hash` unguessable for whoever does not have it. */
  readonly salt: string;
  /** What else a file asks for, in words, which only the collector does. */
  readonly leftToCollector: readonly string[];
}

/** Names that hold secrets whatever their value looks like. */
const SECRET_KEYS = [
  "password",
  "passwd",
  "pwd",
  "secret",
  "*_secret",
  "*secret_key",
  "api_key",
  "apikey",
  "x-api-key",
  "authorization",
  "proxy-authorization",
  "cookie",
  "set-cookie",
  "token",
  "*_token",
  "private_key",
];

const PRESET: RedactRules = {
  marks: "named",
  salt: "",
  leftToCollector: [],
  keyRules: [{ name: "secret", action: "mask", matchesKey: keyMatcher(SECRET_KEYS) }],
  valueRules: [
    { name: "jwt", action: "mask", detector: DETECTORS.jwt },
    { name: "bearer", action: "mask", detector: DETECTORS.bearer },
    { name: "card", action: "mask", detector: DETECTORS.card },
    { name: "email", action: "mask", detector: DETECTORS.email },
  ],
};

/**
 * @param text `default` for the preset, JSON of the shape below, or the path of a file with such JSON:
 *   { "salt": "…", "rules": [
 *     { "name": "customer", "keys": ["customer.*", "*_name"], "action": "hash" },
 *     { "name": "card", "detect": "card" },
 *     { "name": "order", "pattern": "ORD-[0-9]{6}", "flags": "i", "contains": "-", "action": "drop" } ] }
 *   A rule has one of `keys`, `detect`, `pattern`; `action` is `mask` where it says none; `contains` is text without which the
 *   pattern cannot match, so that it is not tried. `"preset": "default"` adds the preset's rules after these.
 *   Or the path of the collector's rules file, YAML or JSON, whose part `redaction` is obeyed: see collector-rules.ts.
 * @param hashKey the secret of the collector's `hash`
 * @throws TypeError that names the rule and its field
 */
export function readRules(text: string, hashKey = ""): RedactRules {
  if (text === "default") return PRESET;
  const source = text.startsWith("{") ? text : readFileSync(text, "utf8");
  const parsed = parseSource(source);
  if (!isRecord(parsed)) throw new TypeError("redaction rules are no map");
  return isCollectorFile(parsed) ? readCollectorRules(parsed, hashKey) : readOwnRules(parsed);
}

function readOwnRules(parsed: Readonly<Record<string, unknown>>): RedactRules {
  const rules = parsed["rules"] ?? [];
  if (!Array.isArray(rules)) throw new TypeError("rules is not a list");
  const keyRules: KeyRule[] = [];
  const valueRules: ValueRule[] = [];
  for (const [index, rule] of (rules as readonly unknown[]).entries()) {
    if (!isRecord(rule)) throw new TypeError(`rules[${index}] is not an object`);
    const common = { name: nameOf(rule, index), action: actionOf(rule, index) };
    if (rule["keys"] !== undefined) {
      keyRules.push({ ...common, matchesKey: keyMatcher(keysOf(rule["keys"], index)) });
    } else {
      valueRules.push({ ...common, detector: detectorOf(rule, index) });
    }
  }
  const preset = parsed["preset"] === "default" ? PRESET : undefined;
  return {
    marks: "named",
    keyRules: [...keyRules, ...(preset?.keyRules ?? [])],
    valueRules: [...valueRules, ...(preset?.valueRules ?? [])],
    salt: typeof parsed["salt"] === "string" ? parsed["salt"] : "",
    leftToCollector: [],
  };
}

function parseSource(source: string): unknown {
  if (source.trimStart().startsWith("{")) return JSON.parse(source);
  // Loaded by the few applications that have YAML, not by all that start.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what that package is
  const yaml = createRequire(import.meta.url)("yaml") as typeof import("yaml");
  return yaml.parse(source);
}

/** `*` stands for any text; case does not matter; `a_b`, `a-b` and `aB` are one name; a name matches behind any dot too. */
function keyMatcher(patterns: readonly string[]): (key: string) => boolean {
  const alternatives = patterns.map((pattern) =>
    canonical(pattern)
      .split("*")
      .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*"),
  );
  const expression = new RegExp(`(?:^|\\.)(?:${alternatives.join("|")})$`);
  return (key) => expression.test(canonical(key));
}

function canonical(key: string): string {
  return key
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replaceAll("-", "_");
}

function nameOf(rule: Readonly<Record<string, unknown>>, index: number): string {
  const name = rule["name"] ?? rule["detect"] ?? "redacted";
  if (typeof name === "string") return name;
  throw new TypeError(`rules[${index}].name is not text`);
}

function actionOf(rule: Readonly<Record<string, unknown>>, index: number): RedactAction {
  const action = rule["action"] ?? "mask";
  if (action === "mask" || action === "drop" || action === "hash") return action;
  throw new TypeError(`rules[${index}].action is not one of mask, drop, hash`);
}

function keysOf(keys: unknown, index: number): readonly string[] {
  const texts = Array.isArray(keys) ? keys.filter((key) => typeof key === "string") : [];
  if (texts.length > 0 && Array.isArray(keys) && texts.length === keys.length) return texts;
  throw new TypeError(`rules[${index}].keys is not a list of names`);
}

function detectorOf(rule: Readonly<Record<string, unknown>>, index: number): Detector {
  const { detect, pattern } = rule;
  if (typeof detect === "string") {
    if (isDetectorName(detect)) return DETECTORS[detect];
    throw new TypeError(
      `rules[${index}].detect is not one of ${Object.keys(DETECTORS).join(", ")}`,
    );
  }
  if (typeof pattern !== "string") {
    throw new TypeError(`rules[${index}] has none of keys, detect, pattern`);
  }
  const flags = typeof rule["flags"] === "string" ? rule["flags"] : "";
  const expression = new RegExp(pattern, flags.includes("g") ? flags : `${flags}g`);
  const contains = rule["contains"];
  return {
    mayContain: (text) => typeof contains !== "string" || text.includes(contains),
    replace: (text, replacement) => text.replace(expression, (found) => replacement(found)),
  };
}

function isDetectorName(name: string): name is DetectorName {
  return Object.hasOwn(DETECTORS, name);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
