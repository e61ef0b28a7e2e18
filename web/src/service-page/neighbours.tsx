import type { ServiceMap } from "@throughline/query/wire";
import { Link } from "wouter";
import { formatCount, formatDuration, formatExact, formatPercent } from "../lib/format.ts";
import { parseNanos } from "../lib/nanos.ts";
import { mapHref, serviceHref } from "../services/service-links.ts";
import { Service } from "../ui/text.tsx";
import { useUrl } from "../ui/use-url.ts";
import { OneLine } from "../ui/visible-text.tsx";
import styles from "./service-page.module.css";

type Node = ServiceMap["nodes"][number];
type Edge = ServiceMap["edges"][number];

interface NeighboursProps {
  readonly name: string;
  readonly map: ServiceMap | undefined;
  readonly problem: Error | null;
}

/** Who calls the service, and whom it calls. */
export function Neighbours({ name, map, problem }: NeighboursProps) {
  const { search } = useUrl();
  const own = `service:${name}`;
  const edges = map?.edges ?? [];
  return (
    <section className={styles.panel} aria-labelledby="neighbours">
      <h2 id="neighbours">
        Around it <Link href={mapHref(search, name)}>on the map</Link>
      </h2>
      {problem === null ? null : (
        <p className={styles.problem} role="alert">
          {problem.message}
        </p>
      )}
      <Side title="Called by" none="Nobody that is instrumented." map={map}>
        {edges
          .filter(({ to, from }) => to === own && from !== own)
          .map((edge) => [edge, edge.from])}
      </Side>
      <Side title="Calls" none="Nobody." map={map}>
        {edges.filter(({ from, to }) => from === own && to !== own).map((edge) => [edge, edge.to])}
      </Side>
    </section>
  );
}

interface SideProps {
  readonly title: string;
  readonly none: string;
  readonly map: ServiceMap | undefined;
  /** Calls, and the id of their other end. */
  readonly children: readonly (readonly [Edge, string])[];
}

function Side({ title, none, map, children }: SideProps) {
  const sorted = children.toSorted(([a], [b]) => b.calls - a.calls);
  return (
    <>
      <h3 className={styles.side}>{title}</h3>
      {map !== undefined && sorted.length === 0 ? <p className={styles.none}>{none}</p> : null}
      <ul className={styles.neighbours}>
        {sorted.map(([edge, id]) => (
          <li key={`${id} ${edge.connection}`}>
            <Neighbour node={map?.nodes.find((node) => node.id === id)} />
            <span title={formatExact(edge.calls)}>{formatCount(edge.calls)} calls</span>
            <span className={edge.errors === 0 ? styles.none : styles.failing}>
              {formatPercent(edge.calls === 0 ? 0 : edge.errors / edge.calls)} err
            </span>
            <span>p95 {formatDuration(parseNanos(edge.p95Nano))}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Neighbour({ node }: { readonly node: Node | undefined }) {
  const { search } = useUrl();
  if (node === undefined) return <span>unknown</span>;
  if (node.kind === "service")
    return (
      <Link href={serviceHref(search, node.name)}>
        <Service name={node.name} />
      </Link>
    );
  return (
    <span>
      <span className={styles.kind}>{node.system === "" ? node.kind : node.system}</span>{" "}
      <OneLine text={node.name} />
    </span>
  );
}
