import { Download, Upload } from "lucide-react";
import { type RefObject, useRef } from "react";
import controls from "../ui/controls.module.css";
import { readSaved, SAVED_LIMITS, type SavedSearch, withImported, writeSaved } from "./saved.ts";
import styles from "./saved.module.css";
import { currentSaved } from "./saved-store.ts";

interface FilesProps {
  readonly all: readonly SavedSearch[];
  readonly popover: RefObject<HTMLDivElement | null>;
  readonly onImport: (words: string, searches: readonly SavedSearch[]) => void;
  readonly onRefused: (why: string) => void;
}

/** Out of this browser and into another one, of all pages at once. */
export function SavedFiles({ all, popover, onImport, onRefused }: FilesProps) {
  const input = useRef<HTMLInputElement>(null);
  const save = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([writeSaved(all)], { type: "application/json" }));
    link.download = "throughline-searches.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };
  const load = async (file: File) => {
    if (file.size > SAVED_LIMITS.importBytes) {
      onRefused("The file is too large to hold saved searches.");
      return;
    }
    const read = readSaved(await file.text());
    if (read.kind === "unreadable") {
      onRefused(read.why);
      return;
    }
    const { searches, added, left } = withImported(currentSaved(), read.searches);
    onImport(
      importedWords(added, read.searches.length - added - left, left + read.skipped),
      searches,
    );
  };
  return (
    <div className={styles.files}>
      <span className={styles.where}>{searchesOf(all.length)} in this browser</span>
      <button type="button" className={controls.button} disabled={all.length === 0} onClick={save}>
        <Download size={13} aria-hidden="true" /> Export
      </button>
      <button type="button" className={controls.button} onClick={() => input.current?.click()}>
        <Upload size={13} aria-hidden="true" /> Import
      </button>
      <input
        ref={input}
        type="file"
        hidden
        accept="application/json,.json"
        aria-label="File of saved searches"
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          target.value = "";
          if (file !== undefined) void load(file).then(() => popover.current?.showPopover());
        }}
      />
    </div>
  );
}

function importedWords(added: number, known: number, left: number): string {
  const parts = [`${searchesOf(added)} added`];
  if (known > 0) parts.push(`${known} known already`);
  if (left > 0) parts.push(`${left} left out: no search, or no room`);
  return `${parts.join(", ")}.`;
}

function searchesOf(count: number): string {
  return `${count} ${count === 1 ? "search" : "searches"}`;
}
