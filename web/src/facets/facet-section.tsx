import type { FilterSignal } from "@throughline/query/filter";
import { Ban } from "lucide-react";
import { useState } from "react";
import { useFacet } from "../api/facets.ts";
import { formatCount, formatExact, formatPercent } from "../lib/format.ts";
import { facetSql } from "../sql/facet-sql.ts";
import { SqlLinkIcon } from "../traces/sql-link-icon.tsx";
import type { TimeRange } from "../lib/time-range.ts";
import { toVisibleLine } from "../lib/visible-text.ts";
import { cx } from "../ui/cx.ts";
import { useInEnvironment } from "../ui/use-environment.ts";
import { OneLine } from "../ui/visible-text.tsx";
import { choose, chosenIn, type Facet, type FacetValue } from "./choose.ts";
import styles from "./facets.module.css";

export interface FacetContext {
  readonly signal: FilterSignal;
  /** The filter. */
  readonly q: string;
  readonly range: TimeRange;
  readonly onFilter: (q: string) => void;
}

interface FacetSectionProps extends FacetContext {
  readonly facet: Facet;
}

/** Shown before "more" is asked for. */
const SHOWN_AT_FIRST = 5;

/** One field: its most frequent values, how many records have each, and the rest when asked for. */
export function FacetSection({ facet, ...context }: FacetSectionProps) {
  const [isOpen, setOpen] = useState(false);
  const [find, setFind] = useState("");
  const field = toVisibleLine(facet.field);
  const more = useFacet(context, facet.field, isOpen);
  const asked = useInEnvironment(context.q, context.signal);
  const all = isOpen ? (more.data?.facets[0]?.values ?? facet.values) : facet.values;
  const shown = isOpen
    ? all.filter(({ value }) => value.toLowerCase().includes(find.toLowerCase()))
    : all.slice(0, SHOWN_AT_FIRST);
  return (
    <details open className={styles.section}>
      <summary>
        <span className={styles.name} title={field}>
          <OneLine text={facet.field} />
        </span>
        <span className={styles.distinct} title={`${formatExact(facet.distinct)} values`}>
          {formatCount(facet.distinct)}
        </span>
      </summary>
      <span className={styles.sql}>
        <SqlLinkIcon
          sql={facetSql({ signal: context.signal, q: asked, field: facet.field })}
          range={context.range}
          what={`the values of ${field}`}
        />
      </span>
      {isOpen ? (
        <input
          className={styles.find}
          aria-label={`Find among the values of ${field}`}
          placeholder={
            facet.distinct > all.length ? `Find in the first ${all.length}` : "Find a value"
          }
          value={find}
          spellCheck={false}
          autoComplete="off"
          onChange={({ target }) => setFind(target.value)}
        />
      ) : null}
      <ul className={styles.values} aria-label={`Values of ${field}`}>
        {shown.map((value) => (
          <ValueRow key={value.value} facet={facet} value={value} {...context} />
        ))}
      </ul>
      {shown.length === 0 ? <p className={styles.note}>none</p> : null}
      <Notes facet={facet} />
      {facet.distinct > SHOWN_AT_FIRST ? (
        <button
          type="button"
          className={styles.more}
          aria-label={`${isOpen ? "Fewer" : "More"} values of ${field}`}
          onClick={() => {
            setOpen(!isOpen);
            setFind("");
          }}
        >
          {isOpen ? "Fewer" : "More"}
        </button>
      ) : null}
    </details>
  );
}

/** What the counts are of, where it is not every record. */
function Notes({ facet }: { readonly facet: Facet }) {
  const missing = facet.total - facet.records;
  return (
    <>
      {facet.countedEvery > 1 ? (
        <p className={styles.note}>
          about: counted in one part of {formatExact(facet.countedEvery)}
        </p>
      ) : null}
      {missing > 0 && facet.total > 0 ? (
        <p className={styles.note}>{formatPercent(missing / facet.total)} do not have it</p>
      ) : null}
    </>
  );
}

interface ValueRowProps extends FacetContext {
  readonly facet: Facet;
  readonly value: FacetValue;
}

function ValueRow({ facet, value, q, onFilter }: ValueRowProps) {
  const chosen = chosenIn(q, value);
  const text = value.value === "" ? "empty" : toVisibleLine(value.value);
  const isFixed = value.filter === undefined;
  const about = facet.exact ? "" : "≈";
  return (
    <li className={cx(styles.row, chosen === "only" && styles.only)}>
      <button
        type="button"
        className={styles.value}
        aria-pressed={chosen === "only"}
        disabled={isFixed}
        title={isFixed ? "Too long to be asked for as a whole" : text}
        onClick={() => onFilter(choose(q, value, "only"))}
      >
        <i
          aria-hidden="true"
          style={{ width: `${facet.records === 0 ? 0 : (value.records / facet.records) * 100}%` }}
        />
        <span className={cx(styles.text, chosen === "except" && styles.except)}>
          {value.value === "" ? <em>empty</em> : <OneLine text={value.value} />}
        </span>
        <span className={styles.count} title={formatExact(value.records)}>
          {about}
          {formatCount(value.records)}
        </span>
      </button>
      <button
        type="button"
        className={styles.exclude}
        aria-label={`Exclude ${toVisibleLine(facet.field)} ${text}`}
        title="Exclude"
        aria-pressed={chosen === "except"}
        disabled={isFixed}
        onClick={() => onFilter(choose(q, value, "except"))}
      >
        <Ban size={12} aria-hidden="true" />
      </button>
    </li>
  );
}
