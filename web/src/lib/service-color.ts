/** How many service colours the tokens define (`--svc-0` .. `--svc-9`). */
const SERVICE_COLORS = 10;

/** FNV-1a, 32 bits: stable over pages, sessions and machines. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

export interface ServiceColor {
  /** 0..9, the token's number; `undefined` while it is not known which services there are. */
  readonly index: number | undefined;
  /** Past ten services a colour returns, hatched, so that no two look the same. */
  readonly hatched: boolean;
}

/** Drawn until the services are known: a colour may appear, it never changes. */
export const NO_COLOR: ServiceColor = { index: undefined, hatched: false };

/** Colour numbers that names hold for good, at most ten, all different. */
export type HeldColors = ReadonlyMap<string, number>;

export const NONE_HELD: HeldColors = new Map();

/**
 * Gives every known service a colour of its own, the same on all pages. Who has one keeps it when others come. When
 * there are more services than colours nobody new gets one: those are told apart page by page.
 * @param names of every known service, in any order
 */
export function holdColors(held: HeldColors, names: Iterable<string>): HeldColors {
  const added = [...new Set(names)].filter((name) => !held.has(name)).toSorted();
  if (added.length === 0 || held.size + added.length > SERVICE_COLORS) return held;
  const next = new Map(held);
  const taken = new Set(held.values());
  for (const name of added) {
    const index = freeFrom(fnv1a(name), taken);
    taken.add(index);
    next.set(name, index);
  }
  return next;
}

function freeFrom(hash: number, taken: ReadonlySet<number>): number {
  let index = hash % SERVICE_COLORS;
  while (taken.size < SERVICE_COLORS && taken.has(index)) index = (index + 1) % SERVICE_COLORS;
  return index;
}

/**
 * The colours of services seen together: the held one, or the hash's, or the next that is free in this view.
 * @param names in any order; sorted here so that the answer does not depend on it
 */
export function assignServiceColors(
  names: Iterable<string>,
  held: HeldColors = NONE_HELD,
): ReadonlyMap<string, ServiceColor> {
  const sorted = [...new Set(names)].toSorted();
  const colors = new Map<string, ServiceColor>();
  const taken = new Set<number>();
  for (const name of sorted) {
    const index = held.get(name);
    if (index === undefined) continue;
    taken.add(index);
    colors.set(name, { index, hatched: false });
  }
  for (const name of sorted) {
    if (colors.has(name)) continue;
    const hatched = taken.size >= SERVICE_COLORS;
    const index = freeFrom(fnv1a(name), taken);
    taken.add(index);
    colors.set(name, { index, hatched });
  }
  return colors;
}

/** Held colours as they are stored between visits, with the day each service was last seen. */
export interface StoredColors {
  readonly [name: string]: readonly [index: number, seenMs: number];
}

/** A service not seen for so long gives its colour back. */
export const KEEP_MS = 7 * 86_400_000;

/** @returns what of a stored text still counts; nothing when it is not what {@link StoredColors} says */
export function readStoredColors(text: string, nowMs: number): StoredColors {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return {};
  }
  if (typeof parsed !== "object" || parsed === null) return {};
  const taken = new Set<number>();
  const kept: Record<string, readonly [number, number]> = {};
  for (const [name, value] of Object.entries(parsed)) {
    const [index, seenMs] = Array.isArray(value) ? value.map(Number) : [];
    if (index === undefined || !(index >= 0 && index < SERVICE_COLORS) || taken.has(index))
      continue;
    if (seenMs === undefined || !(nowMs - seenMs < KEEP_MS)) continue;
    taken.add(Math.trunc(index));
    kept[name] = [Math.trunc(index), seenMs];
  }
  return kept;
}
