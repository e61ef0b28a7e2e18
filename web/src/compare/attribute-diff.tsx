import { useSpan } from "../api/queries.ts";
import { longestRoot } from "../trace/critical-path.ts";
import type { LoadedTrace } from "../trace/load-trace.ts";
import { Section } from "../ui/panel.tsx";
import { OneLine } from "../ui/visible-text.tsx";
import { toOneLine, toVisibleLine } from "../lib/visible-text.ts";
import { plural } from "../lib/format.ts";
import { diffAttributes } from "./differences.ts";
import styles from "./compare.module.css";

const CHARS_MAX = 200;

/** Attributes of a trace's longest root and of its resource; undefined while they are on their way. */
function useRootAttributes(trace: LoadedTrace): Readonly<Record<string, string>> | undefined {
  const root = trace.model.nodes[longestRoot(trace.model)];
  const spanId = root?.kind === "span" ? root.span.spanId : "";
  const isLight = trace.columns !== undefined;
  const query = useSpan(trace.model.traceId, spanId, isLight && spanId !== "");
  if (root?.kind !== "span") return {};
  const { span } = isLight ? { span: query.data?.span } : root;
  return span === undefined ? undefined : { ...span.resource, ...span.attributes };
}

interface AttributeDiffProps {
  readonly a: LoadedTrace;
  readonly b: LoadedTrace;
}

/** What the two requests say of themselves that is not the same. */
export function AttributeDiff({ a, b }: AttributeDiffProps) {
  const [left, right] = [useRootAttributes(a), useRootAttributes(b)];
  if (left === undefined || right === undefined)
    return <Section title="Attributes of the roots">Loading…</Section>;
  const { different, equalCount } = diffAttributes(left, right);
  return (
    <Section title="Attributes of the roots" aside={`${plural(equalCount, "equal one")}`}>
      {different.length === 0 ? <p className={styles.muted}>All are equal.</p> : null}
      <dl className={styles.attributes}>
        {different.map(({ name, a: before, b: after }) => (
          <div key={name}>
            <dt>
              <OneLine text={name} />
            </dt>
            <Value letter="A" value={before} />
            <Value letter="B" value={after} />
          </div>
        ))}
      </dl>
    </Section>
  );
}

function Value({
  letter,
  value,
}: {
  readonly letter: "A" | "B";
  readonly value: string | undefined;
}) {
  return (
    <dd title={value && toVisibleLine(value)}>
      <span className={letter === "A" ? styles.letterA : styles.letterB}>{letter}</span>
      {value === undefined ? (
        <span className={styles.muted}>not there</span>
      ) : (
        <span className={styles.value}>
          <OneLine text={toOneLine(value, CHARS_MAX)} />
        </span>
      )}
    </dd>
  );
}
