/** Wildcard patterns (`*`, `?`, and a backslash before what means itself) as LIKE and as RE2 write them. */

type Piece = { readonly kind: "literal"; readonly text: string } | { readonly kind: "*" | "?" };

/** Runs of literal text and the wildcards between them. */
function piecesOf(pattern: string): Piece[] {
  const pieces: Piece[] = [];
  let literal = "";
  const flush = (): void => {
    if (literal !== "") pieces.push({ kind: "literal", text: literal });
    literal = "";
  };
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    if (char === "*" || char === "?") {
      flush();
      pieces.push({ kind: char });
    } else {
      if (char === "\\") at += 1;
      literal += pattern.charAt(at);
    }
  }
  flush();
  return pieces;
}

/** For the whole value. */
export function toLike(pattern: string): string {
  return piecesOf(pattern)
    .map((piece) => {
      if (piece.kind === "literal") return escapeLike(piece.text);
      return piece.kind === "*" ? "%" : "_";
    })
    .join("");
}

/** What every text has that has a word like the pattern: its literal runs, in their order. */
export function toWordLike(pattern: string): string {
  const runs = piecesOf(pattern).flatMap((piece) =>
    piece.kind === "literal" ? [escapeLike(piece.text)] : [],
  );
  return ["", ...runs, ""].join("%");
}

/** As ClickHouse's tokenizer splitByNonAlpha: ASCII letters, digits, and every character beyond ASCII. */
const WORD = String.raw`a-zA-Z0-9\x{80}-\x{10FFFF}`;

/** RE2 for a lower-cased text: one word, or a word with punctuation, like the pattern; wildcards stay within a word. */
export function toWordRegex(pattern: string): string {
  const pieces = piecesOf(lowerAscii(pattern));
  const body = pieces
    .map((piece) => {
      if (piece.kind === "literal") return escapeRegex(piece.text);
      return piece.kind === "*" ? `[${WORD}]*` : `[${WORD}]`;
    })
    .join("");
  const [first, last] = [pieces.at(0), pieces.at(-1)];
  const before = first !== undefined && isWordAt(first, "start") ? `(?:^|[^${WORD}])` : "";
  const after = last !== undefined && isWordAt(last, "end") ? `(?:$|[^${WORD}])` : "";
  return `${before}${body}${after}`;
}

function isWordAt(piece: Piece, end: "start" | "end"): boolean {
  if (piece.kind !== "literal") return true;
  const isWord = /[A-Za-z0-9\u0080-\u{10FFFF}]/u;
  const chars = Array.from(piece.text);
  return isWord.test((end === "start" ? chars.at(0) : chars.at(-1)) ?? "");
}

/** ClickHouse's lower() changes ASCII letters only. */
export function lowerAscii(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, "\\$&");
}

function escapeRegex(text: string): string {
  return text.replaceAll(/[\\^$.|?*+()[\]{}-]/g, "\\$&");
}
