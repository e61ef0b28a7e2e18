import { Pencil, Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import controls from "../ui/controls.module.css";
import { IconButton } from "../ui/controls.tsx";
import { OneLine } from "../ui/visible-text.tsx";
import { SAVED_LIMITS, savedHref, type SavedSearch } from "./saved.ts";
import styles from "./saved.module.css";

interface SavedRowProps {
  readonly saved: SavedSearch;
  /** The page shows just this now. */
  readonly isShown: boolean;
  readonly isRenaming: boolean;
  readonly onOpen: () => void;
  /** @param to undefined to ask for it */
  readonly onRename: (to?: string) => void;
  readonly onCancel: () => void;
  readonly onDelete: () => void;
}

export function SavedRow(props: SavedRowProps) {
  const { saved, isShown, isRenaming, onOpen, onRename, onCancel, onDelete } = props;
  if (isRenaming)
    return (
      <li className={styles.row}>
        <RenameForm name={saved.name} onRename={onRename} onCancel={onCancel} />
      </li>
    );
  return (
    <li className={styles.row}>
      <Link
        href={savedHref(saved)}
        className={styles.link}
        aria-current={isShown ? "true" : undefined}
        title={saved.name}
        onClick={onOpen}
      >
        <OneLine text={saved.name} />
      </Link>
      <IconButton small label={`Rename ${saved.name}`} onClick={() => onRename()}>
        <Pencil size={13} aria-hidden="true" />
      </IconButton>
      <IconButton small label={`Delete ${saved.name}`} onClick={onDelete}>
        <Trash2 size={13} aria-hidden="true" />
      </IconButton>
    </li>
  );
}

interface RenameFormProps {
  readonly name: string;
  readonly onRename: (to: string) => void;
  readonly onCancel: () => void;
}

function RenameForm({ name, onRename, onCancel }: RenameFormProps) {
  const [to, setTo] = useState(name);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.select(), []);
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        onRename(to);
      }}
    >
      <input
        ref={input}
        value={to}
        aria-label={`New name of ${name}`}
        maxLength={SAVED_LIMITS.nameChars}
        autoComplete="off"
        onChange={({ target }) => setTo(target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          // Leaves the name as it was, and the list open.
          event.preventDefault();
          onCancel();
        }}
      />
      <button type="submit" className={controls.button}>
        Rename
      </button>
    </form>
  );
}
