import { useState } from "react";
import { useUrl } from "../ui/use-url.ts";
import {
  type Changed,
  type SavedPage,
  type SavedSearch,
  searchToSave,
  withoutSaved,
  withRenamed,
  withSaved,
} from "./saved.ts";
import { currentSaved, keepSaved, useSaved } from "./saved-store.ts";

/** What was done, or why not. */
interface Said {
  readonly words: string;
  readonly isRefused: boolean;
  /** The list before, which can be had back. */
  readonly before?: readonly SavedSearch[];
}

const SILENCE: Said = { words: "", isRefused: false };

export interface SavedMenuState {
  readonly all: readonly SavedSearch[];
  /** Of the page. */
  readonly here: readonly SavedSearch[];
  /** What of the URL would be saved. */
  readonly now: string;
  readonly said: Said;
  /** The name that is being changed. */
  readonly renaming: string | undefined;
  readonly setRenaming: (name: string | undefined) => void;
  readonly reset: () => void;
  readonly refuse: (why: string) => void;
  readonly keep: (searches: readonly SavedSearch[], words: string) => void;
  /** @returns whether it is saved now */
  readonly save: (name: string) => boolean;
  readonly rename: (saved: SavedSearch, to: string) => void;
  readonly remove: (saved: SavedSearch) => void;
}

export function useSavedMenu(page: SavedPage): SavedMenuState {
  const { search } = useUrl();
  const all = useSaved();
  const [said, setSaid] = useState(SILENCE);
  const [renaming, setRenaming] = useState<string>();
  const now = searchToSave(search);
  const refuse = (words: string) => setSaid({ words, isRefused: true });
  const keep = (
    searches: readonly SavedSearch[],
    words: string,
    before?: readonly SavedSearch[],
  ) => {
    if (!keepSaved(searches)) refuse("The browser has no room left for it.");
    else setSaid({ words, isRefused: false, ...(before === undefined ? {} : { before }) });
  };
  const change = (changed: Changed, words: string): boolean => {
    if (changed.kind === "changed") keep(changed.searches, words);
    else refuse(changed.why);
    return changed.kind === "changed";
  };
  return {
    all,
    here: all.filter((each) => each.page === page),
    now,
    said,
    renaming,
    setRenaming,
    reset: () => {
      setSaid(SILENCE);
      setRenaming(undefined);
    },
    refuse,
    keep: (searches, words) => keep(searches, words),
    save: (name) =>
      change(withSaved(currentSaved(), { name, page, search: now }), `Saved as “${name}”.`),
    rename: (saved, to) => {
      if (change(withRenamed(currentSaved(), saved, to), `Renamed to “${to.trim()}”.`))
        setRenaming(undefined);
    },
    remove: (saved) => {
      const before = currentSaved();
      keep(withoutSaved(before, saved), `Deleted “${saved.name}”.`, before);
    },
  };
}
