import { Link } from "wouter";
import { traceHref } from "../lib/url-state.ts";
import { Section } from "../ui/panel.tsx";
import { Service } from "../ui/text.tsx";
import { useUrl } from "../ui/use-url.ts";
import { OneLine } from "../ui/visible-text.tsx";
import { signed } from "./compared-tree.tsx";
import type { ComparedRow } from "./differences.ts";
import styles from "./compare.module.css";

interface RankedDifferencesProps {
  readonly rows: readonly ComparedRow[];
  readonly traceA: string;
  /** Undefined against what is usual. */
  readonly traceB: string | undefined;
}

/** The spans that differ most, each a link to where it is. */
export function RankedDifferences({ rows, traceA, traceB }: RankedDifferencesProps) {
  const { search } = useUrl();
  return (
    <Section title="Largest differences">
      {rows.length === 0 ? <p className={styles.muted}>None.</p> : null}
      <ol className={styles.ranked}>
        {rows.map(({ key, a, b, service, operation, deltaNs = 0 }) => {
          const traceId = a === undefined ? (traceB ?? traceA) : traceA;
          const span = (a ?? b)?.spanId ?? "";
          return (
            <li key={key}>
              <Link href={traceHref(search, { traceId, span })}>
                <Service name={service} />
                <span className={styles.operation}>
                  <OneLine text={operation} />
                </span>
              </Link>
              <b className={deltaNs > 0 ? styles.longerWords : styles.shorterWords}>
                {signed(deltaNs)}
              </b>
            </li>
          );
        })}
      </ol>
    </Section>
  );
}
