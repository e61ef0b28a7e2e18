import { patchSearch } from "../lib/url-state.ts";

/** What a trace is compared with when it is not another one: how long its operations usually take. */
export const TYPICAL = "typical";

/**
 * @param a a trace id; empty to be asked for it
 * @param b another, or {@link TYPICAL}
 */
export function compareHref(a: string, b: string = TYPICAL): string {
  const search = patchSearch("", { a, b });
  return search === "" ? "/compare" : `/compare?${search}`;
}
