/**
 * A line as tokens in which what looks like a value is the name of its kind: `took 20ms` as `took <num>`. Every
 * placeholder stands for one piece of the line that its regular expression matches, so the line matches its own template.
 */
import { PATTERN_LIMITS } from "./limits.ts";

/** What a placeholder may stand for, for a regular expression that both JavaScript (flag u) and RE2 read alike. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  "*": String.raw`\S+`,
  str: String.raw`"[^"]*"`,
  uuid: "[0-9a-fA-F-]{36}",
  email: String.raw`[\w.%+-]+@[\w.-]+`,
  time: String.raw`\d[\w:.,+\/-]*`,
  ip: "[0-9a-fA-F.:]+",
  hex: "(?:0x)?[0-9a-fA-F]+",
  num: String.raw`\d[\d.,]*[a-zA-Zµ%]*`,
};

const UNITS =
  "ns|us|µs|ms|s|sec|secs|m|min|mins|h|d|[kKMGT]?i?[bB]|[kKMGT]?[bB]ytes?|rps|qps|Hz|kHz|MHz|GHz|px|pct|%";
const H = "[0-9a-fA-F]";

/** Alternatives in the order in which they win; a key of JSON is kept, the quoted value after it is not. */
const MASK = new RegExp(
  [
    String.raw`(?<key>"[^"]*"\s*:)`,
    String.raw`(?<str>"[^"]*")`,
    String.raw`(?<own><(?:\*|str|uuid|email|time|ip|hex|num|\.\.\.)>)`,
    `(?<uuid>(?<![\\w-])${H}{8}-${H}{4}-${H}{4}-${H}{4}-${H}{12}(?![\\w-]))`,
    String.raw`(?<email>(?<![\w.%+-])[\w.%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}(?![\w-]))`,
    String.raw`(?<time>(?<![\w.:/-])(?:\d{4}[-/]\d{2}[-/]\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?|\d{2}\/[A-Z][a-z]{2}\/\d{4}(?::\d{2}:\d{2}:\d{2})?|\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?Z?)(?![\w]))`,
    String.raw`(?<ip>(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?|(?:${H}{1,4}:){3,7}${H}{1,4}|(?:${H}{1,4}:){1,6}(?::${H}{1,4}){1,6}|::1)(?![\w:]))`,
    `(?<num>(?<![\\w.])\\d+(?:[.,]\\d+)*(?:${UNITS})?(?![\\wµ%]))`,
    `(?<hex>(?<!\\w)(?:0x${H}+|(?=[a-fA-F]*\\d)${H}{8,})(?!\\w))`,
  ].join("|"),
  "gu",
);

const SPACES = /[\t\n\f\r ]+/;
/** Control characters, halves of characters, and spaces that are none to RE2: no template shows them. */
const ODD = /[\p{Cc}\p{Cs}\s\uFFFD]+/gu;

export interface Masked {
  readonly tokens: readonly string[];
  /** Whether the line goes on behind the tokens. */
  readonly cut: boolean;
}

/** @returns the tokens of the line; none for an empty one */
export function mask(line: string): Masked {
  const head = line.slice(0, PATTERN_LIMITS.lineLength);
  const pieces: string[] = [];
  let end = 0;
  for (const match of head.matchAll(MASK)) {
    pieces.push(head.slice(end, match.index), nameOf(match));
    end = match.index + match[0].length;
  }
  pieces.push(head.slice(end));
  const tokens = pieces
    .join("")
    .split(SPACES)
    .filter((token) => token !== "");
  const isCut = head.length < line.length;
  // The last token may go on behind the cut; so may the only one, and what is left of it is found all the same.
  return fit(isCut && tokens.length > 1 ? tokens.slice(0, -1) : tokens, isCut);
}

function nameOf(match: RegExpExecArray): string {
  const { groups = {} } = match;
  const name = Object.keys(groups).find((each) => groups[each] !== undefined) ?? "";
  if (name === "key") return /[\t\n\f\r <]/.test(match[0]) ? `<str>${keyEnd(match[0])}` : match[0];
  return name === "own" ? "<*>" : `<${name}>`;
}

/** A key with spaces in it, or what looks like a placeholder, is masked as well; what stands behind its quotes is not. */
function keyEnd(key: string): string {
  return key.slice(key.lastIndexOf('"') + 1);
}

/** As many tokens as the regular expression of the template has room for. */
function fit(given: readonly string[], isCut: boolean): Masked {
  const tokens: string[] = [];
  let length = 0;
  for (const token of given) {
    const simple = simplify(token);
    length += tokenRegex(simple).length + 3;
    if (length > PATTERN_LIMITS.regexLength - 20 || tokens.length >= PATTERN_LIMITS.tokensMax) {
      return { tokens: tokens.length === 0 ? [beginningOf(simple)] : tokens, cut: true };
    }
    tokens.push(simple);
  }
  return { tokens, cut: isCut };
}

/** Of a token that has no room: a template of nothing would be like every line. */
function beginningOf(token: string): string {
  const [literal = "", name = "*"] = partsOf(token);
  const head = literal.slice(0, PATTERN_LIMITS.beginningLength);
  return literal === "" ? `<${name}>` : head.replace(/[\uD800-\uDBFF]$/, "");
}

/** A token that is mostly variable is variable; quoted text may have spaces, so it never is. */
function simplify(token: string): string {
  const shown = token.replaceAll(ODD, "<*>");
  if (shown.includes("<str>")) return shown.replaceAll(/(?:<\*>)+/g, "<*>");
  return shown.includes("<*>") ? "<*>" : shown;
}

const PARTS = /<(\*|str|uuid|email|time|ip|hex|num)>/;

/** Literal pieces at even places, names of placeholders at odd ones. */
export function partsOf(token: string): readonly string[] {
  return token.split(PARTS);
}

/** Without anchors. */
export function tokenRegex(token: string): string {
  return partsOf(token)
    .map((part, index) => (index % 2 === 0 ? escapeRegex(part) : (PLACEHOLDERS[part] ?? "")))
    .join("");
}

function escapeRegex(text: string): string {
  return text.replaceAll(/[\\^$.|?*+()[\]{}/]/g, "\\$&");
}
