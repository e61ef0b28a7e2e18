import { Link } from "wouter";
import { formatDuration, formatExact, formatPercent, plural } from "../lib/format.ts";
import { parseNanos } from "../lib/nanos.ts";
import { logsHref, patchSearch, readRange, tracesHref } from "../lib/url-state.ts";
import { toVisibleLine } from "../lib/visible-text.ts";
import { formatRate } from "../services/format-rate.ts";
import { mapHref, serviceHref } from "../services/service-links.ts";
import controls from "../ui/controls.module.css";
import panel from "../ui/panel.module.css";
import { Pair, Pairs, Section, SidePanel } from "../ui/panel.tsx";
import { Service } from "../ui/text.tsx";
import { useUrl } from "../ui/use-url.ts";
import { OneLine } from "../ui/visible-text.tsx";
import { errorShare, type MapEdge, type MapNode } from "./map-model.ts";
import styles from "./map.module.css";

interface NodePanelProps {
  readonly node: MapNode;
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
  readonly minutes: number;
  readonly onClose: () => void;
}

/** A node's figures, its calls, and the ways on. */
export function NodePanel({ node, nodes, edges, minutes, onClose }: NodePanelProps) {
  const { search } = useUrl();
  const share = errorShare({ calls: node.requests, errors: node.errors });
  const named = (id: string) => nodes.find((other) => other.id === id);
  const into = edges.filter((edge) => edge.to === node.id);
  const out = edges.filter((edge) => edge.from === node.id);
  return (
    <SidePanel
      label="Node"
      over={
        <span>
          {node.system === "" ? node.kind : `${node.kind}, ${toVisibleLine(node.system)}`}
        </span>
      }
      title={node.kind === "service" ? <Service name={node.name} /> : <OneLine text={node.name} />}
      onClose={onClose}
    >
      {node.kind === "service" ? (
        <div className={styles.ways}>
          <Link className={controls.button} href={serviceHref(search, node.name)}>
            Open service
          </Link>
          <Link className={controls.button} href={mapHref(search, node.name)}>
            Focus
          </Link>
          <Link className={controls.button} href={tracesHref(search, { service: node.name })}>
            Traces
          </Link>
          <Link
            className={controls.button}
            href={logsHref(readRange(search), { service: node.name }, search)}
          >
            Logs
          </Link>
        </div>
      ) : null}
      <Section title={node.kind === "service" ? "Requests" : "Calls to it"}>
        <Pairs>
          <Pair name="rate">
            {formatRate(node.requests / minutes)} / min{" "}
            <span className={panel.count}>{formatExact(node.requests)} in all</span>
          </Pair>
          <Pair name="errors">
            <span className={node.errors === 0 ? undefined : styles.failing}>
              {formatPercent(share)}
            </span>{" "}
            <span className={panel.count}>{formatExact(node.errors)}</span>
          </Pair>
          <Duration name="p50" nanos={node.p50Nano} />
          <Duration name="p95" nanos={node.p95Nano} />
          <Duration name="p99" nanos={node.p99Nano} />
        </Pairs>
      </Section>
      <Calls title="Called by" edges={into.map((edge) => [edge, named(edge.from)])} />
      <Calls title="Calls" edges={out.map((edge) => [edge, named(edge.to)])} />
    </SidePanel>
  );
}

function Duration({ name, nanos }: { readonly name: string; readonly nanos: string | null }) {
  if (nanos === null) return null;
  return <Pair name={name}>{formatDuration(parseNanos(nanos))}</Pair>;
}

interface CallsProps {
  readonly title: string;
  readonly edges: readonly (readonly [MapEdge, MapNode | undefined])[];
}

function Calls({ title, edges }: CallsProps) {
  const { search } = useUrl();
  if (edges.length === 0) return null;
  return (
    <Section title={title} count={edges.length}>
      <ul className={styles.calls}>
        {edges
          .toSorted(([a], [b]) => b.calls - a.calls)
          .map(([edge, node]) => (
            <li key={`${edge.from} ${edge.to} ${edge.connection}`}>
              <Link href={`/map?${patchSearch(search, { node: node?.id ?? "" })}`}>
                <OneLine text={node?.name === "" ? "unknown" : (node?.name ?? "unknown")} />
              </Link>
              <span>{plural(edge.calls, "call")}</span>
              <span className={edge.errors === 0 ? styles.none : styles.failing}>
                {formatPercent(errorShare(edge))}
              </span>
              <span>p95 {formatDuration(parseNanos(edge.p95Nano))}</span>
            </li>
          ))}
      </ul>
    </Section>
  );
}
