import type { Meta } from "@throughline/query/wire";

/** `unfinished`: nothing was found in the part that was searched so far. */
export type Searched = "found" | "nothing" | "unfinished";

interface SearchedPage {
  /** How many the page has. */
  readonly found: number;
  readonly meta: Pick<Meta, "complete">;
}

/** @param pages of one search, in their order: each goes on where the one before ended */
export function searchedOf(pages: readonly SearchedPage[]): Searched {
  if (pages.some(({ found }) => found > 0)) return "found";
  return pages.at(-1)?.meta.complete === false ? "unfinished" : "nothing";
}
