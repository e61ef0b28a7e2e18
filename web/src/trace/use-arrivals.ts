import { useState } from "react";
import { addArrivals, firstArrivals } from "./late-spans.ts";
import type { LoadedTrace } from "./load-trace.ts";

/** Spans that came while the trace was looked at; milliseconds after their end, by their key. */
export function useArrivals({ model: index, readAtMs }: LoadedTrace): ReadonlyMap<string, number> {
  const [seen, setSeen] = useState(() => ({ index, arrivals: firstArrivals(index) }));
  if (seen.index !== index)
    setSeen({ index, arrivals: addArrivals(seen.arrivals, index, readAtMs) });
  return seen.arrivals.lateMs;
}
