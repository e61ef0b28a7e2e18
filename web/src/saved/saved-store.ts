/** The saved searches of this browser, the same in all its windows. */
import { useSyncExternalStore } from "react";
import { readSaved, type SavedSearch, writeSaved } from "./saved.ts";

const STORAGE_KEY = "throughline.saved-searches";
const NONE: readonly SavedSearch[] = [];
const listeners = new Set<() => void>();
let cached: { readonly text: string; readonly searches: readonly SavedSearch[] } | undefined;

/** @returns the same list until it changes */
export function currentSaved(): readonly SavedSearch[] {
  let text: string;
  try {
    text = localStorage.getItem(STORAGE_KEY) ?? "";
  } catch {
    return NONE;
  }
  if (cached?.text === text) return cached.searches;
  const read = readSaved(text);
  cached = { text, searches: read.kind === "read" ? read.searches : NONE };
  return cached.searches;
}

/** @returns false when the browser has no room for it, or keeps nothing */
export function keepSaved(searches: readonly SavedSearch[]): boolean {
  try {
    localStorage.setItem(STORAGE_KEY, writeSaved(searches));
  } catch {
    return false;
  }
  for (const listener of listeners) listener();
  return true;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", listener);
  };
}

export function useSaved(): readonly SavedSearch[] {
  return useSyncExternalStore(subscribe, currentSaved);
}
