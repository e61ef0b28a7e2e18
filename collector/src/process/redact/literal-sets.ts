/**
 * The literals that secrets begin with, for `secret-search.wat`: three bytes each, in eight sets. A place in a text is looked
 * up by the two halves of each of its bytes, so a set finds whatever can be put together of its literals' halves. Those of a
 * set are chosen for what comes of it not being in words: `ho_` beside `k_l` would find every `symbol`.
 */
import type { Detector } from "../rule-set.ts";

interface LiteralSet {
  readonly literals: readonly string[];
  readonly detectors: readonly Detector[];
}

const LITERAL_SETS: readonly LiteralSet[] = [
  { literals: ["eyJ", "npm"], detectors: ["jwt", "cloud_key"] },
  {
    literals: ["bea", "beA", "bEa", "bEA", "Bea", "BeA", "BEa", "BEA"],
    detectors: ["bearer"],
  },
  { literals: ["BEG", "glp"], detectors: ["private_key", "cloud_key"] },
  { literals: ["AKI", "ASI", "AIz"], detectors: ["cloud_key"] },
  { literals: ["ya2", "ho_"], detectors: ["cloud_key"] },
  { literals: ["hp_", "hu_", "hs_", "hr_"], detectors: ["cloud_key"] },
  // Of sk_live_, rk_live_ and github_pat_.
  { literals: ["k_l", "b_p"], detectors: ["cloud_key"] },
  { literals: ["xox", "://"], detectors: ["cloud_key", "url_password"] },
];

/** What the search finds, if need be through its keys and numbers. */
export const SEARCHED_DETECTORS: ReadonlySet<Detector> = new Set<Detector>([
  "card",
  ...LITERAL_SETS.flatMap(({ detectors }) => detectors),
]);

const HALF_BYTES = 16;
const LITERAL_TABLES_BYTES = 3 * 2 * HALF_BYTES;

/** For each of three places the sets that have a byte with such a low half, then those with such a high half, a bit each. */
export function literalTables(detectors: ReadonlySet<Detector>): Uint8Array {
  const tables = new Uint8Array(LITERAL_TABLES_BYTES);
  for (const [set, { literals, detectors: found }] of LITERAL_SETS.entries()) {
    if (!found.some((detector) => detectors.has(detector))) continue;
    for (const literal of literals) {
      for (const [place, byte] of Buffer.from(literal, "latin1").entries()) {
        const low = place * 2 * HALF_BYTES + (byte & 15);
        const high = (place * 2 + 1) * HALF_BYTES + (byte >> 4);
        tables[low] = (tables[low] ?? 0) | (1 << set);
        tables[high] = (tables[high] ?? 0) | (1 << set);
      }
    }
  }
  return tables;
}
