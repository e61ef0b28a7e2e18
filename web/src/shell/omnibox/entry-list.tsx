import {
  Boxes,
  CalendarClock,
  Command,
  FileSearch,
  Link2,
  PanelLeft,
  Search,
  Star,
} from "lucide-react";
import { useEffect, useRef } from "react";
import { cx } from "../../ui/cx.ts";
import { OneLine } from "../../ui/visible-text.tsx";
import type { Entry, Group } from "./entries.ts";
import styles from "./omnibox.module.css";

const ICONS = {
  Found: FileSearch,
  Address: Link2,
  Pages: PanelLeft,
  Services: Boxes,
  "Saved searches": Star,
  "Time range": CalendarClock,
  Commands: Command,
  Search,
} as const satisfies Record<Group, unknown>;

interface EntryListProps {
  readonly id: string;
  /** Those of a group stand together. */
  readonly entries: readonly Entry[];
  readonly chosen: number;
  readonly onTake: (entry: Entry, inNewTab: boolean) => void;
  readonly onChoose: (index: number) => void;
}

export function EntryList(props: EntryListProps) {
  const { id, entries, chosen } = props;
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Its heading comes into view with the first.
    if (chosen === 0) list.current?.scrollTo(0, 0);
    else document.getElementById(`${id}-${chosen}`)?.scrollIntoView({ block: "nearest" });
  }, [id, chosen]);
  const groups = Map.groupBy(
    entries.map((entry, index) => ({ entry, index })),
    ({ entry }) => entry.group,
  );
  return (
    <div ref={list} id={`${id}-list`} role="listbox" aria-label="Found" className={styles.list}>
      {[...groups].map(([group, members]) => (
        <div key={group} role="group" aria-label={group}>
          <div className={styles.group} aria-hidden="true">
            {group}
          </div>
          {members.map(({ entry, index }) => (
            <Option key={entry.key} {...props} entry={entry} index={index} />
          ))}
        </div>
      ))}
    </div>
  );
}

interface OptionProps extends Omit<EntryListProps, "entries"> {
  readonly entry: Entry;
  readonly index: number;
}

function Option({ id, entry, index, chosen, onTake, onChoose }: OptionProps) {
  const Icon = ICONS[entry.group];
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the box above has the keyboard
    <div
      id={`${id}-${index}`}
      role="option"
      tabIndex={-1}
      aria-selected={index === chosen}
      className={cx(styles.option, index === chosen && styles.chosen)}
      onPointerMove={() => {
        if (index !== chosen) onChoose(index);
      }}
      // The box keeps the focus.
      onPointerDown={(event) => event.preventDefault()}
      onClick={(event) => onTake(entry, event.ctrlKey || event.metaKey)}
    >
      <Icon size={15} strokeWidth={1.75} aria-hidden="true" />
      <span className={styles.label}>
        <OneLine text={entry.label} />
      </span>
      {entry.note === undefined ? null : (
        <span className={cx(styles.note, entry.isFailed === true && styles.failed)}>
          {entry.note}
        </span>
      )}
    </div>
  );
}
