/** Every key of every page, in words. A test compares it with what listens, so that no line lies and no key is missing. */
import { TRACE_KEYS } from "../trace/trace-key-lines.ts";

/** Keys with spaces between (`or` between two names of the same), and what they do, in the same order. */
type KeyLine = readonly [keys: string, does: string];

export interface KeySection {
  readonly title: string;
  /** Where it is shown first; everywhere when left out. */
  readonly page?: RegExp;
  readonly lines: readonly KeyLine[];
}

const ROWS: readonly KeyLine[] = [
  ["↑ ↓  or  k j", "previous, next row"],
  ["PgUp PgDn", "a page up, down"],
  ["Home End", "first, last row"],
];

export const KEY_SECTIONS: readonly KeySection[] = [
  {
    title: "Everywhere",
    lines: [
      ["Ctrl+K", "find anything: an id, a page, a service, a command (⌘K on a Mac)"],
      ["F6  Shift+F6", "next, previous region: rail, top bar, page, panels"],
      ["?", "these keys"],
    ],
  },
  {
    title: "Time range",
    page: /^\/(?:traces|logs|services|map|sql)/u,
    lines: [
      ["[  ]", "earlier, later"],
      ["-  =", "twice as long, half as long"],
      ["0", "ending now"],
    ],
  },
  {
    title: "Trace",
    page: /^\/trace\//u,
    lines: [
      ...TRACE_KEYS,
      ["PgUp PgDn", "a page up, down"],
      ["Home End", "first, last row"],
      ["Ctrl+F", "find in the trace; pressed there, in the page"],
    ],
  },
  {
    title: "Search line",
    page: /^\/(?:traces|logs)/u,
    lines: [
      ["/", "go to it"],
      ["↑ ↓", "suggestions"],
      ["Tab", "take the suggestion"],
      ["Enter", "search, or take the chosen suggestion"],
      ["Esc", "close the suggestions, then back to what is searched for"],
    ],
  },
  {
    title: "Traces",
    page: /^\/traces/u,
    lines: [["Esc", "close what differs, then the selection"]],
  },
  {
    title: "Logs",
    page: /^\/logs/u,
    lines: [
      ...ROWS,
      ["Enter", "details of the row"],
      ["Esc", "close the details"],

      ["l", "live on and off"],
      ["p", "patterns on and off"],
      ["f  x", "of a pattern: only its lines, all but its lines"],
    ],
  },
  {
    title: "Map",
    page: /^\/map/u,
    lines: [
      ["← → ↑ ↓", "move the map, while it has the focus"],
      ["+  -  0", "nearer, farther, all of it"],
      ["Esc", "close the details"],
    ],
  },
  {
    title: "SQL",
    page: /^\/sql/u,
    lines: [["Ctrl+Enter", "run the statement"]],
  },
];

/** @returns the sections, those of the page first */
export function sectionsFor(location: string): readonly KeySection[] {
  const isHere = ({ page }: KeySection) => page?.test(location) === true;
  const rest = KEY_SECTIONS.filter((section) => section.page !== undefined && !isHere(section));
  return [
    ...KEY_SECTIONS.filter(isHere),
    ...KEY_SECTIONS.filter(({ page }) => page === undefined),
    ...rest,
  ];
}

const NAMES: Readonly<Record<string, string>> = {
  "↑": "ArrowUp",
  "↓": "ArrowDown",
  "←": "ArrowLeft",
  "→": "ArrowRight",
  PgUp: "PageUp",
  PgDn: "PageDown",
  Esc: "Escape",
};

/** @returns the keys of a line by their `KeyboardEvent.key`, those held before them as written */
export function keyNames(keys: string): readonly string[] {
  return keys
    .split(/\s+/u)
    .filter((key) => key !== "or")
    .map((key) => NAMES[key] ?? key);
}
