import type { FilterError } from "@throughline/query/filter";
import { cx } from "../ui/cx.ts";
import styles from "./query-bar.module.css";
import { tokenize, type TokenKind } from "./tokens.ts";

const TOKEN_CLASSES: Partial<Readonly<Record<TokenKind, string | undefined>>> = {
  field: styles.tokenField,
  keyword: styles.tokenKeyword,
  operator: styles.tokenOperator,
  string: styles.tokenString,
  regex: styles.tokenRegex,
  number: styles.tokenNumber,
};

interface ColouredTextProps {
  readonly text: string;
  readonly mistake: FilterError | undefined;
}

export function ColouredText({ text, mistake }: ColouredTextProps) {
  let at = 0;
  return tokenize(text).map(({ kind, text: piece }) => {
    const start = at;
    at += piece.length;
    const isWrong =
      mistake !== undefined &&
      start < mistake.offset + Math.max(mistake.length, 1) &&
      at > mistake.offset;
    return (
      <span key={start} className={cx(TOKEN_CLASSES[kind], isWrong && styles.wrong)}>
        {piece}
      </span>
    );
  });
}
