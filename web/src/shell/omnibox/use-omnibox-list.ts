import { useEffect, useMemo, useState } from "react";
import { ApiError } from "../../api/client.ts";
import { useServices } from "../../api/queries.ts";
import { useRequest } from "../../api/requests.ts";
import { plural } from "../../lib/format.ts";
import { useSaved } from "../../saved/saved-store.ts";
import { useNow } from "../../ui/use-now.ts";
import { useUrl } from "../../ui/use-url.ts";
import {
  addressEntry,
  commandEntries,
  type Entry,
  findEntry,
  foundEntries,
  listEntries,
  logEntry,
  pageEntries,
  rangeEntries,
  savedEntries,
  searchEntries,
  serviceEntries,
} from "./entries.ts";
import { readTyped, type Typed } from "./typed.ts";

/** An id is looked up when the typing has paused so long. */
const PAUSE_MS = 200;

export interface OmniboxList {
  readonly typed: string;
  readonly type: (text: string) => void;
  readonly entries: readonly Entry[];
  readonly chosen: number;
  readonly choose: (index: number) => void;
  /** What is going on, or why nothing was found; empty when the list says it all. */
  readonly status: string;
  /** Looks an id up; the entry is `sole` when it turns out to be one thing. */
  readonly find: (id: string) => void;
  /** What was looked for with {@link find}, found to be one thing. */
  readonly sole: Entry | undefined;
}

export function useOmniboxList(): OmniboxList {
  const { search, range } = useUrl();
  const [typed, setTyped] = useState("");
  const [chosenKey, setChosenKey] = useState<string>();
  const [wanted, setWanted] = useState<string>();
  const reading = useMemo(() => readTyped(typed, window.location.origin), [typed]);
  const lookup = useLookup(reading, wanted);
  const answer = lookup.data;
  const found = useMemo(
    () => (answer === undefined ? [] : foundEntries(answer, search)),
    [answer, search],
  );
  const services = useServices(range).data?.services;
  const saved = useSaved();
  const named = useMemo(
    () => [
      ...pageEntries(search),
      ...savedEntries(saved),
      ...serviceEntries(services?.map(({ name }) => name) ?? [], search),
      ...commandEntries(),
    ],
    [search, saved, services],
  );
  const nowMs = useNow();
  const entries = useMemo(
    () =>
      // Of what is typed and of nothing before it: Enter may follow at once, and takes what stands first.
      listEntries(typed, {
        first: [
          ...firstOf(reading, found, lookup.isMissing, search),
          ...rangeEntries(typed, nowMs),
        ],
        named,
        last: searchEntries(typed, search),
      }),
    [typed, nowMs, reading, found, lookup.isMissing, search, named],
  );
  const isFound = wanted !== undefined && answer !== undefined && found.length === 1;
  return {
    typed,
    type: (next) => {
      setTyped(next);
      setChosenKey(undefined);
      setWanted(undefined);
    },
    entries,
    chosen: Math.max(
      0,
      entries.findIndex(({ key }) => key === chosenKey),
    ),
    choose: (index) => setChosenKey(entries[index]?.key),
    status: lookup.status || (found.length > 1 ? foundWords(answer) : ""),
    find: setWanted,
    sole: isFound ? found[0] : undefined,
  };
}

function foundWords(answer: Lookup["data"]): string {
  const [traces = 0, logs = 0] = [answer?.traces.length, answer?.logs.length];
  const words = [
    ...(traces === 0 ? [] : [plural(traces, "request")]),
    ...(logs === 0 ? [] : [plural(logs, "log")]),
  ];
  return `${words.join(" and ")} of this id`;
}

function firstOf(
  reading: Typed,
  found: readonly Entry[],
  isMissing: boolean,
  search: string,
): readonly Entry[] {
  switch (reading.kind) {
    case "address":
      return [addressEntry(reading.href, reading.isOfHere)];
    case "log":
      return [logEntry(reading.id, search)];
    case "id":
      if (found.length > 0) return found;
      return isMissing ? [] : [findEntry(reading.id)];
    case "nothing":
    case "words":
      return [];
  }
}

interface Lookup {
  readonly data: ReturnType<typeof useRequest>["data"];
  readonly isMissing: boolean;
  readonly status: string;
}

/** Asks for what is an id by its form; for what only may be one, when that is asked for. */
function useLookup(reading: Typed, wanted: string | undefined): Lookup {
  const id =
    reading.kind === "id" && (reading.isSure || reading.id === wanted) ? reading.id : undefined;
  const paused = usePaused(id);
  const asked = id === wanted ? id : paused;
  const { data, error, isFetching } = useRequest(asked);
  if (id === undefined) return { data: undefined, isMissing: false, status: "" };
  if (asked !== id || isFetching)
    return { data: undefined, isMissing: false, status: "Looking for it in everything stored…" };
  if (error === null) return { data, isMissing: false, status: "" };
  const isMissing = error instanceof ApiError && error.code === "request_not_found";
  return { data: undefined, isMissing, status: error.message };
}

/** The id as it was when the typing last paused. */
function usePaused(id: string | undefined): string | undefined {
  const [paused, setPaused] = useState<string>();
  useEffect(() => {
    const timer = setTimeout(() => setPaused(id), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [id]);
  return paused;
}
