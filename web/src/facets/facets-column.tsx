import { useFacets } from "../api/facets.ts";
import { formatCount, formatDuration } from "../lib/format.ts";
import controls from "../ui/controls.module.css";
import { FacetSection, type FacetContext } from "./facet-section.tsx";
import styles from "./facets.module.css";

/** What can be chosen by, beside a list. It asks for itself: the list does not wait for it. */
export function FacetsColumn(context: FacetContext) {
  const query = useFacets(context);
  const { data } = query;
  return (
    <aside className={styles.column} aria-label="Facets">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region needs the focus */}
      <div className={styles.scroll} tabIndex={0} role="group" aria-label="Facets" data-own-keys="">
        {data === undefined ? null : (
          <>
            {data.facets.map((facet) => (
              <FacetSection key={facet.field} facet={facet} {...context} />
            ))}
            <p className={styles.cost}>
              {formatCount(data.meta.rowsRead)} rows in {formatDuration(data.meta.elapsedMs * 1e6)}
              {data.meta.reason === undefined ? "" : `. ${data.meta.reason}`}
            </p>
          </>
        )}
        {query.isPending ? <Waiting /> : null}
        {query.isError ? (
          <div className={styles.failed} role="alert">
            <p>Values were not counted: {query.error.message}</p>
            <button type="button" className={controls.button} onClick={() => void query.refetch()}>
              Try again
            </button>
          </div>
        ) : null}
      </div>
    </aside>
  );
}

const WIDTHS = [64, 82, 71, 46, 58, 77, 40, 69];

function Waiting() {
  return (
    <div className={styles.waiting} role="status" aria-label="Counting values">
      {WIDTHS.map((width) => (
        <span key={width} style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}
