import { createContext, use, useEffect, useMemo, useState, type ReactNode } from "react";
import { useServices } from "../api/queries.ts";
import {
  assignServiceColors,
  holdColors,
  NO_COLOR,
  readStoredColors,
  type HeldColors,
  type ServiceColor,
  type StoredColors,
} from "../lib/service-color.ts";
import { useUrl } from "./use-url.ts";

const STORAGE_KEY = "throughline.service-colors";

interface KnownColors {
  readonly held: HeldColors;
  /** False until it is known which services there are: then nothing has a colour yet, so that none changes. */
  readonly isKnown: boolean;
}

const Known = createContext<KnownColors>({ held: new Map(), isKnown: false });

function readStored(): StoredColors {
  try {
    return readStoredColors(localStorage.getItem(STORAGE_KEY) ?? "", Date.now());
  } catch {
    return {};
  }
}

function store(held: HeldColors, seen: readonly string[]): void {
  const nowMs = Date.now();
  const before = readStored();
  const next = [...held].map(([name, index]) => {
    const seenMs = seen.includes(name) ? nowMs : (before[name]?.[1] ?? nowMs);
    return [name, [index, seenMs]];
  });
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(Object.fromEntries(next)));
  } catch {
    // Without storage the colours last until the page is left.
  }
}

const NO_NAMES: readonly string[] = [];

/** Knows the colour of every service on every page, from the answer that the filters need anyway. */
export function ServiceColors({ children }: { readonly children: ReactNode }) {
  const query = useServices(useUrl().range);
  const services = query.data?.services;
  const names = useMemo(() => services?.map(({ name }) => name) ?? NO_NAMES, [services]);
  const [before, setBefore] = useState<HeldColors>(
    () => new Map(Object.entries(readStored()).map(([name, [index]]) => [name, index])),
  );
  const held = useMemo(() => holdColors(before, names), [before, names]);
  // Colours are held in the order in which services appeared; the next answer builds on this one.
  if (held !== before) setBefore(held);
  useEffect(() => {
    if (names.length > 0) store(held, names);
  }, [held, names]);
  const isKnown = held.size > 0 || !query.isPending;
  const known = useMemo(() => ({ held, isKnown }), [held, isKnown]);
  return <Known value={known}>{children}</Known>;
}

/**
 * The colours of the services of one view.
 * @param names stable between renders, or the colours are worked out each time
 */
export function useServiceColors(names: readonly string[]): ReadonlyMap<string, ServiceColor> {
  const { held, isKnown } = use(Known);
  return useMemo(
    () => (isKnown ? assignServiceColors(names, held) : new Map<string, ServiceColor>()),
    [names, held, isKnown],
  );
}

/** The colour of a service that stands alone. */
export function useServiceColor(name: string): ServiceColor {
  const { held, isKnown } = use(Known);
  return isKnown ? (assignServiceColors([name], held).get(name) ?? NO_COLOR) : NO_COLOR;
}
