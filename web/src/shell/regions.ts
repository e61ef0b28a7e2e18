/** F6 goes from one region of the page to the next. Pure: which one is next. */

/** @param current -1 when the focus is in none */
export function nextRegion(count: number, current: number, step: 1 | -1): number {
  if (current < 0) return step === 1 ? 0 : count - 1;
  return (current + step + count) % count;
}
