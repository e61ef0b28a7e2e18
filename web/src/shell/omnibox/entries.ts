/** What the omnibox lists. Pure: what an entry does is a word here, and done by the dialog. */
import type { FilterSignal } from "@throughline/query/filter";
import { quote } from "@throughline/query/filter";
import type { RequestAnswer, RequestMatch, TraceSummary } from "@throughline/query/wire";
import { formatDuration, formatMoment, plural, shortId } from "../../lib/format.ts";
import { parseNanos } from "../../lib/nanos.ts";
import { parseTypedRange } from "../../lib/typed-range.ts";
import { describeRange, type TimeRange } from "../../lib/time-range.ts";
import { pageHref, patchSearch, searchHref, traceHref } from "../../lib/url-state.ts";
import { savedHref, type SavedSearch } from "../../saved/saved.ts";
import { filterMistake } from "../../query-bar/use-bar-state.ts";
import { verdictWords } from "../../trace/verdict-words.ts";
import { rank, type Rankable } from "./rank.ts";

export type Command =
  | "theme-system"
  | "theme-light"
  | "theme-dark"
  | "density-compact"
  | "density-comfortable"
  | "refresh"
  | "keys"
  | "copy-link"
  | "copy-fixed-link";

type Act =
  | { readonly kind: "go"; readonly href: string }
  | { readonly kind: "command"; readonly command: Command }
  | { readonly kind: "range"; readonly range: TimeRange }
  /** Looks the id up, and opens what is found when it is one thing. */
  | { readonly kind: "find"; readonly id: string };

export type Group =
  | "Found"
  | "Address"
  | "Pages"
  | "Services"
  | "Saved searches"
  | "Time range"
  | "Commands"
  | "Search";

export interface Entry extends Rankable {
  /** Different for every entry of a list. */
  readonly key: string;
  readonly group: Group;
  /** Beside the label, muted. */
  readonly note?: string;
  readonly isFailed?: boolean;
  readonly act: Act;
}

/** Entries of one group that a list shows. */
const GROUP_MAX = 8;

const PAGES: readonly (readonly [path: string, label: string, words: string])[] = [
  ["/services", "Services", "rates errors latency red home overview"],
  ["/map", "Service map", "graph dependencies topology calls"],
  ["/traces", "Traces", "requests spans heatmap search"],
  ["/logs", "Logs", "lines messages search"],
  ["/sql", "SQL", "query clickhouse console statement"],
  ["/compare", "Compare two traces", "diff typical"],
  ["/setup", "Set up", "send data install otlp endpoint instrument snippets"],
];

export function pageEntries(search: string): readonly Entry[] {
  return PAGES.map(([path, label, words]) => ({
    key: path,
    group: "Pages",
    label,
    words,
    act: { kind: "go", href: pageHref(path, search) },
  }));
}

const COMMANDS: readonly (readonly [command: Command, label: string, words: string])[] = [
  ["refresh", "Ask again", "refresh reload update now"],
  ["copy-link", "Copy the link to this view", "share url permalink"],
  ["copy-fixed-link", "Copy the link with the time range as it is now", "share url fixed frozen"],
  ["theme-light", "Theme: light", "bright colours appearance"],
  ["theme-dark", "Theme: dark", "night colours appearance"],
  ["theme-system", "Theme: as the system", "auto colours appearance"],
  ["density-compact", "Rows: compact", "density dense small height lists tables"],
  ["density-comfortable", "Rows: comfortable", "density roomy large height lists tables"],
  ["keys", "Keyboard keys", "help shortcuts ?"],
];

export function commandEntries(): readonly Entry[] {
  return COMMANDS.map(([command, label, words]) => ({
    key: command,
    group: "Commands",
    label,
    words,
    act: { kind: "command", command },
  }));
}

export function serviceEntries(names: readonly string[], search: string): readonly Entry[] {
  return names.map((name) => ({
    key: `service ${name}`,
    group: "Services",
    label: name,
    act: { kind: "go", href: pageHref(`/services/${encodeURIComponent(name)}`, search) },
  }));
}

const PAGE_NAMES: Readonly<Record<SavedSearch["page"], string>> = {
  "/traces": "traces",
  "/logs": "logs",
  "/sql": "SQL",
};

export function savedEntries(searches: readonly SavedSearch[]): readonly Entry[] {
  return searches.map((saved) => ({
    key: `saved ${saved.page} ${saved.name}`,
    group: "Saved searches",
    label: saved.name,
    words: "saved",
    note: PAGE_NAMES[saved.page],
    act: { kind: "go", href: savedHref(saved) },
  }));
}

/** A time range as people type it: `15m`, `yesterday`, `14:05-14:20`. */
export function rangeEntries(typed: string, nowMs: number): readonly Entry[] {
  const parsed = typed.trim() === "" ? undefined : parseTypedRange(typed, nowMs);
  if (parsed?.kind !== "range") return [];
  return [
    {
      key: "range",
      group: "Time range",
      label: describeRange(parsed.range, nowMs),
      note: "time range of this page",
      act: { kind: "range", range: parsed.range },
    },
  ];
}

