/** `$__timeFilter(column)` and its like: the range of the request, put into the statement as bound parameters. */
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import type { TimeRange } from "../search/time-range.ts";
import { type Token, tokenize } from "./tokens.ts";

interface Expanded {
  readonly sql: string;
  readonly params: Readonly<Record<string, string>>;
  /** From a place in `sql` to the place in the text before; both in UTF-16 code units. */
  readonly positionOf: (expanded: number) => number;
}

export type Expansion =
  | { readonly kind: "expanded"; readonly expanded: Expanded }
  | { readonly kind: "refused"; readonly why: string; readonly position: number };

/** Names that begin so are the service's. */
export const PARAM_PREFIX = "tl_";

const FROM = "fromUnixTimestamp64Nano({tl_from:Int64})";
const TO = "fromUnixTimestamp64Nano({tl_to:Int64})";
const INTERVAL = "{tl_interval:UInt32}";

interface Macro {
  readonly name: string;
  readonly takesColumn: boolean;
  readonly says: string;
  readonly toSql: (column: string) => string;
}

export const MACROS: readonly Macro[] = [
  {
    name: "$__timeFilter",
    takesColumn: true,
    says: "$__timeFilter(column): the column lies in the range of the request",
    toSql: (column) => `(${column} >= ${FROM} AND ${column} < ${TO})`,
  },
  {
    name: "$__timeInterval",
    takesColumn: true,
    says: "$__timeInterval(column): the column, rounded down to about a hundredth of the range",
    toSql: (column) => `toStartOfInterval(${column}, toIntervalSecond(${INTERVAL}))`,
  },
  {
    name: "$__fromTime",
    takesColumn: false,
    says: "$__fromTime: start of the range, DateTime64(9)",
    toSql: () => FROM,
  },
  {
    name: "$__toTime",
    takesColumn: false,
    says: "$__toTime: end of the range, DateTime64(9)",
    toSql: () => TO,
  },
  {
    name: "$__interval_s",
    takesColumn: false,
    says: "$__interval_s: seconds that $__timeInterval rounds to",
    toSql: () => INTERVAL,
  },
];

/** About this many intervals in the range. */
const INTERVALS = 100;
const NICE_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600];
const DAY_SECONDS = 86_400;

export function intervalSeconds(range: TimeRange): number {
  const wanted = Number((range.to - range.from) / NANOS_PER_SECOND) / INTERVALS;
  return (
    NICE_SECONDS.find((nice) => nice >= wanted) ?? Math.ceil(wanted / DAY_SECONDS) * DAY_SECONDS
  );
}

export function expandMacros(sql: string, range: TimeRange): Expansion {
  const tokens = tokenize(sql);
  /** Pieces of the result with where they come from. */
  const pieces: Piece[] = [];
  let used = false;
  for (let i = 0; i < tokens.length;) {
    const token = tokens[i];
    if (token?.kind !== "macro") {
      if (token !== undefined)
        pieces.push({ text: token.text, start: token.start, isMacro: false });
      i += 1;
      continue;
    }
    const call = readCall(tokens, i);
    if (call.kind === "refused") return call;
    used = true;
    pieces.push({ text: call.sql, start: token.start, isMacro: true });
    i = call.next;
  }
  const params = {
    tl_from: String(range.from),
    tl_to: String(range.to),
    tl_interval: String(intervalSeconds(range)),
  };
  return {
    kind: "expanded",
    expanded: {
      sql: pieces.map((piece) => piece.text).join(""),
      params: used ? params : {},
      positionOf: (expanded) => positionIn(pieces, expanded),
    },
  };
}

interface Piece {
  readonly text: string;
  readonly start: number;
  readonly isMacro: boolean;
}

function positionIn(pieces: readonly Piece[], expanded: number): number {
  let at = 0;
  for (const piece of pieces) {
    if (expanded < at + piece.text.length) {
      return piece.start + (piece.isMacro ? 0 : expanded - at);
    }
    at += piece.text.length;
  }
  const last = pieces.at(-1);
  return last === undefined ? 0 : last.start + last.text.length;
}

type Call =
  | { readonly kind: "call"; readonly sql: string; readonly next: number }
  | { readonly kind: "refused"; readonly why: string; readonly position: number };

function readCall(tokens: readonly Token[], at: number): Call {
  const token = tokens[at];
  const position = token?.start ?? 0;
  const macro = MACROS.find(({ name }) => name === token?.text);
  if (macro === undefined) {
    const names = MACROS.map(({ name }) => name).join(", ");
    return {
      kind: "refused",
      why: `There is no macro ${token?.text}; there are ${names}.`,
      position,
    };
  }
  if (!macro.takesColumn) return { kind: "call", sql: macro.toSql(""), next: at + 1 };
  const open = nextOf(tokens, at + 1);
  const close = tokens[open]?.text === "(" ? closing(tokens, open) : -1;
  const column = tokens.slice(open + 1, Math.max(close, open + 1)).map(({ text }) => text);
  if (close < 0 || column.join("").trim() === "") {
    return { kind: "refused", why: `${macro.name} takes a column: ${macro.says}.`, position };
  }
  return { kind: "call", sql: macro.toSql(column.join("").trim()), next: close + 1 };
}

function nextOf(tokens: readonly Token[], at: number): number {
  let next = at;
  while (tokens[next]?.kind === "space") next += 1;
  return next;
}

function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    const token = tokens[i];
    if (token?.kind !== "sign") continue;
    if (token.text === "(") depth += 1;
    if (token.text === ")") depth -= 1;
    if (depth === 0) return i;
  }
  return -1;
}
