/**
 * The collector's rules file, as far as an application can obey it: its part `redaction`. What an application cannot do (filters, sampling,
 * renames) is left to the collector. Keys, detectors, expressions and what is left of a value are the collector's, so that the same
 * file may be given to both, and a value that both see gets one token.
 */
import { assignmentDetector } from "./assignments.ts";
import { DETECTORS, type Detector } from "./detectors.ts";
import type { KeyRule, RedactAction, RedactRules, ValueRule } from "./rules.ts";
import { CLOUD_KEY, IBAN, PRIVATE_KEY, RANDOM_BEARER, URL_PASSWORD } from "./secret-forms.ts";

const FILE_KEYS = ["redaction", "filters", "sampling", "attributes"];
const RULE_KEYS = ["name", "detect", "keys", "matches", "action", "keepLast"];
const HASH_KEY_LENGTH_MIN = 16;
const KEEP_LAST_MAX = 8;

/**
 * In the order in which they are applied, whatever the order of the rules. The collector takes what begins first in a text: in
 * `https://ada:secret@example.org` that is the password, which is no mail address any more.
 */
const COLLECTOR_DETECTORS: ReadonlyMap<string, Detector> = new Map([
  ["private_key", PRIVATE_KEY],
  ["url_password", URL_PASSWORD],
  ["bearer", RANDOM_BEARER],
  ["jwt", DETECTORS.jwt],
  ["cloud_key", CLOUD_KEY],
  ["card", DETECTORS.card],
  ["iban", IBAN],
  ["email", DETECTORS.email],
]);
const DETECTOR_NAMES = [...COLLECTOR_DETECTORS.keys()];

const SECRET_KEYS = [
  ..."*password* *passwd* passwd pwd *passphrase *secret *secretkey *secretaccesskey".split(" "),
  ..."*accesskey *accountkey *privatekey *apikey *credentials token *accesstoken".split(" "),
  ..."*refreshtoken *idtoken *authtoken *sessiontoken *securitytoken *csrftoken".split(" "),
  ..."*authorization cookie setcookie".split(" "),
];

/** What the collector applies where a file does not say `defaults: false`. */
const DEFAULTS: readonly unknown[] = [
  { name: "secret-keys", keys: SECRET_KEYS },
  { name: "card-numbers", detect: "card", keepLast: 4 },
  { name: "json-web-tokens", detect: "jwt" },
  { name: "bearer-tokens", detect: "bearer" },
  { name: "cloud-keys", detect: "cloud_key" },
  { name: "private-keys", detect: "private_key" },
  { name: "url-passwords", detect: "url_password" },
];

type Fields = Readonly<Record<string, unknown>>;

export function isCollectorFile(file: Fields): boolean {
  return FILE_KEYS.some((key) => file[key] !== undefined);
}

/**
 * @param file the whole file, parsed
 * @param hashKey what the collector has as THROUGHLINE_REDACTION_KEY
 * @throws TypeError that names the rule and its field
 */
export function readCollectorRules(file: Fields, hashKey: string): RedactRules {
  const redaction = asFields(file["redaction"] ?? {}, "redaction");
  const listed = redaction["rules"] ?? [];
  if (!Array.isArray(listed)) throw new TypeError("redaction.rules is not a list");
  const own = (listed as readonly unknown[]).map((rule, index) =>
    readRule(rule, `redaction.rules[${index}]`, hashKey),
  );
  // As in the collector: a rule of one's own for a detector replaces the shipped one.
  const detected = new Set(own.map(({ detect }) => detect));
  const shipped = DEFAULTS.map((rule) => readRule(rule, "", hashKey)).filter(
    ({ detect }) => detect === undefined || !detected.has(detect),
  );
  const rules = redaction["defaults"] === false ? own : [...own, ...shipped];
  return {
    marks: "collector",
    salt: hashKey,
    leftToCollector: partsLeft(file),
    ...arranged(rules),
  };
}

/** The rules of the other parts, counted: `2 filters`, `1 sampling rule`. */
function partsLeft(file: Fields): readonly string[] {
  const parts = [
    ["filters", "filter"],
    ["sampling", "sampling rule"],
    ["attributes", "attribute rule"],
  ] as const;
  return parts.flatMap(([key, name]) => {
    const rules = file[key];
    const count = Array.isArray(rules) ? rules.length : 0;
    return count === 0 ? [] : [`${count} ${name}${count === 1 ? "" : "s"}`];
  });
}

interface ReadRule {
  readonly name: string;
  readonly action: RedactAction;
  readonly keepLast: number;
  readonly detect: string | undefined;
  readonly matchesKey: ((key: string) => boolean) | undefined;
  readonly detector: Detector | undefined;
}

/** The collector's order: what stands behind a key in a text comes first, then what has a form, then expressions. */
function arranged(rules: readonly ReadRule[]): Pick<RedactRules, "keyRules" | "valueRules"> {
  const keyRules: KeyRule[] = [];
  const assignments: ValueRule[] = [];
  const detectors: (ValueRule & { readonly place: number })[] = [];
  const expressions: ValueRule[] = [];
  for (const { name, action, keepLast, detect, matchesKey, detector } of rules) {
    const common = { name, action, keepLast };
    if (matchesKey !== undefined) {
      const earlier = [...keyRules];
      keyRules.push({ ...common, matchesKey });
      const isMine = (key: string): boolean =>
        matchesKey(key) && !earlier.some((rule) => rule.matchesKey(key));
      assignments.push({ ...common, detector: assignmentDetector(isMine) });
    } else if (detector !== undefined) {
      const place = DETECTOR_NAMES.indexOf(detect ?? "");
      if (place === -1) expressions.push({ ...common, detector });
      else detectors.push({ ...common, detector, place });
    }
  }
  detectors.sort((left, right) => left.place - right.place);
  return { keyRules, valueRules: [...assignments, ...detectors, ...expressions] };
}

