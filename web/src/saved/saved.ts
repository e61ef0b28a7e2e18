/** Searches under a name, as this browser keeps them and as a file holds them. Pure. */

export const SAVED_PAGES = ["/traces", "/logs", "/sql"] as const;
export type SavedPage = (typeof SAVED_PAGES)[number];

export interface SavedSearch {
  /** Of its page, no other has it. */
  readonly name: string;
  readonly page: SavedPage;
  /** The query string without its `?`: filter, time range, environment, view. */
  readonly search: string;
}

export const SAVED_LIMITS = {
  searches: 200,
  nameChars: 80,
  /** A statement may stand in it. */
  searchChars: 20_000,
  importBytes: 2_000_000,
} as const;

const VERSION = 1;
const KIND = "throughline saved searches";

/** What of a URL is one reader's moment, not the search. */
const MOMENT = ["log", "sel", "differs", "pattern", "around", "scope"];

/** @returns what is saved of the URL of a page */
export function searchToSave(search: string): string {
  const params = new URLSearchParams(search);
  for (const name of MOMENT) params.delete(name);
  return params.toString();
}

export function savedHref({ page, search }: SavedSearch): string {
  return search === "" ? page : `${page}?${search}`;
}

export type Changed =
  | { readonly kind: "changed"; readonly searches: readonly SavedSearch[] }
  | { readonly kind: "refused"; readonly why: string };

function refused(why: string): Changed {
  return { kind: "refused", why };
}

/** @returns why a text cannot be a name; undefined when it can */
function badName(name: string): string | undefined {
  if (name === "") return "A search needs a name.";
  if (name.length > SAVED_LIMITS.nameChars)
    return `A name has at most ${SAVED_LIMITS.nameChars} characters.`;
  return undefined;
}

function isSame(a: SavedSearch, b: Pick<SavedSearch, "name" | "page">): boolean {
  return a.page === b.page && a.name === b.name;
}

/** Saves under a name; of the same name and page there is one, and it is this one then. */
export function withSaved(searches: readonly SavedSearch[], added: SavedSearch): Changed {
  const search = { ...added, name: added.name.trim() };
  const why = badName(search.name);
  if (why !== undefined) return refused(why);
  if (search.search.length > SAVED_LIMITS.searchChars)
    return refused("This view is too long to be saved; its address can be kept elsewhere.");
  const others = searches.filter((each) => !isSame(each, search));
  if (others.length >= SAVED_LIMITS.searches)
    return refused(
      `${SAVED_LIMITS.searches} searches are saved, which is as many as fit. Delete one, or export them first.`,
    );
  return { kind: "changed", searches: [search, ...others] };
}

export function withRenamed(
  searches: readonly SavedSearch[],
  renamed: SavedSearch,
  to: string,
): Changed {
  const name = to.trim();
  const why = badName(name);
  if (why !== undefined) return refused(why);
  if (name !== renamed.name && searches.some((each) => isSame(each, { ...renamed, name })))
    return refused(`There is a search “${name}” already.`);
  return {
    kind: "changed",
    searches: searches.map((each) => (isSame(each, renamed) ? { ...each, name } : each)),
  };
}

export function withoutSaved(
  searches: readonly SavedSearch[],
  deleted: SavedSearch,
): readonly SavedSearch[] {
  return searches.filter((each) => !isSame(each, deleted));
}

export function writeSaved(searches: readonly SavedSearch[]): string {
  return JSON.stringify({ kind: KIND, version: VERSION, searches }, undefined, 2);
}

export type ReadSaved =
  | { readonly kind: "read"; readonly searches: readonly SavedSearch[]; readonly skipped: number }
  | { readonly kind: "unreadable"; readonly why: string };

/** Reads what was written; what is no search in it is left out and counted. */
export function readSaved(text: string): ReadSaved {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: "unreadable", why: "The file is not JSON." };
  }
  const of = (name: string): unknown =>
    typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  const list = of("searches");
  if (of("kind") !== KIND || !Array.isArray(list))
    return { kind: "unreadable", why: "The file holds no saved searches." };
  if (of("version") !== VERSION)
    return { kind: "unreadable", why: "The file is of a newer version of these pages." };
  const searches = list.slice(0, SAVED_LIMITS.searches).flatMap((each: unknown) => readOne(each));
  return { kind: "read", searches, skipped: list.length - searches.length };
}

function readOne(value: unknown): readonly SavedSearch[] {
  if (typeof value !== "object" || value === null) return [];
  const name: unknown = Reflect.get(value, "name");
  const search: unknown = Reflect.get(value, "search");
  const page = SAVED_PAGES.find((each) => each === Reflect.get(value, "page"));
  if (typeof name !== "string" || typeof search !== "string" || page === undefined) return [];
  if (badName(name.trim()) !== undefined || search.length > SAVED_LIMITS.searchChars) return [];
  return [{ name: name.trim(), page, search: new URLSearchParams(search).toString() }];
}

/** Adds those of a file. One that is there already stays once; another one of the same name gets a number. */
export function withImported(
  searches: readonly SavedSearch[],
  imported: readonly SavedSearch[],
): { readonly searches: readonly SavedSearch[]; readonly added: number; readonly left: number } {
  let all = searches;
  let left = 0;
  for (const each of imported) {
    const named = { ...each, name: freeName(all, each) };
    if (all.some((known) => isSame(known, named))) continue;
    if (all.length >= SAVED_LIMITS.searches) left++;
    else all = [...all, named];
  }
  return { searches: all, added: all.length - searches.length, left };
}

/** @returns its own name when that is free, or taken by the very same search */
function freeName(searches: readonly SavedSearch[], wanted: SavedSearch): string {
  let name = wanted.name;
  for (let number = 2; ; number++) {
    const taken = searches.find((each) => isSame(each, { ...wanted, name }));
    if (taken === undefined || taken.search === wanted.search) return name;
    const ending = ` (${number})`;
    name = wanted.name.slice(0, SAVED_LIMITS.nameChars - ending.length) + ending;
  }
}
