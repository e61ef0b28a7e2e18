/**
 * A filter cut into pieces to colour, also while it is being typed and no filter yet: the parser is for meaning, this
 * is for looks. The pieces, joined, are the text.
 */
export type TokenKind =
  | "space"
  | "keyword"
  | "field"
  | "operator"
  | "string"
  | "regex"
  | "number"
  | "punctuation"
  | "text";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

/** In this order: the first that fits takes its text. A field is what an operator follows. */
const PATTERNS: readonly (readonly [TokenKind, RegExp])[] = [
  ["space", /\s+/uy],
  ["keyword", /(?:AND|OR|NOT|TO|exists)(?=[\s()"]|$)/uy],
  ["string", /"(?:\\.|[^"\\])*"?/uy],
  [
    "field",
    /-?(?:resource\.|attr\.|scope\.|event\.|link\.)?"(?:\\.|[^"\\])*"(?=\s*(?:[:=<>]|!=))/uy,
  ],
  ["field", /[^\s:=<>!()[\]{}"\\/]+(?=[:=<>]|!=)/uy],
  ["operator", /!=|>=|<=|[:=<>]|\.\./uy],
  ["regex", /\/(?:\\.|[^/\\\s]|\s(?=[^/]*\/(?:[\s)]|$)))+\/(?=[\s)]|$)/uy],
  ["number", /-?\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d)?(?=[\s)\]}]|\.\.|$)/uy],
  ["punctuation", /[()[\]{}]/uy],
  ["text", /(?:\\.|[^\s()[\]{}:=<>"\\])+|[\s\S]/uy],
];

/** Linear in the text but for look-ahead; texts are at most 4 000 characters (FILTER_LIMITS). */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const token = tokenAt(text, at);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

function tokenAt(text: string, at: number): Token {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined && found !== "") return { kind, text: found };
  }
  return { kind: "text", text: text.slice(at, at + 1) };
}