function readRule(raw: unknown, where: string, hashKey: string): ReadRule {
  const rule = asFields(raw, where);
  const unknown = Object.keys(rule).find((key) => !RULE_KEYS.includes(key));
  if (unknown !== undefined) throw new TypeError(`${where} has the unknown key ${unknown}`);
  const { name, detect, keys, matches } = rule;
  if (typeof name !== "string") throw new TypeError(`${where}.name is not text`);
  if ([detect, keys, matches].filter((part) => part !== undefined).length !== 1) {
    throw new TypeError(`${where} needs exactly one of detect, keys, matches`);
  }
  return {
    name,
    ...markOf(rule, where, hashKey),
    detect: typeof detect === "string" ? detect : undefined,
    matchesKey: keys === undefined ? undefined : keyTest(keys, where),
    detector: keys === undefined ? detectorOf(rule, where) : undefined,
  };
}

/** What a rule leaves of what it finds. */
function markOf(
  { action = "mask", keepLast = 0 }: Fields,
  where: string,
  hashKey: string,
): Pick<ReadRule, "action" | "keepLast"> {
  if (action !== "mask" && action !== "drop" && action !== "hash") {
    throw new TypeError(`${where}.action is not one of mask, drop, hash`);
  }
  if (action === "hash" && hashKey.length < HASH_KEY_LENGTH_MIN) {
    const need = `THROUGHLINE_REDACTION_KEY of ${HASH_KEY_LENGTH_MIN} characters or more`;
    throw new TypeError(`${where}.action is hash, which needs ${need}`);
  }
  if (typeof keepLast !== "number" || !(keepLast >= 0 && keepLast <= KEEP_LAST_MAX)) {
    throw new TypeError(`${where}.keepLast is not a number from 0 to ${KEEP_LAST_MAX}`);
  }
  return { action, keepLast };
}

function detectorOf({ detect, matches }: Fields, where: string): Detector {
  if (detect !== undefined) {
    const detector = typeof detect === "string" ? COLLECTOR_DETECTORS.get(detect) : undefined;
    if (detector !== undefined) return detector;
    throw new TypeError(`${where}.detect is not one of ${DETECTOR_NAMES.join(", ")}`);
  }
  if (typeof matches !== "string") throw new TypeError(`${where}.matches is not text`);
  const expression = expressionOf(matches, where);
  return {
    mayContain: () => true,
    replace: (text, replacement) =>
      text.replace(expression, (found) => (found === "" ? "" : replacement(found))),
  };
}

/**
 * RE2's syntax for JavaScript. Where the two differ in what they allow, the flag `u` makes JavaScript refuse what it would otherwise read in another
 * way, so nothing is silently something else.
 */
function expressionOf(source: string, where: string): RegExp {
  const [, letters = "", rest = ""] = /^(?:\(\?([ims]+)\))?(.*)$/su.exec(source) ?? [];
  const translated = rest
    .replaceAll("(?P<", "(?<")
    // RE2 lets any punctuation be escaped; with `u` JavaScript only its own.
    .replaceAll(/\\([!-/:-@[-`{-~])/g, (escape, mark: string) =>
      "^$\\.*+?()[]{}|/".includes(mark)
        ? escape
        : `\\x${mark.charCodeAt(0).toString(16).padStart(2, "0")}`,
    );
  try {
    return new RegExp(translated, `gu${[...new Set(letters)].join("")}`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new TypeError(`${where}.matches is nothing that JavaScript can match: ${why}`, {
      cause: error,
    });
  }
}

/** Case, `-` and `_` do not count, `*` is any text; a pattern without a dot also matches what follows a key's last dot. */
function keyTest(keys: unknown, where: string): (key: string) => boolean {
  const patterns = Array.isArray(keys) ? (keys as readonly unknown[]) : [];
  const texts = patterns.filter((pattern) => typeof pattern === "string");
  if (texts.length === 0 || texts.length < patterns.length) {
    throw new TypeError(`${where}.keys is not a list of names`);
  }
  const tests = texts.map((pattern) => patternTest(normalized(pattern)));
  return (key) => {
    const whole = normalized(key);
    return tests.some((test) => test(whole));
  };
}

function patternTest(pattern: string): (key: string) => boolean {
  const whole = globTest(pattern.split("*"));
  if (pattern.includes(".")) return whole;
  return (key) => whole(key) || (key.includes(".") && whole(key.slice(key.lastIndexOf(".") + 1)));
}

/** Each inner part where it comes first, which needs no way back. */
function globTest(parts: readonly string[]): (key: string) => boolean {
  const [first = "", ...others] = parts;
  const last = others.pop();
  if (last === undefined) return (key) => key === first;
  return (key) => {
    if (key.length < first.length + last.length) return false;
    if (!key.startsWith(first) || !key.endsWith(last)) return false;
    let at = first.length;
    const end = key.length - last.length;
    for (const part of others) {
      const found = key.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}

function normalized(key: string): string {
  return key.toLowerCase().replaceAll(/[-_]/g, "");
}

function asFields(value: unknown, where: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- any object may be read by key
    return value as Fields;
  }
  throw new TypeError(`${where} is not a map`);
}
