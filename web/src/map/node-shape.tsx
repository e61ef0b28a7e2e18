import { formatDuration, formatPercent } from "../lib/format.ts";
import { parseNanos } from "../lib/nanos.ts";
import { toVisibleLine } from "../lib/visible-text.ts";
import { formatRate } from "../services/format-rate.ts";
import { useServiceColor } from "../ui/service-colors.tsx";
import { colorStyle } from "../ui/text.tsx";
import { NODE } from "./geometry.ts";
import type { DrawnNode, MapNode } from "./map-model.ts";
import styles from "./map.module.css";

const NAME_CHARS_MAX = 22;
/** The rim of a drum takes some of its height. */
const UNDER_RIM_PX = 3;
const EDGE_PX = 6;

interface NodeShapeProps {
  readonly drawn: DrawnNode;
  readonly minutes: number;
}

/** A node: what it is by its shape, its name, and its figures in one line. */
export function NodeShape({ drawn: { node, x, y }, minutes }: NodeShapeProps) {
  const color = useServiceColor(node.name);
  const name = node.name === "" ? `unknown ${node.kind}` : toVisibleLine(node.name, NAME_CHARS_MAX);
  const isRoom = name.length + node.system.length < NAME_CHARS_MAX;
  const below = node.kind === "database" ? UNDER_RIM_PX : 0;
  const system = isRoom ? toVisibleLine(node.system, NAME_CHARS_MAX) : "";
  return (
    <g transform={`translate(${x} ${y})`} style={colorStyle(color)}>
      <title>{toVisibleLine(`${node.kind} ${node.system} ${node.name}`)}</title>
      <Outline kind={node.kind} />
      {node.kind === "service" ? (
        <rect className={styles.swatch} x={12} y={13} width={8} height={8} rx={2} />
      ) : (
        <KindMark kind={node.kind} />
      )}
      {/* Cut at the node's edge: letters are not of one width. */}
      <svg x={26} width={NODE.width - 26 - EDGE_PX} height={NODE.height}>
        <text className={styles.name} y={21 + below}>
          {name}
          {system === "" ? null : <tspan className={styles.system}> {system}</tspan>}
        </text>
      </svg>
      <text className={styles.figures} x={12} y={37 + below / 2}>
        {formatRate(node.requests / minutes)}/min
        {node.errors === 0 ? null : (
          <tspan className={styles.failed}>
            {" "}
            · ✕ {formatPercent(node.requests === 0 ? 0 : node.errors / node.requests)}
          </tspan>
        )}
        {node.p95Nano === null ? null : ` · ${formatDuration(parseNanos(node.p95Nano))}`}
      </text>
    </g>
  );
}

/** Services are boxes, databases drums, queues tubes, everything outside dashed. */
function Outline({ kind }: { readonly kind: MapNode["kind"] }) {
  const { width: w, height: h } = NODE;
  switch (kind) {
    case "service":
      return <rect className={styles.outline} width={w} height={h} rx={6} />;
    case "database":
      return (
        <>
          <path
            className={styles.outline}
            d={`M0 5a${w / 2} 5 0 0 1 ${w} 0v${h - 10}a${w / 2} 5 0 0 1 ${-w} 0z`}
          />
          <path className={styles.rim} d={`M0 5a${w / 2} 5 0 0 0 ${w} 0`} />
        </>
      );
    case "queue":
      return (
        <>
          <path
            className={styles.outline}
            d={`M6 0h${w - 12}a6 ${h / 2} 0 0 1 0 ${h}h${12 - w}a6 ${h / 2} 0 0 1 0 ${-h}z`}
          />
          <path className={styles.rim} d={`M${w - 6} 0a6 ${h / 2} 0 0 0 0 ${h}`} />
        </>
      );
    case "external":
      return <rect className={styles.outside} width={w} height={h} rx={h / 2} />;
  }
}

/** A letter where a service has its colour. */
function KindMark({ kind }: { readonly kind: MapNode["kind"] }) {
  const letter = kind === "database" ? "D" : kind === "queue" ? "Q" : "↗";
  return (
    <text className={styles.letter} x={13} y={kind === "database" ? 21 + UNDER_RIM_PX : 21}>
      {letter}
    </text>
  );
}
