import { useSyncExternalStore } from "react";

/** How high the rows of lists are: `--row` of tokens.css, for what counts in rows. A trace stays compact. */
export type Density = "compact" | "comfortable";

const ROW_PX: Readonly<Record<Density, number>> = { compact: 24, comfortable: 28 };

const STORAGE_KEY = "throughline.density";
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function currentDensity(): Density {
  return document.documentElement.dataset["density"] === "comfortable" ? "comfortable" : "compact";
}

/** @returns the height of a row, in pixels */
export function useRowPx(): number {
  return ROW_PX[useSyncExternalStore(subscribe, currentDensity)];
}

export function setDensity(density: Density): void {
  if (density === "compact") delete document.documentElement.dataset["density"];
  else document.documentElement.dataset["density"] = density;
  try {
    localStorage.setItem(STORAGE_KEY, density);
  } catch {
    // Storage may be forbidden; the choice then lasts until the page is left.
  }
  for (const listener of listeners) listener();
}
