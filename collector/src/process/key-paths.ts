/* oxlint-disable typescript/no-non-null-assertion -- paths and slots are in range by construction */

const PATHS_MAX = 16_384;
const SLOTS = 2 * PATHS_MAX;

/**
 * Numbers lists of keys: a path is the list of keys so far, and the next key leads to another path. Equal lists have equal
 * numbers. What followed last time is tried first, so a list that comes again is followed without any look-up.
 */
export class KeyPaths {
  /** The last key of each path. */
  readonly keys = new Int32Array(PATHS_MAX);
  /** The path that was taken last behind each path, 0 for none. */
  readonly guesses = new Int32Array(PATHS_MAX);
  private readonly parents = new Int32Array(PATHS_MAX);
  private readonly slots = new Int32Array(SLOTS);
  /** Path 0 is the list without keys. */
  private count = 1;

  /** @returns the path with one key more, 0 when there is no room for another: then `clear` */
  next(path: number, key: number): number {
    let slot = slotOf(path, key);
    for (;;) {
      const found = this.slots[slot]!;
      if (found === 0) break;
      if (this.parents[found] === path && this.keys[found] === key) {
        this.guesses[path] = found;
        return found;
      }
      slot = (slot + 1) & (SLOTS - 1);
    }
    if (this.count === PATHS_MAX) return 0;
    const added = this.count++;
    this.slots[slot] = added;
    this.parents[added] = path;
    this.keys[added] = key;
    this.guesses[path] = added;
    return added;
  }

  /** Numbers and keys mean something else from now on. */
  clear(): void {
    this.count = 1;
    this.slots.fill(0);
    this.guesses.fill(0);
  }
}

function slotOf(path: number, key: number): number {
  const hash = Math.imul(path ^ Math.imul(key, 0x9e37_79b1), 0x85eb_ca6b);
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}
