/**
 * Splits a .sql file at the semicolons that end statements: not those in strings, quoted names or comments.
 * Comments are left out, since each would be stored with the table.
 * @returns the statements in order, trimmed, without their semicolons, none empty
 */
export function splitStatements(sql: string): readonly string[] {
  const statements: string[] = [];
  let current = "";
  for (const [token] of sql.matchAll(TOKENS)) {
    if (token === ";") {
      statements.push(current);
      current = "";
    } else if (!token.startsWith("--") && !token.startsWith("/*")) {
      current += token;
    }
  }
  statements.push(current);
  return statements.map(withoutBlankLines).filter((statement) => statement !== "");
}

/** A comment, a string, a quoted name, or one other character. */
const TOKENS =
  /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\]|\\[\s\S])*'|`(?:[^`\\]|\\[\s\S])*`|"(?:[^"\\]|\\[\s\S])*"|[\s\S]/g;

function withoutBlankLines(statement: string): string {
  return statement
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "")
    .join("\n")
    .trim();
}
