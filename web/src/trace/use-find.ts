import { useEffect, useState } from "react";
import type { TraceIndex } from "./trace-index.ts";
import { findPlaces, type Place } from "./trace-rows.ts";

export interface Found {
  readonly matches: readonly Place[];
  /** Whether the whole trace was looked at. */
  readonly isWhole: boolean;
}

const NOTHING: Found = { matches: [], isWhole: true };
const SLICE_NODES = 500;
const SLICE_MS = 8;

/** Looks through the trace in slices, so that typing and scrolling go on; what was found shows at the end. */
export function useFind(index: TraceIndex, text: string): Found {
  const [found, setFound] = useState({ ...NOTHING, text: "", index });
  useEffect(() => {
    if (text.trim() === "") return undefined;
    const matches: Place[] = [];
    let node = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      const until = performance.now() + SLICE_MS;
      while (node < index.nodes.length && performance.now() < until) {
        for (const place of findPlaces(index, text, { from: node, to: node + SLICE_NODES }))
          matches.push(place);
        node += SLICE_NODES;
      }
      if (node < index.nodes.length) timer = setTimeout(look);
      else setFound({ matches, isWhole: true, text, index });
    };
    look();
    return () => clearTimeout(timer);
  }, [index, text]);
  if (text.trim() === "") return NOTHING;
  if (found.text === text && found.index === index) return found;
  return { matches: NOTHING.matches, isWhole: false };
}
