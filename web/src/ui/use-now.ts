import { useSyncExternalStore } from "react";

const STEP_MS = 10_000;

/** The clock, in steps: words like "last hour" need no better, and one render must see one time. */
function stepMs(): number {
  return Math.floor(Date.now() / STEP_MS) * STEP_MS;
}

function subscribe(listener: () => void): () => void {
  const timer = setInterval(listener, STEP_MS);
  return () => clearInterval(timer);
}

/** @returns milliseconds since 1970, at most ten seconds old */
export function useNow(): number {
  return useSyncExternalStore(subscribe, stepMs);
}