/** What is typed, searched for: as the filter that it is, or as the words. */
export function searchEntries(typed: string, search: string): readonly Entry[] {
  const text = typed.trim();
  if (text === "") return [];
  return (["logs", "traces"] as const).map((signal) => ({
    key: `search ${signal}`,
    group: "Search",
    label: `Search ${signal} for ${text}`,
    act: { kind: "go", href: searchHref(search, signal, asFilter(text, signal)) },
  }));
}

function asFilter(text: string, signal: FilterSignal): string {
  return filterMistake(text, signal) === undefined ? text : quote(text);
}

/** The requests of an id, newest first, as the service answered. */
export function foundEntries(answer: RequestAnswer, search: string): readonly Entry[] {
  const byTrace = new Map(answer.matches.map((match) => [match.traceId, match]));
  return [
    ...answer.traces.map((trace) => ofTrace(trace, byTrace.get(trace.traceId), search)),
    ...ofLogs(answer.logs, search),
  ];
}

/** Logs that no found trace has: by the trace they name, and those that name none by their newest. */
function ofLogs(all: RequestAnswer["logs"], search: string): readonly Entry[] {
  const traceIds = new Set(all.map(({ traceId }) => traceId));
  return [...traceIds].flatMap((traceId) => {
    const logs = all.filter((log) => log.traceId === traceId);
    const [newest] = logs;
    if (newest === undefined) return [];
    const href = traceId === "" ? logHref(newest.id ?? "", search) : traceHref(search, { traceId });
    return {
      key: `logs ${traceId}`,
      group: "Found" as const,
      label: `${newest.serviceName} ${newest.body.slice(0, 120)}`,
      note: `${clockOf(newest.timeUnixNano)} · ${plural(logs.length, "log")}, no spans`,
      act: { kind: "go" as const, href },
    };
  });
}

function ofTrace(trace: TraceSummary, match: RequestMatch | undefined, search: string): Entry {
  const { traceId } = trace;
  const span = match?.by === "span_id" ? { span: match.matched } : {};
  const root = trace.rootServiceName === "" ? "" : `${trace.rootServiceName} ${trace.rootName}`;
  const service = trace.services[0]?.name ?? "";
  return {
    key: `trace ${traceId}`,
    group: "Found",
    label: root === "" ? `${service} ${shortId(traceId)}` : root,
    note: [
      clockOf(trace.startTimeUnixNano),
      formatDuration(parseNanos(trace.durationNano)),
      plural(trace.spanCount, "span"),
      verdictOf(trace, root === ""),
    ].join(" · "),
    isFailed: trace.errorCount > 0,
    act: { kind: "go", href: traceHref(search, { traceId, ...span }) },
  };
}

/** What failed, and the first thing that speaks against the trace being whole. */
function verdictOf({ errorCount, verdict }: TraceSummary, isRootless: boolean): string {
  const failed = errorCount === 0 ? "no errors" : plural(errorCount, "error");
  const doubt = verdictWords(verdict)[0]?.text ?? (isRootless ? "root not stored" : "");
  if (doubt !== "") return `${failed}, ${doubt}`;
  return verdict?.complete === true ? `${failed}, complete` : failed;
}

function clockOf(nanos: string): string {
  const { date, clock } = formatMoment(parseNanos(nanos));
  return `${date} ${clock}`;
}

function logHref(id: string, search: string): string {
  const [path = "", kept = ""] = pageHref("/logs", search).split("?");
  return `${path}?${patchSearch(kept, { around: id })}`;
}

export function addressEntry(href: string, isOfHere: boolean): Entry {
  return {
    key: "address",
    group: "Address",
    label: `Open ${href}`,
    ...(isOfHere ? {} : { note: "a link of another address, opened here" }),
    act: { kind: "go", href },
  };
}

export function logEntry(id: string, search: string): Entry {
  return {
    key: "log",
    group: "Address",
    label: `Open the log ${id}`,
    act: { kind: "go", href: logHref(id, search) },
  };
}

export function findEntry(id: string): Entry {
  return {
    key: "find",
    group: "Found",
    label: `Find the request of ${id}`,
    act: { kind: "find", id },
  };
}

/** What is listed before anything is typed: no group in full. */
const AT_REST: Readonly<Partial<Record<Group, number>>> = {
  Pages: 8,
  "Saved searches": 5,
  Services: 5,
  Commands: 3,
};

interface Listed {
  /** Always, in this order, before what is found by its name. */
  readonly first: readonly Entry[];
  readonly named: readonly Entry[];
  /** Behind everything. */
  readonly last: readonly Entry[];
}

/** @returns the list: entries of a group stand together, the group with the best one first */
export function listEntries(typed: string, { first, named, last }: Listed): readonly Entry[] {
  const isAtRest = typed.trim() === "";
  const counts = new Map<Group, number>();
  const shown = rank(named, typed).filter(({ group }) => {
    const count = (counts.get(group) ?? 0) + 1;
    counts.set(group, count);
    return count <= (isAtRest ? (AT_REST[group] ?? 0) : GROUP_MAX);
  });
  const groups = Map.groupBy([...first, ...shown, ...last], ({ group }) => group);
  return [...groups.values()].flat();
}
