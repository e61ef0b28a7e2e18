import { OneLine } from "../../ui/visible-text.tsx";
import { templateParts } from "./pattern.ts";
import styles from "./patterns.module.css";

/** A template; what varies in it is set off from what every line says. */
export function TemplateText({ template }: { readonly template: string }) {
  if (template === "") return <em className={styles.nothing}>empty lines</em>;
  return templateParts(template).map(({ text, isPlaceholder }, at) =>
    isPlaceholder ? (
      // oxlint-disable-next-line react/no-array-index-key -- parts have no identity beyond their place
      <span key={at} className={styles.placeholder}>
        {text}
      </span>
    ) : (
      // oxlint-disable-next-line react/no-array-index-key -- parts have no identity beyond their place
      <OneLine key={at} text={text} />
    ),
  );
}
