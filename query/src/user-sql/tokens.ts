/**
 * Cuts a statement into tokens as ClickHouse does, as far as it matters here: what is text, what is a name, what is a
 * comment. Only to tell people early and precisely; what a statement may do is decided over ClickHouse's own reading of
 * it (`judge-ast.ts`), and by the rights of its user.
 */
export interface Token {
  readonly kind: "space" | "word" | "macro" | "quoted" | "text" | "number" | "sign";
  readonly text: string;
  /** UTF-16 code units. */
  readonly start: number;
}

/**
 * No pattern fails after a long way, which would make the whole quadratic: what is not closed is one token to the end.
 * ClickHouse says so, too, when it is asked.
 */
const PATTERNS: readonly (readonly [Token["kind"], RegExp])[] = [
  ["space", /\s+|--[^\n]*|#[ !][^\n]*|\/\*[\s\S]*?\*\//y],
  ["text", /\/\*[\s\S]*/y],
  ["text", /'(?:[^'\\]|\\[\s\S]?|'')*'?/y],
  ["quoted", /`(?:[^`\\]|\\[\s\S]?|``)*`?|"(?:[^"\\]|\\[\s\S]?|"")*"?/y],
  ["macro", /\$__\w*/y],
  ["word", /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y],
  ["number", /\d[\w.]*/y],
  ["sign", /[\s\S]/y],
];

/** `$tag$`, where a text may begin that ends with the same. */
const TAG = /\$[A-Za-z0-9]*(?=\$)/g;

/** @returns tokens that joined are the statement again */
export function tokenize(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  const lastTags = new Map([...sql.matchAll(TAG)].map((match) => [match[0], match.index]));
  for (let start = 0; start < sql.length;) {
    const token = tagged(sql, start, lastTags) ?? tokenAt(sql, start);
    tokens.push(token);
    start += token.text.length;
  }
  return tokens;
}

/** @param lastTags where each tag stands for the last time, so that none is looked for in vain */
function tagged(
  sql: string,
  start: number,
  lastTags: ReadonlyMap<string, number>,
): Token | undefined {
  if (sql[start] !== "$") return undefined;
  const tag = sql.slice(start, sql.indexOf("$", start + 1));
  const after = start + tag.length + 1;
  if ((lastTags.get(tag) ?? -1) < after) return undefined;
  const end = sql.indexOf(`${tag}$`, after) + tag.length + 1;
  return { kind: "text", text: sql.slice(start, end), start };
}

function tokenAt(sql: string, start: number): Token {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = start;
    const text = pattern.exec(sql)?.[0];
    if (text !== undefined && text !== "") return { kind, text, start };
  }
  return { kind: "sign", text: sql.slice(start, start + 1), start };
}

export function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === "word" && token.text.toUpperCase() === word;
}
