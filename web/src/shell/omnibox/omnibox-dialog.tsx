import { useQueryClient } from "@tanstack/react-query";
import { Search } from "lucide-react";
import { type RefObject, useEffect, useId, useRef } from "react";
import { useLocation } from "wouter";
import { absoluteRange, resolveRange } from "../../lib/time-range.ts";
import { patchSearch, rangePatch } from "../../lib/url-state.ts";
import { copyText } from "../../ui/copy-text.ts";
import { setDensity } from "../../ui/density.ts";
import { setTheme } from "../../ui/theme.ts";
import { useUrl } from "../../ui/use-url.ts";
import type { Command, Entry } from "./entries.ts";
import { EntryList } from "./entry-list.tsx";
import styles from "./omnibox.module.css";
import { type Open, OmniboxInput } from "./omnibox-input.tsx";
import { useOmniboxList } from "./use-omnibox-list.ts";

interface OmniboxDialogProps {
  readonly onClose: () => void;
  readonly onShowKeys: () => void;
  /** Says for a moment what was done. */
  readonly onNotice: (notice: string) => void;
}

/** One box for every id, page, service and command; what is none of them is searched for. */
export function OmniboxDialog(props: OmniboxDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const list = useOmniboxList();
  const open = useOpen(dialog, props);
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  const { sole } = list;
  useEffect(() => {
    if (sole !== undefined) open(sole, false);
  });
  const take = (entry: Entry | undefined, inNewTab: boolean) => {
    if (entry?.act.kind === "find") list.find(entry.act.id);
    else if (entry !== undefined) open(entry, inNewTab);
  };
  const chosen = list.entries[list.chosen];
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events -- beside the box; Escape does the same
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-label="Find anything"
      onClose={props.onClose}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current.close();
      }}
    >
      <div className={styles.inside}>
        <div className={styles.field}>
          <Search size={16} aria-hidden="true" />
          <OmniboxInput
            id={id}
            list={list}
            onTake={(inNewTab) => take(chosen, inNewTab)}
            onOpen={open}
          />
        </div>
        <EntryList
          id={id}
          entries={list.entries}
          chosen={list.chosen}
          onTake={take}
          onChoose={list.choose}
        />
        <div className={styles.foot}>
          <p id={`${id}-status`} role="status" className={styles.status}>
            {list.status}
          </p>
          <p className={styles.hints}>
            <kbd>↑↓</kbd> choose <kbd>Enter</kbd> open <kbd>Ctrl Enter</kbd> new tab <kbd>Esc</kbd>{" "}
            close
          </p>
        </div>
      </div>
    </dialog>
  );
}

/** Leaves the box first: while it is open nothing behind it can have the focus. */
function useOpen(
  dialog: RefObject<HTMLDialogElement | null>,
  { onClose, onShowKeys, onNotice }: OmniboxDialogProps,
): Open {
  const [, navigate] = useLocation();
  const url = useUrl();
  const queries = useQueryClient();
  const copy = async (text: string) =>
    onNotice(
      (await copyText(text)) ? "The link is copied" : "The browser does not let the link be copied",
    );
  const commands: Readonly<Record<Command, () => unknown>> = {
    "theme-system": () => setTheme("system"),
    "theme-light": () => setTheme("light"),
    "theme-dark": () => setTheme("dark"),
    "density-compact": () => setDensity("compact"),
    "density-comfortable": () => setDensity("comfortable"),
    refresh: () => queries.invalidateQueries(),
    keys: onShowKeys,
    "copy-link": () => copy(window.location.href),
    "copy-fixed-link": () => {
      const { fromMs, toMs } = resolveRange(url.range, Date.now());
      const search = patchSearch(url.search, rangePatch(absoluteRange(fromMs, toMs)));
      return copy(`${window.location.origin}${window.location.pathname}?${search}`);
    },
  };
  return ({ act }, inNewTab) => {
    if (act.kind === "go" && inNewTab) {
      window.open(act.href, "_blank", "noopener");
      return;
    }
    dialog.current?.close();
    onClose();
    if (act.kind === "go") navigate(act.href);
    else if (act.kind === "range") url.setRange(act.range);
    else if (act.kind === "command") void commands[act.command]();
  };
}
