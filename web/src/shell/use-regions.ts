import { useEffect } from "react";
import { nextRegion } from "./regions.ts";

/** Rail, top bar, what the page is about, and panels beside it; in the order in which they are gone through. */
const REGIONS = "[data-region], main aside";
const FOCUSABLE =
  "a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea, summary, [tabindex='0'], [contenteditable='true']";

/** Moves the focus between the regions of the page with F6 and Shift+F6, back to where it was in each. */
export function useRegions(): void {
  useEffect(() => {
    const last = new WeakMap<Element, HTMLElement>();
    const listen = (event: KeyboardEvent) => {
      const isHeld = event.ctrlKey || event.altKey || event.metaKey;
      if (event.key !== "F6" || isHeld || event.defaultPrevented) return;
      // Behind an open dialog nothing can have the focus.
      if (document.querySelector("dialog:modal") !== null) return;
      event.preventDefault();
      const regions = [...document.querySelectorAll<HTMLElement>(REGIONS)].filter(isShown);
      const active = document.activeElement;
      // The innermost: a panel is inside of the page.
      const current = regions.findLastIndex((region) => region.contains(active));
      const from = regions[current];
      if (from !== undefined && active instanceof HTMLElement) last.set(from, active);
      const to = regions[nextRegion(regions.length, current, event.shiftKey ? -1 : 1)];
      if (to !== undefined) enter(to, last.get(to));
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}

function isShown(element: HTMLElement): boolean {
  return element.checkVisibility();
}

function enter(region: HTMLElement, before: HTMLElement | undefined): void {
  if (before?.isConnected === true && region.contains(before)) {
    before.focus();
    return;
  }
  const first =
    region.querySelector<HTMLElement>("[aria-current=page]") ??
    region.querySelector<HTMLElement>(FOCUSABLE);
  // What is on the page goes by its own keys; it is entered as a whole.
  (region.id === "main" ? region : (first ?? region)).focus();
}
