import { useEffect, useRef } from "react";

const STORAGE_KEY = "throughline.letter-keys";

/** Single-letter keys can be switched off, for people whose speech input types them by accident (WCAG 2.1.4). */
export function letterKeysEnabled(): boolean {
  try {
    return localStorage.getItem(STORAGE_KEY) !== "off";
  } catch {
    return true;
  }
}

export function setLetterKeys(enabled: boolean): void {
  try {
    localStorage.setItem(STORAGE_KEY, enabled ? "on" : "off");
  } catch {
    // Without storage the keys stay on.
  }
}

type KeyHandlers = Readonly<Record<string, () => void>>;

/** Where the key went, also inside of a shadow root, which hides it from `target`. */
function isTyping(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return (
    target instanceof HTMLElement &&
    target.closest("input, select, textarea, dialog, [contenteditable]") !== null
  );
}

/** What the keyboard means inside an element that has its own use for the key. */
function belongsToTarget(event: KeyboardEvent): boolean {
  if (!(event.target instanceof HTMLElement)) return false;
  const isControl = event.target.closest("a, button, summary, [role=separator]") !== null;
  const scrolls = event.target.closest("[data-own-keys]") !== null;
  return (
    (isControl && /^(Enter| |Arrow.*)$/.test(event.key)) ||
    (scrolls && event.key.startsWith("Arrow"))
  );
}

/**
 * Keys that work anywhere on the page, except while typing and with Ctrl, Alt or Meta held.
 * @param handlers by `KeyboardEvent.key`
 */
export function useKeys(handlers: KeyHandlers): void {
  const current = useRef(handlers);
  useEffect(() => {
    current.current = handlers;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const handler = current.current[event.key];
      if (handler === undefined || isTyping(event) || belongsToTarget(event)) return;
      if (event.key.length === 1 && !letterKeysEnabled()) return;
      event.preventDefault();
      handler();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}
