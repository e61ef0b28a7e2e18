import { toOneLine, toVisibleParts } from "../lib/visible-text.ts";
import styles from "./text.module.css";

/** Text from outside: text nodes only, invisible characters as marks, its direction kept from leaking out. */
export function VisibleText({ text }: { readonly text: string }) {
  const parts = toVisibleParts(text);
  if (parts.length === 1 && parts[0]?.mark === false) return <bdi>{text}</bdi>;
  return (
    <bdi>
      {parts.map((part, i) =>
        part.mark ? (
          // oxlint-disable-next-line react/no-array-index-key -- parts have no identity beyond their place
          <span key={i} className={styles.mark}>
            {part.text}
          </span>
        ) : (
          part.text
        ),
      )}
    </bdi>
  );
}

/** The same, cut to what one row can show. */
export function OneLine({ text }: { readonly text: string }) {
  return <VisibleText text={toOneLine(text)} />;
}
