import type { ServiceErrors } from "@throughline/query/wire";
import { CircleX } from "lucide-react";
import { Link } from "wouter";
import { formatExact, plural } from "../lib/format.ts";
import { parseNanos } from "../lib/nanos.ts";
import { traceHref } from "../lib/url-state.ts";
import { toOneLine, toVisibleLine } from "../lib/visible-text.ts";
import { MomentText } from "../ui/text.tsx";
import { useUrl } from "../ui/use-url.ts";
import { OneLine } from "../ui/visible-text.tsx";
import styles from "./service-page.module.css";

const SHOWN_MAX = 8;
const CHARS_MAX = 160;

interface ErrorGroupsProps {
  readonly errors: ServiceErrors | undefined;
  /** Why they could not be had. */
  readonly problem: Error | null;
}

/** What failed, most often first; each opens the newest trace of its kind at the failed span. */
export function ErrorGroups({ errors, problem }: ErrorGroupsProps) {
  const groups = errors?.groups ?? [];
  return (
    <section className={styles.panel} aria-labelledby="errors">
      <h2 id="errors">
        What failed{" "}
        {errors === undefined ? null : (
          <span>{plural(groups.length, "kind")} of error, most frequent first</span>
        )}
      </h2>
      {problem === null ? null : (
        <p className={styles.problem} role="alert">
          {problem.message}
        </p>
      )}
      {errors === undefined && problem === null ? <p className={styles.none}>Grouping…</p> : null}
      {errors !== undefined && groups.length === 0 ? (
        <p className={styles.none}>No span of this service failed in this range.</p>
      ) : null}
      <ul className={styles.groups}>
        {groups.slice(0, SHOWN_MAX).map((group) => (
          <ErrorGroup key={`${group.type}\n${group.pattern}`} group={group} />
        ))}
      </ul>
      {groups.length > SHOWN_MAX ? (
        <p className={styles.none}>and {formatExact(groups.length - SHOWN_MAX)} rarer ones</p>
      ) : null}
    </section>
  );
}

function ErrorGroup({ group }: { readonly group: ServiceErrors["groups"][number] }) {
  const { search } = useUrl();
  const said = group.pattern === "" ? group.message : group.pattern;
  const words = said === "" ? "no message" : said;
  return (
    <li>
      <Link
        href={traceHref(search, { traceId: group.traceId, span: group.spanId })}
        title={toVisibleLine(group.message)}
      >
        <CircleX size={13} aria-hidden="true" />
        <span className={styles.said}>
          {group.type === "" ? null : (
            <b>
              <OneLine text={group.type} />{" "}
            </b>
          )}
          <OneLine text={toOneLine(words, CHARS_MAX)} />
        </span>
        <span className={styles.count}>{formatExact(group.count)}×</span>
        <span className={styles.where}>
          <OneLine text={toOneLine(group.operation, CHARS_MAX)} />, last{" "}
          <MomentText nanos={parseNanos(group.lastUnixNano)} />
        </span>
      </Link>
    </li>
  );
}
