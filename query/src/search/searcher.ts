import type { Asker } from "../clickhouse/ask.ts";
import type { QueryLimits } from "../options.ts";

/** What every search needs. */
export interface Searcher {
  readonly asker: Asker;
  readonly limits: QueryLimits;
}
