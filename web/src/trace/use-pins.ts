import { useCallback, useSyncExternalStore } from "react";
import { readPins, togglePin, type Pins } from "./pins.ts";

const STORAGE_KEY = "throughline.pinned-attributes";
/** Other tabs say it with the same event. */
const EVENT = "storage";

function read(): string {
  try {
    return localStorage.getItem(STORAGE_KEY) ?? "";
  } catch {
    return "";
  }
}

function subscribe(onChange: () => void): () => void {
  window.addEventListener(EVENT, onChange);
  return () => window.removeEventListener(EVENT, onChange);
}

/** The attributes that the reader wants to see first, of every span. */
export function usePins(): readonly [Pins, (name: string) => void] {
  const stored = useSyncExternalStore(subscribe, read);
  const toggle = useCallback((name: string) => {
    try {
      localStorage.setItem(STORAGE_KEY, JSON.stringify(togglePin(readPins(read()), name)));
    } catch {
      // Without storage nothing is pinned.
    }
    window.dispatchEvent(new Event(EVENT));
  }, []);
  return [readPins(stored), toggle];
}
