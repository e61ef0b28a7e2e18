/** Pages of a search, one after the other, until there are as many results as were asked for. */
import type { Meta } from "@throughline/query/wire";

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | undefined;
  readonly meta: Meta;
}

export interface Found {
  readonly count: number;
  /** False when a limit of the service cut it short; not when there are merely more. */
  readonly complete: boolean;
  readonly reason: string | undefined;
  readonly more: boolean;
}

export interface PagesOptions<T> {
  /** Results, over all pages. */
  readonly limit: number;
  /** Results that one page may have. */
  readonly pageMax: number;
  readonly read: (limit: number, cursor: string | undefined) => Promise<Page<T>>;
  readonly each: (item: T) => void;
}

/** A page that a limit cut, and that says where to go on, is gone on from. */
export async function readPages<T>(options: PagesOptions<T>): Promise<Found> {
  let count = 0;
  let cursor: string | undefined;
  for (;;) {
    const page = await options.read(Math.min(options.limit - count, options.pageMax), cursor);
    for (const item of page.items) options.each(item);
    count += page.items.length;
    cursor = page.nextCursor;
    if (cursor === undefined || count >= options.limit) {
      const complete = page.meta.complete || (cursor !== undefined && count >= options.limit);
      return { count, complete, reason: page.meta.reason, more: cursor !== undefined };
    }
  }
}
