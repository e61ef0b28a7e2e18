import type { Folding } from "../lib/url-state.ts";
import { hasInside, type TraceIndex } from "./trace-index.ts";
import type { TraceModel } from "./trace-model.ts";
import { groupKey, NODE_ITSELF, type TraceRows } from "./trace-rows.ts";

export const ALL_OPEN: Folding = { mode: "none", except: [] };

/** With more roots than this, closing everything closes them, too. */
const OPEN_ROOTS_MAX = 20;

/** Closing everything keeps the roots open, so that their children are the overview; in a flat forest all close. */
export function allClosed(index: TraceIndex): Folding {
  const roots = index.nodes.filter((_, node) => index.depth[node] === 0);
  return {
    mode: "all",
    except: roots.length > OPEN_ROOTS_MAX ? [] : roots.map((node) => node.key),
  };
}

/** @returns how many levels of spans the rows show; 0 without rows */
export function shownLevels(index: TraceModel, rows: TraceRows): number {
  let levels = 0;
  for (let row = 0; row < rows.length; row++)
    if (rows.item[row] === NODE_ITSELF)
      levels = Math.max(levels, (index.depth[rows.node[row] ?? 0] ?? 0) + 1);
  return levels;
}

/** Branches that an address may name as the other way around. */
const EXCEPT_MAX = 120;

/**
 * So many levels open, and what is below them closed. Written the shorter way around: as what is closed in a trace that
 * is open, or as what is open in one that is closed.
 */
export function openedTo(index: TraceModel, levels: number): Folding {
  const open: string[] = [];
  const closed: string[] = [];
  index.nodes.forEach((node, i) => {
    if (!hasInside(index, i)) return;
    ((index.depth[i] ?? 0) + 1 < levels ? open : closed).push(node.key);
  });
  const groups = index.insight.similar.groups.map(groupKey);
  // Groups of similar spans are closed unless everything is open.
  const fromOpen = [...closed, ...groups];
  const isShorter = fromOpen.length <= open.length && fromOpen.length <= EXCEPT_MAX;
  return isShorter
    ? { mode: "none", except: fromOpen }
    : { mode: "all", except: open.slice(0, EXCEPT_MAX) };
}
