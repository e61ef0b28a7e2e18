import type { KeyboardEvent } from "react";
import type { Entry } from "./entries.ts";
import { readTyped } from "./typed.ts";
import type { OmniboxList } from "./use-omnibox-list.ts";

/** Rows that PageUp and PageDown go. */
const PAGE = 8;
/** A pasted address may hold a statement. */
const TYPED_MAX_CHARS = 20_000;

export type Open = (entry: Entry, inNewTab: boolean) => void;

interface OmniboxInputProps {
  readonly id: string;
  readonly list: OmniboxList;
  /** Takes the chosen one. */
  readonly onTake: (inNewTab: boolean) => void;
  readonly onOpen: Open;
}

export function OmniboxInput({ id, list, onTake, onOpen }: OmniboxInputProps) {
  const isAnyChosen = list.entries[list.chosen] !== undefined;
  return (
    <input
      role="combobox"
      aria-label="Find anything"
      aria-expanded
      aria-controls={`${id}-list`}
      aria-autocomplete="list"
      aria-activedescendant={isAnyChosen ? `${id}-${list.chosen}` : undefined}
      aria-describedby={`${id}-status`}
      value={list.typed}
      maxLength={TYPED_MAX_CHARS}
      placeholder="An id, a page, a service, a command, or words to search for"
      spellCheck={false}
      autoComplete="off"
      autoCapitalize="off"
      onChange={({ target }) => list.type(target.value)}
      onPaste={(event) => {
        const { value, selectionStart, selectionEnd } = event.currentTarget;
        const isWhole = selectionStart === 0 && selectionEnd === value.length;
        const pasted = event.clipboardData.getData("text").trim();
        if (!isWhole || pasted.length > TYPED_MAX_CHARS) return;
        event.preventDefault();
        list.type(pasted);
        openPasted(pasted, list, onOpen);
      }}
      onKeyDown={(event) => {
        if (handleKey(event, list, () => onTake(event.ctrlKey || event.metaKey)))
          event.preventDefault();
      }}
    />
  );
}

/** What is pasted whole and can be one thing only is opened at once. */
function openPasted(pasted: string, list: OmniboxList, open: Open): void {
  const reading = readTyped(pasted, window.location.origin);
  if (reading.kind === "id") list.find(reading.id);
  if (reading.kind !== "address" || !reading.isOfHere) return;
  const act = { kind: "go", href: reading.href } as const;
  open({ key: "address", group: "Address", label: reading.href, act }, false);
}

/** @returns true if the key had a meaning here */
function handleKey(event: KeyboardEvent, list: OmniboxList, take: () => void): boolean {
  const { entries, chosen, choose } = list;
  const count = entries.length;
  switch (event.key) {
    case "ArrowDown":
      choose((chosen + 1) % count);
      return true;
    case "ArrowUp":
      choose((chosen + count - 1) % count);
      return true;
    case "PageDown":
      choose(Math.min(count - 1, chosen + PAGE));
      return true;
    case "PageUp":
      choose(Math.max(0, chosen - PAGE));
      return true;
    case "Enter":
      if (event.nativeEvent.isComposing) return false;
      take();
      return true;
    default:
      return false;
  }
}
