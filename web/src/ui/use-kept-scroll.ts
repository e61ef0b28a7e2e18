import { useEffect, type RefObject } from "react";

const KEY = "scrollTop";
const SAVE_DELAY_MS = 120;

function savedTop(): number | undefined {
  const state: unknown = window.history.state;
  if (typeof state !== "object" || state === null) return undefined;
  const top: unknown = Reflect.get(state, KEY);
  return typeof top === "number" ? top : undefined;
}

/** @returns whether this history entry knows where its list was: what is selected need not be brought on screen */
export function hasKeptScroll(): boolean {
  return savedTop() !== undefined;
}

/**
 * Keeps how far a list is scrolled in the history entry, so that "back" returns to the same place.
 * @param ready true once the rows exist; scrolling earlier would stop at the end of an empty list
 */
export function useKeptScroll(ref: RefObject<HTMLElement | null>, ready: boolean): void {
  useEffect(() => {
    const element = ref.current;
    if (element === null || !ready) return undefined;
    const top = savedTop();
    if (top !== undefined) element.scrollTop = top;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const save = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const state: unknown = window.history.state;
        const kept = typeof state === "object" && state !== null ? state : {};
        window.history.replaceState({ ...kept, [KEY]: element.scrollTop }, "");
      }, SAVE_DELAY_MS);
    };
    element.addEventListener("scroll", save, { passive: true });
    return () => {
      clearTimeout(timer);
      element.removeEventListener("scroll", save);
    };
  }, [ref, ready]);
}
