/** Pure: how `/logs` shows what it found, in the URL: `view`, the columns of the table, and `live`. */
import { patchSearch, readParam } from "../lib/url-state.ts";

export const LOG_VIEWS = ["list", "table", "patterns", "live"] as const;
export type LogView = (typeof LOG_VIEWS)[number];

type Patch = Parameters<typeof patchSearch>[1];

/** `live=on` is older than the other views, and stays. */
export function readLogView(search: string): LogView {
  if (readParam(search, "live") === "on") return "live";
  const view = readParam(search, "view");
  return view === "table" || view === "patterns" ? view : "list";
}

/** A log stays selected between the list and the table, which show the same logs. */
export function logViewPatch(view: LogView): Patch {
  const hasLogs = view === "list" || view === "table";
  return {
    live: view === "live" ? "on" : undefined,
    view: view === "table" || view === "patterns" ? view : undefined,
    pattern: undefined,
    ...(hasLogs ? {} : { log: undefined }),
  };
}

/** Columns of the table; more stay in the URL and are not shown. */
export const COLUMNS_MAX = 12;

/** @returns fields as a filter names them, each once, in the order of the table */
export function readColumns(search: string): readonly string[] {
  const given = new URLSearchParams(search).getAll("col").filter((column) => column !== "");
  return [...new Set(given)].slice(0, COLUMNS_MAX);
}

/** Shows the table with one more column, or without one that it has. */
export function toggleColumnPatch(search: string, column: string): Patch {
  const columns = readColumns(search);
  const col = columns.includes(column)
    ? columns.filter((each) => each !== column)
    : [...columns, column].slice(0, COLUMNS_MAX);
  return { view: "table", live: undefined, col };
}
