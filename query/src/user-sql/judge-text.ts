/** What can be refused by looking at the text: more than one statement, statements that do not read, clauses of the service. */
import { type Token, isWord, tokenize } from "./tokens.ts";

export type Judged =
  | {
      readonly kind: "fine";
      /** Without comments around it and without the last semicolon. */
      readonly sql: string;
      /** Where that begins in what was given. */
      readonly offset: number;
      /** Where its SELECT begins in `sql`; above 0 for EXPLAIN. */
      readonly selectAt: number;
    }
  | { readonly kind: "refused"; readonly why: string; readonly position: number };

/** Words between EXPLAIN and its SELECT. */
const EXPLAIN_WORDS = new Set(
  "ast syntax query tree plan pipeline estimate header description indexes actions json projections sorting compact graph run_passes dump_passes dump_ast oneline".split(
    " ",
  ),
);

export function judgeText(given: string): Judged {
  const all = tokenize(given);
  const tokens = all.filter((token) => token.kind !== "space");
  const first = tokens[0];
  if (first === undefined) return refused("There is no statement.", 0);
  const nul = given.indexOf("\u0000");
  if (nul >= 0) return refused("A statement has no NUL character.", nul);
  const end = statementEnd(tokens);
  if (end.kind === "refused") return end;
  const body = tokens.slice(0, end.count);
  const last = body.at(-1);
  if (last === undefined) return refused("There is no statement.", 0);
  const select = selectOf(body);
  if (typeof select !== "number") return select;
  const clause = serviceClause(body);
  if (clause !== undefined) return clause;
  const sql = given.slice(first.start, last.start + last.text.length);
  return { kind: "fine", sql, offset: first.start, selectAt: select - first.start };
}

function refused(why: string, position: number): Extract<Judged, { kind: "refused" }> {
  return { kind: "refused", why, position };
}

type End = { readonly kind: "end"; readonly count: number } | Extract<Judged, { kind: "refused" }>;

/** A semicolon may only be last. */
function statementEnd(tokens: readonly Token[]): End {
  const semicolon = tokens.findIndex((token) => token.kind === "sign" && token.text === ";");
  if (semicolon < 0) return { kind: "end", count: tokens.length };
  const after = tokens.slice(semicolon + 1).find((token) => token.text !== ";");
  if (after === undefined) return { kind: "end", count: semicolon };
  return refused("One statement at a time: nothing may follow the semicolon.", after.start);
}

/** @returns where the SELECT begins */
function selectOf(tokens: readonly Token[]): number | Extract<Judged, { kind: "refused" }> {
  const [first] = tokens;
  if (first === undefined) return refused("There is no statement.", 0);
  if (isSelect(first)) return first.start;
  if (!isWord(first, "EXPLAIN")) {
    return refused(
      `Only SELECT, WITH … SELECT and EXPLAIN of these are run, not ${first.text.slice(0, 40)}.`,
      first.start,
    );
  }
  for (const token of tokens.slice(1)) {
    if (isSelect(token)) return token.start;
    const isOption =
      token.kind === "number" || token.text === "=" || token.text === "," || isExplainWord(token);
    if (!isOption) return refused("EXPLAIN is for SELECT only.", token.start);
  }
  return refused("EXPLAIN lacks its SELECT.", first.start);
}

function isSelect(token: Token): boolean {
  return isWord(token, "SELECT") || isWord(token, "WITH") || token.text === "(";
}

function isExplainWord(token: Token): boolean {
  return token.kind === "word" && EXPLAIN_WORDS.has(token.text.toLowerCase());
}

/** Where the answer goes, in which form, and under which limits is said in the request, not in the statement. */
function serviceClause(tokens: readonly Token[]): Extract<Judged, { kind: "refused" }> | undefined {
  for (const [i, token] of tokens.entries()) {
    const next = tokens[i + 1];
    if (isWord(token, "INTO") && isWord(next, "OUTFILE")) {
      return refused("INTO OUTFILE is refused: the answer goes to who asked.", token.start);
    }
    if (isWord(token, "SETTINGS") && next?.kind === "word" && tokens[i + 2]?.text === "=") {
      return refused("SETTINGS is refused: the limits are the service's.", token.start);
    }
    const isName = next?.kind === "word" || next?.kind === "quoted";
    if (isWord(token, "FORMAT") && isName && i + 2 === tokens.length) {
      return refused("FORMAT is refused: `format` of the request says it.", token.start);
    }
  }
  return undefined;
}
