import type { KeyboardEvent } from "react";

interface KeyActions {
  readonly isListed: boolean;
  readonly count: number;
  readonly chosen: number;
  /** A part of what would be completed stands there. */
  readonly isBegun: boolean;
  readonly move: (index: number) => void;
  readonly open: () => void;
  readonly close: () => void;
  readonly reset: () => void;
  readonly commit: () => void;
  readonly take: (index: number) => void;
}

/** @returns true if the key had a meaning here */
export function handleKey(
  event: Pick<KeyboardEvent, "key" | "shiftKey">,
  actions: KeyActions,
): boolean {
  const { isListed, count, chosen } = actions;
  switch (event.key) {
    case "ArrowDown":
      if (isListed) actions.move((chosen + 1) % count);
      else actions.open();
      return true;
    case "ArrowUp":
      if (isListed) actions.move((chosen <= 0 ? count : chosen) - 1);
      return isListed;
    case "Tab":
      if (event.shiftKey || !isOffered(actions)) return false;
      actions.take(Math.max(chosen, 0));
      return true;
    case "Enter":
      if (isListed && chosen >= 0) actions.take(chosen);
      else actions.commit();
      return true;
    case "Escape":
      if (isListed) actions.close();
      else actions.reset();
      return true;
    default:
      return false;
  }
}

/** Tab takes only what was begun or pointed at; otherwise it leaves the field, as it does everywhere. */
function isOffered({ isListed, chosen, isBegun }: KeyActions): boolean {
  return isListed && (chosen >= 0 || isBegun);
}
