import { Star } from "lucide-react";
import { useId, useRef, useState } from "react";
import controls from "../ui/controls.module.css";
import { SAVED_LIMITS, type SavedPage } from "./saved.ts";
import styles from "./saved.module.css";
import { SavedFiles } from "./saved-files.tsx";
import { SavedRow } from "./saved-row.tsx";
import { type SavedMenuState, useSavedMenu } from "./use-saved-menu.ts";

/** The searches of a page under names, and the one that is shown now to be added. They are kept in this browser. */
export function SavedMenu({ page }: { readonly page: SavedPage }) {
  const id = useId();
  const popover = useRef<HTMLDivElement>(null);
  const menu = useSavedMenu(page);
  return (
    <>
      <button type="button" className={controls.button} popoverTarget={id}>
        <Star size={14} aria-hidden="true" /> Saved
      </button>
      <div
        ref={popover}
        id={id}
        popover="auto"
        role="group"
        aria-label="Saved searches"
        className={styles.popover}
        onToggle={menu.reset}
      >
        <SaveForm onSave={menu.save} />
        <SavedList menu={menu} onOpen={() => popover.current?.hidePopover()} />
        <Outcome menu={menu} />
        <SavedFiles
          all={menu.all}
          popover={popover}
          onImport={(words, searches) => menu.keep(searches, words)}
          onRefused={menu.refuse}
        />
      </div>
    </>
  );
}

interface SavedListProps {
  readonly menu: SavedMenuState;
  readonly onOpen: () => void;
}

function SavedList({ menu, onOpen }: SavedListProps) {
  if (menu.here.length === 0)
    return (
      <p className={styles.none}>
        Nothing is saved of this page yet. A name keeps what is asked, the time range and the view.
      </p>
    );
  return (
    <ul className={styles.list} aria-label="Saved">
      {menu.here.map((saved) => (
        <SavedRow
          key={saved.name}
          saved={saved}
          isShown={saved.search === menu.now}
          isRenaming={menu.renaming === saved.name}
          onOpen={onOpen}
          onRename={(to) => {
            if (to === undefined) menu.setRenaming(saved.name);
            else menu.rename(saved, to);
          }}
          onCancel={() => menu.setRenaming(undefined)}
          onDelete={() => menu.remove(saved)}
        />
      ))}
    </ul>
  );
}

/** What was done, or why not, and the way back. */
function Outcome({ menu }: { readonly menu: SavedMenuState }) {
  const { words, isRefused, before } = menu.said;
  return (
    <p className={isRefused ? styles.refused : styles.said} role="status">
      {words}{" "}
      {before === undefined ? null : (
        <button
          type="button"
          className={styles.undo}
          onClick={() => menu.keep(before, "It is back.")}
        >
          Undo
        </button>
      )}
    </p>
  );
}

/** The browser's own way, at the moment of opening; React keeps `autoFocus` for the moment of mounting. */
function focusWhenOpened(input: HTMLInputElement | null): void {
  input?.setAttribute("autofocus", "");
}

function SaveForm({ onSave }: { readonly onSave: (name: string) => boolean }) {
  const [name, setName] = useState("");
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (onSave(name.trim())) setName("");
      }}
    >
      <input
        ref={focusWhenOpened}
        value={name}
        aria-label="Name of this search"
        placeholder="Save this view under a name"
        maxLength={SAVED_LIMITS.nameChars}
        autoComplete="off"
        onChange={({ target }) => setName(target.value)}
      />
      <button type="submit" className={controls.button} disabled={name.trim() === ""}>
        Save
      </button>
    </form>
  );
}
