/** Pages of a search, one after the other, until there are as many results as were asked for. */
import type { Meta } from "@throughline/query/wire";
import { CommandError } from "../command.ts";
import { RefusedError } from "./api-client.ts";

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

/**
 * A page that a limit cut, and that says where to go on, is gone on from. A limit that leaves a later page without an answer
 * ends there what was found.
 * @throws what `read` throws otherwise, and CommandError when pages lead in a circle; `each` has had what came before
 */
export async function readPages<T>(options: PagesOptions<T>): Promise<Found> {
  let count = 0;
  let cursor: string | undefined;
  const cursors = new Set<string>();
  for (;;) {
    const size = Math.min(options.limit - count, options.pageMax);
    const page = await pageOrLimit(options, size, cursor);
    if (typeof page === "string") return { count, complete: false, reason: page, more: true };
    for (const item of page.items) options.each(item);
    count += page.items.length;
    cursor = page.nextCursor;
    if (cursor === undefined || count >= options.limit) {
      const complete = page.meta.complete || (cursor !== undefined && count >= options.limit);
      return { count, complete, reason: page.meta.reason, more: cursor !== undefined };
    }
    if (cursors.has(cursor)) {
      // Time that ended before a page got anywhere leads to where it began.
      if (!page.meta.complete) {
        return { count, complete: false, reason: page.meta.reason, more: true };
      }
      throw new CommandError(
        "the query service gave the same page twice: is it of another version?",
      );
    }
    cursors.add(cursor);
  }
}

/** @returns a page, or why a limit left none after the first */
async function pageOrLimit<T>(
  { read }: PagesOptions<T>,
  size: number,
  cursor: string | undefined,
): Promise<Page<T> | string> {
  try {
    return await read(size, cursor);
  } catch (error) {
    const isLimit = error instanceof RefusedError && error.problem.code === "query_limit";
    if (cursor === undefined || !isLimit) throw error;
    return error.problem.detail;
  }
}
