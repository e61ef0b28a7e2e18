import { Link } from "wouter";
import { formatCount, formatDuration, formatExact, formatPercent } from "../lib/format.ts";
import { parseNanos } from "../lib/nanos.ts";
import { formatRate } from "../services/format-rate.ts";
import { patchSearch } from "../lib/url-state.ts";
import shared from "./calls-table.module.css";
import { cx } from "../ui/cx.ts";
import { Service } from "../ui/text.tsx";
import { useUrl } from "../ui/use-url.ts";
import { OneLine } from "../ui/visible-text.tsx";
import { errorShare, type MapEdge, type MapNode } from "./map-model.ts";
import styles from "./map.module.css";

interface MapTableProps {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
  readonly minutes: number;
}

/** Everything that the drawing shows, in rows: the busiest calls first. */
export function MapTable({ nodes, edges, minutes }: MapTableProps) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrollable region needs the focus
    <div className={styles.tableArea} tabIndex={0} role="group" aria-label="Calls, table">
      <table className={cx(shared.table, styles.table)}>
        <caption className="visually-hidden">Who calls whom</caption>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col">By</th>
            <th scope="col">Calls / min</th>
            <th scope="col">Calls</th>
            <th scope="col">Errors</th>
            <th scope="col">p50</th>
            <th scope="col">p95</th>
            <th scope="col">p99</th>
          </tr>
        </thead>
        <tbody>
          {edges
            .toSorted((a, b) => b.calls - a.calls)
            .map((edge) => (
              <tr key={`${edge.from} ${edge.to} ${edge.connection}`} data-testid="map-call">
                <td>
                  <NodeName node={byId.get(edge.from)} />
                </td>
                <td>
                  <NodeName node={byId.get(edge.to)} />
                </td>
                <td>{edge.connection}</td>
                <td>{formatRate(edge.calls / minutes)}</td>
                <td title={formatExact(edge.calls)}>{formatCount(edge.calls)}</td>
                <td className={edge.errors === 0 ? styles.none : styles.failing}>
                  {formatPercent(errorShare(edge))}
                </td>
                <td>{formatDuration(parseNanos(edge.p50Nano))}</td>
                <td>{formatDuration(parseNanos(edge.p95Nano))}</td>
                <td>{formatDuration(parseNanos(edge.p99Nano))}</td>
              </tr>
            ))}
        </tbody>
      </table>
      {edges.length === 0 ? (
        <p className={styles.note}>No calls between services in this range.</p>
      ) : null}
    </div>
  );
}

function NodeName({ node }: { readonly node: MapNode | undefined }) {
  const { search } = useUrl();
  if (node === undefined) return <>unknown</>;
  return (
    <Link href={`/map?${patchSearch(search, { node: node.id })}`}>
      {node.kind === "service" ? (
        <Service name={node.name} />
      ) : (
        <>
          <span className={styles.kind}>{node.system === "" ? node.kind : node.system}</span>{" "}
          <OneLine text={node.name} />
        </>
      )}
    </Link>
  );
}
