import { UnfoldVertical } from "lucide-react";
import { Link } from "wouter";
import { formatDuration, plural } from "../lib/format.ts";
import { tracesHref } from "../lib/url-state.ts";
import { Pair, Pairs, Section, SidePanel } from "../ui/panel.tsx";
import { Service } from "../ui/text.tsx";
import { useUrl } from "../ui/use-url.ts";
import { OneLine } from "../ui/visible-text.tsx";
import controls from "../ui/controls.module.css";
import styles from "../ui/panel.module.css";
import type { SimilarGroup } from "./similar.ts";
import { NODE_ITSELF } from "./trace-rows.ts";
import type { TracePanelProps } from "./trace-panel.tsx";

interface GroupPanelProps extends TracePanelProps {
  readonly group: SimilarGroup;
}

/** What many similar spans have in common, and the one to look at first. */
export function GroupPanel({ index, place, group, colors, onSelect, onClose }: GroupPanelProps) {
  const { search } = useUrl();
  const current = index.nodes[place.node];
  if (current?.kind !== "span") return null;
  const { serviceName, name } = current.span;
  const slowest = group.members.find((member) => index.durationNs[member] === group.maxNs);
  return (
    <SidePanel
      label="Similar spans"
      over={<Service name={serviceName} color={colors.get(serviceName)} />}
      title={
        <>
          {group.members.length} × <OneLine text={name} />
        </>
      }
      onClose={onClose}
    >
      <Section
        title="Durations"
        aside={
          <Link href={tracesHref(search, { service: serviceName, operation: name })}>
            Traces like this
          </Link>
        }
      >
        <Pairs>
          <Pair name="median">{formatDuration(group.p50Ns)}</Pair>
          <Pair name="longest">{formatDuration(group.maxNs)}</Pair>
          <Pair name="together">{formatDuration(group.totalNs)}</Pair>
        </Pairs>
      </Section>
      <section className={styles.section}>
        <p className={styles.count}>
          {plural(group.members.length, "span")} one after the other with the same service, name and
          status. Those that failed stand outside.
        </p>
      </section>
      {slowest === undefined ? null : (
        <section className={styles.section}>
          <button
            type="button"
            className={controls.button}
            onClick={() => onSelect({ node: slowest, item: NODE_ITSELF })}
          >
            <UnfoldVertical size={14} aria-hidden="true" /> Open at the longest
          </button>
        </section>
      )}
    </SidePanel>
  );
}
