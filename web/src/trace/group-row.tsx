import { formatDuration } from "../lib/format.ts";
import { NO_COLOR } from "../lib/service-color.ts";
import { cx } from "../ui/cx.ts";
import { colorStyle } from "../ui/text.tsx";
import { OneLine } from "../ui/visible-text.tsx";
import { isOnPath } from "./critical-path.ts";
import { Indent } from "./indent.tsx";
import type { SimilarGroup } from "./similar.ts";
import { Toggle } from "./span-row.tsx";
import { Stretches } from "./stretches.tsx";
import { toBar } from "./time-scale.ts";
import type { RowProps } from "./waterfall-row.tsx";
import styles from "./waterfall.module.css";

interface GroupRowProps extends RowProps {
  readonly group: SimilarGroup;
}

/** Many spans that did the same, as one: how many, how long as a rule and at worst, and when. */
export function GroupRow(props: GroupRowProps) {
  const { index, node, group, colors, isFolded, shows } = props;
  const current = index.nodes[node];
  if (current?.kind !== "span") return null;
  const { span } = current;
  const color = colors.get(span.serviceName) ?? NO_COLOR;
  return (
    <>
      <span role="gridcell" className={styles.name} style={colorStyle(color)}>
        <Indent depth={index.depth[node] ?? 0} />
        <Toggle canOpen isFolded={isFolded} />
        <span className={cx(styles.swatch, color.hatched && styles.hatched)} aria-hidden="true" />
        <span className={styles.times}>× {group.members.length}</span>
        <span className={styles.service}>
          <OneLine text={span.serviceName} />
        </span>
        <span className={styles.spanName}>
          <OneLine text={span.name} />
        </span>
        <span className={styles.spread}>
          p50 {formatDuration(group.p50Ns)} · max {formatDuration(group.maxNs)}
        </span>
      </span>
      <span
        role="gridcell"
        className={cx(styles.number, styles.offset)}
        title={`${group.members.length} spans together; median ${formatDuration(group.p50Ns)}, longest ${formatDuration(group.maxNs)}`}
      >
        Σ {formatDuration(group.totalNs)}
      </span>
      <span role="gridcell" className={styles.self} />
      <span role="gridcell" className={styles.timeline} style={colorStyle(color)}>
        <GroupBar {...props} />
        {shows.path && isFolded ? <GroupPath {...props} /> : null}
      </span>
    </>
  );
}

/** What the request waited for among the members, while their own rows are hidden. */
function GroupPath({ index, group, scale }: GroupRowProps) {
  const { path } = index.insight;
  const stretches = group.members
    .filter((member) => isOnPath(path, member))
    .map((member) => ({
      fromNs: path.subtreeFromNs[member] ?? 0,
      toNs: path.subtreeToNs[member] ?? 0,
    }));
  return <Stretches className={styles.path} scale={scale} stretches={stretches} />;
}

function GroupBar({ index, group, scale }: GroupRowProps) {
  const startOf = (member: number) => index.startNs[member] ?? 0;
  const stretches = group.members.map((member) => ({
    fromNs: startOf(member),
    toNs: startOf(member) + (index.durationNs[member] ?? 0),
  }));
  const fromNs = stretches[0]?.fromNs ?? 0;
  const toNs = stretches.reduce((latest, stretch) => Math.max(latest, stretch.toNs), fromNs);
  const bar = toBar(scale, fromNs, toNs - fromNs);
  return (
    <>
      {bar === undefined ? null : (
        <span
          aria-hidden="true"
          className={cx(styles.bar, styles.groupBar)}
          style={{ left: `${bar.left * 100}%`, width: `${bar.width * 100}%` }}
        />
      )}
      <Stretches className={styles.groupMembers} scale={scale} stretches={stretches} />
    </>
  );
}
