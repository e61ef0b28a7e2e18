/** Goal: the keyboard alone chooses, searches and leaves the bar. */
import { expect, test } from "vitest";
import { handleKey } from "./bar-keys.ts";

interface State {
  readonly isListed: boolean;
  readonly chosen: number;
  readonly isBegun: boolean;
}

function press(key: string, { isListed, chosen, isBegun }: State, shiftKey = false): string {
  let done = "";
  const note = (name: string) => (index?: number) => {
    done = index === undefined ? name : `${name} ${index}`;
  };
  const handled = handleKey(
    { key, shiftKey },
    {
      isListed,
      count: 3,
      chosen,
      isBegun,
      move: note("move"),
      open: note("open"),
      close: note("close"),
      reset: note("reset"),
      commit: note("commit"),
      take: note("take"),
    },
  );
  return handled ? done : "left";
}

const listed = { isListed: true, chosen: -1, isBegun: false };
const closed = { isListed: false, chosen: -1, isBegun: false };

test.each([
  ["ArrowDown", closed, "open"],
  ["ArrowDown", listed, "move 0"],
  ["ArrowDown", { ...listed, chosen: 2 }, "move 0"],
  ["ArrowUp", listed, "move 2"],
  ["ArrowUp", closed, "left"],
  ["Enter", listed, "commit"],
  ["Enter", { ...listed, chosen: 1 }, "take 1"],
  ["Tab", listed, "left"],
  ["Tab", { ...listed, isBegun: true }, "take 0"],
  ["Tab", closed, "left"],
  ["Escape", listed, "close"],
  ["Escape", closed, "reset"],
  ["a", listed, "left"],
] as const)("%s with %j: %s", (key, state, expected) => {
  expect(press(key, state)).toBe(expected);
});

test("shift and Tab go back", () => {
  expect(press("Tab", { ...listed, chosen: 1 }, true)).toBe("left");
});
