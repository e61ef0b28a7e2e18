import type { FilterSignal } from "@throughline/query/filter";
import { addConditions, logConditions, traceConditions } from "./older-filters.ts";
import { DEFAULT_RANGE, type TimeRange } from "./time-range.ts";

/**
 * The URL is the only state of a page. Each page has a codec here: from query parameters to what the page works with,
 * and links back. Parameters that hold their default are left out, so that links stay short. The lists have one filter,
 * `q`; links name what they look for, and this writes it.
 */
export interface TraceFilters {
  readonly service: string;
  readonly operation: string;
  /** As typed, for example `100ms`; empty for no bound. */
  readonly minDuration: string;
  readonly maxDuration: string;
  readonly errorsOnly: boolean;
  /** `key=value`, all must hold. */
  readonly attributes: readonly string[];
}

export interface LogFilters {
  readonly service: string;
  /** The lowest severity to show; empty for all. */
  readonly severity: string;
  readonly text: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly attributes: readonly string[];
}

type Patch = Readonly<Record<string, string | readonly string[] | undefined>>;

/** @returns the query string with the named parameters set, repeated or (empty, undefined) removed; no leading `?` */
export function patchSearch(search: string, patch: Patch): string {
  const params = new URLSearchParams(search);
  for (const [name, value] of Object.entries(patch)) {
    params.delete(name);
    for (const one of typeof value === "string" ? [value] : (value ?? []))
      if (one !== "") params.append(name, one);
  }
  return params.toString();
}

/** @returns empty when the parameter is absent */
export function readParam(search: string, name: string): string {
  return new URLSearchParams(search).get(name) ?? "";
}

export function readRange(search: string): TimeRange {
  const params = new URLSearchParams(search);
  return {
    from: params.get("from") ?? DEFAULT_RANGE.from,
    to: params.get("to") ?? DEFAULT_RANGE.to,
  };
}

/** The parameters of a range; none when it is the default. */
export function rangePatch(range: TimeRange): Patch {
  const isDefault = range.from === DEFAULT_RANGE.from && range.to === DEFAULT_RANGE.to;
  return {
    from: isDefault ? undefined : range.from,
    to: isDefault || range.to === "now" ? undefined : range.to,
  };
}

/** What the parameters of `/traces` and `/logs` mean; a later change of their meaning raises it. */
const VERSION = "1";

const OLDER: Readonly<Record<FilterSignal, readonly string[]>> = {
  traces: ["service", "operation", "minDuration", "maxDuration", "status", "attribute"],
  logs: ["service", "severity", "text", "traceId", "spanId", "attribute"],
};

/** @returns the filter of the page, with what older parameters of the link ask for; empty for everything */
export function readFilter(search: string, signal: FilterSignal): string {
  const params = new URLSearchParams(search);
  const q = (params.get("q") ?? "").trim();
  if (!OLDER[signal].some((name) => params.has(name))) return q;
  const text = (name: string) => params.get(name) ?? "";
  const attributes = params.getAll("attribute");
  if (signal === "logs")
    return addConditions(
      q,
      logConditions({
        service: text("service"),
        severity: text("severity"),
        text: text("text"),
        traceId: parseTraceId(text("traceId")) ?? text("traceId"),
        spanId: text("spanId"),
        attributes,
      }),
    );
  return addConditions(
    q,
    traceConditions({
      service: text("service"),
      operation: text("operation"),
      minDuration: text("minDuration"),
      maxDuration: text("maxDuration"),
      errorsOnly: text("status") === "error",
      attributes,
    }),
  );
}

/** Asks for another filter; older parameters go. */
export function filterPatch(q: string, signal: FilterSignal): Patch {
  const older = Object.fromEntries(OLDER[signal].map((name) => [name, undefined]));
  return { ...older, v: q === "" ? undefined : VERSION, q };
}

/** @returns what a link of an earlier version is now; undefined when it is of this one */
export function upgradePatch(search: string, signal: FilterSignal): Patch | undefined {
  const params = new URLSearchParams(search);
  if (!OLDER[signal].some((name) => params.has(name))) return undefined;
  return filterPatch(readFilter(search, signal), signal);
}

function href(path: string, search: string): string {
  return search === "" ? path : `${path}?${search}`;
}

/** The links keep the time range and the environment, so that coming back from a trace shows the same list. */
function keptRange(search: string): string {
  return patchSearch("", {
    ...rangePatch(readRange(search)),
    environment: readParam(search, "environment"),
    envkey: readParam(search, "envkey"),
  });
}

export function pageHref(path: string, search: string): string {
  return href(path, keptRange(search));
}

/** @param target.log the key of a log inside the trace, see `logKey` */
export function traceHref(
  search: string,
  target: { readonly traceId: string; readonly span?: string; readonly log?: string },
): string {
  const selection = patchSearch(keptRange(search), { span: target.span, log: target.log });
  return href(`/trace/${encodeURIComponent(target.traceId)}`, selection);
}

export function tracesHref(search: string, filters: Partial<TraceFilters>): string {
  return filterHref("/traces", keptRange(search), addConditions("", traceConditions(filters)));
}

/** @param from the query string whose environment is kept; all environments when left out */
export function logsHref(range: TimeRange, filters: Partial<LogFilters>, from = ""): string {
  const search = patchSearch(keptRange(from), {
    from: undefined,
    to: undefined,
    ...rangePatch(range),
  });
  return filterHref("/logs", search, addConditions("", logConditions(filters)));
}

/** @param q a filter; everything in the range when it is empty */
export function searchHref(search: string, signal: FilterSignal, q: string): string {
  return filterHref(`/${signal}`, keptRange(search), q);
}

/** @param search the parameters that stay */
function filterHref(path: "/traces" | "/logs", search: string, q: string): string {
  return href(path, patchSearch(search, filterPatch(q, path === "/logs" ? "logs" : "traces")));
}

/** Which branches are closed. `except` names those that are the other way around. */
export interface Folding {
  /** `start`: as the trace opens; `all`: every branch is closed; `none`: every branch is open. */
  readonly mode: "start" | "all" | "none";
  readonly except: readonly string[];
}

/** A URL holds at most this many folded branches; the oldest open again beyond it. */
const FOLDED_MAX = 120;

export function readFolding(search: string): Folding {
  const names = (new URLSearchParams(search).get("fold") ?? "")
    .split(".")
    .filter((name) => name !== "");
  const mode = names[0];
  if (mode === "all" || mode === "none") return { mode, except: names.slice(1) };
  return { mode: "start", except: names };
}

export function formatFolding(folding: Folding): string {
  const names = folding.except.slice(-FOLDED_MAX);
  return (folding.mode === "start" ? names : [folding.mode, ...names]).join(".");
}

export function toggleFolding(folding: Folding, key: string): Folding {
  const known = folding.except.includes(key);
  return {
    mode: folding.mode,
    except: known ? folding.except.filter((name) => name !== key) : [...folding.except, key],
  };
}

/** A trace id as pasted: with dashes, spaces, capitals, or a whole `traceparent`. */
export function parseTraceId(pasted: string): string | undefined {
  const text = pasted.trim().toLowerCase();
  const parent = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(text);
  const id = parent?.[1] ?? text.replaceAll("-", "");
  return /^[0-9a-f]{32}$/.test(id) && !/^0+$/.test(id) ? id : undefined;
}
