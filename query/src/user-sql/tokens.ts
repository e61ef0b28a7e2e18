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

const PATTERNS: readonly (readonly [Token["kind"], RegExp])[] = [
  ["space", /\s+|--[^\n]*|#[ !][^\n]*|\/\*[\s\S]*?\*\//y],
  ["text", /'(?:[^'\\]|\\[\s\S]|'')*'/y],
  ["text", /\$(?<tag>[A-Za-z0-9]*)\$[\s\S]*?\$\k<tag>\$/y],
  ["quoted", /`(?:[^`\\]|\\[\s\S]|``)*`|"(?:[^"\\]|\\[\s\S]|"")*"/y],
  ["macro", /\$__\w*/y],
  ["word", /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y],
  ["number", /\d[\w.]*/y],
  ["sign", /[\s\S]/y],
];

/** @returns tokens that joined are the statement again */
export function tokenize(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let start = 0; start < sql.length;) {
    const token = tokenAt(sql, start);
    tokens.push(token);
    start += token.text.length;
  }
  return tokens;
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
