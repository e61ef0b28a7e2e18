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
  /** 0..9, the token's number. */
  readonly index: number;
  /** Past ten services a colour returns, hatched, so that no two look the same. */
  readonly hatched: boolean;
}

/** The colour of a service seen alone; the same everywhere. */
export function serviceColor(name: string): ServiceColor {
  return { index: fnv1a(name) % SERVICE_COLORS, hatched: false };
}

/**
 * The colours of services seen together: each takes its own, or the next free one when another has it already.
 * @param names in any order; sorted here so that the answer does not depend on it
 */
export function assignServiceColors(names: Iterable<string>): ReadonlyMap<string, ServiceColor> {
  const taken = new Set<number>();
  const colors = new Map<string, ServiceColor>();
  for (const name of [...new Set(names)].toSorted()) {
    const own = fnv1a(name) % SERVICE_COLORS;
    const hatched = taken.size >= SERVICE_COLORS;
    let index = own;
    while (!hatched && taken.has(index)) index = (index + 1) % SERVICE_COLORS;
    taken.add(index);
    colors.set(name, { index, hatched });
  }
  return colors;
}
