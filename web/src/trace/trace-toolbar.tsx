import {
  ChartNoAxesGantt,
  ChevronDown,
  ChevronUp,
  CircleX,
  Flame,
  FoldVertical,
  Route,
  ScrollText,
  Search,
  SquareDashed,
  Table2,
  UnfoldVertical,
  Waypoints,
  ZoomOut,
} from "lucide-react";
import { useEffect, useState, type ReactNode, type RefObject } from "react";
import { formatCount, formatDuration } from "../lib/format.ts";
import { IconButton } from "../ui/controls.tsx";
import { useKeys } from "../ui/use-keys.ts";
import { useUrl } from "../ui/use-url.ts";
import controls from "../ui/controls.module.css";
import { formatZoom } from "./time-scale.ts";
import type { TraceViewName } from "./trace-view-names.ts";
import type { TraceModel } from "./trace-model.ts";
import { nextError, nextPlace } from "./trace-rows.ts";
import { ALL_OPEN, allClosed } from "./levels.ts";
import type { TraceState } from "./use-trace-state.ts";
import styles from "./trace.module.css";

interface TraceToolbarProps {
  readonly index: TraceModel;
  readonly state: TraceState;
  readonly view: TraceViewName;
  readonly findField: RefObject<HTMLInputElement | null>;
  /** At the end. */
  readonly children: ReactNode;
}

export function TraceToolbar({ index, state, view, findField, children }: TraceToolbarProps) {
  const isZoomed = formatZoom(state.scale, index.totalNs) !== undefined;
  return (
    <section className={styles.toolbar} aria-label="Trace tools">
      <ViewButtons view={view} />
      {view === "waterfall" ? (
        <WaterfallTools index={index} state={state} findField={findField} />
      ) : null}
      {isZoomed ? (
        <button
          type="button"
          className={controls.button}
          title="Show the whole trace (0)"
          onClick={() => state.setScale({ fromNs: 0, toNs: index.totalNs })}
        >
          <ZoomOut size={14} aria-hidden="true" />
          {formatDuration(state.scale.fromNs)} – {formatDuration(state.scale.toNs)}
        </button>
      ) : null}
      <span className={styles.grow} />
      {children}
    </section>
  );
}

const VIEWS = [
  { name: "waterfall", label: "Waterfall", icon: ChartNoAxesGantt, key: "1" },
  { name: "flame", label: "Flame", icon: Flame, key: "2" },
  { name: "table", label: "Table", icon: Table2, key: "3" },
  { name: "map", label: "Map", icon: Waypoints, key: "4" },
] as const;

/** The ways to look at the trace; selection, zoom and text to find are the same in all of them. */
function ViewButtons({ view }: { readonly view: TraceViewName }) {
  const { push } = useUrl();
  const show = (name: TraceViewName) => push({ view: name === "waterfall" ? undefined : name });
  useKeys({
    "1": () => show("waterfall"),
    "2": () => show("flame"),
    "3": () => show("table"),
    "4": () => show("map"),
  });
  return (
    <span className={styles.views} role="group" aria-label="View">
      {VIEWS.map(({ name, label, icon: Icon, key }) => (
        <button
          key={name}
          type="button"
          className={controls.button}
          aria-pressed={view === name}
          title={`${label} (${key})`}
          onClick={() => show(name)}
        >
          <Icon size={14} aria-hidden="true" /> <span>{label}</span>
        </button>
      ))}
    </span>
  );
}

function WaterfallTools({
  index,
  state,
  findField,
}: Pick<TraceToolbarProps, "index" | "state" | "findField">) {
  const showNextError = () => {
    const place = nextError(index, state.errors, state.cursor, 1);
    if (place === undefined) return;
    if (place.item >= 0 && !state.showItems) state.setShowItems(true);
    state.select(place);
  };
  return (
    <>
      <FindField state={state} field={findField} />
      <ShowButtons index={index} state={state} />
      {state.errors.length === 0 ? null : (
        <button
          type="button"
          className={controls.button}
          title="Next error (e)"
          onClick={showNextError}
        >
          <CircleX size={14} aria-hidden="true" /> <span>Next error</span>
        </button>
      )}
      <span className={styles.group}>
        <IconButton
          label="Close all branches (X)"
          onClick={() => state.setFolding(allClosed(index))}
        >
          <FoldVertical size={15} aria-hidden="true" />
        </IconButton>
        <IconButton label="Open all branches (x)" onClick={() => state.setFolding(ALL_OPEN)}>
          <UnfoldVertical size={15} aria-hidden="true" />
        </IconButton>
      </span>
    </>
  );
}

/** What rows show besides names and bars. */
function ShowButtons({ index, state }: Pick<TraceToolbarProps, "index" | "state">) {
  return (
    <>
      <button
        type="button"
        className={controls.button}
        aria-pressed={state.showItems}
        title="Logs and events inside the tree (l)"
        onClick={() => state.setShowItems(!state.showItems)}
      >
        <ScrollText size={14} aria-hidden="true" /> <span>Logs</span>
      </button>
      <button
        type="button"
        className={controls.button}
        aria-pressed={state.showPath}
        title="What the request waited for, as a line over the bars (c)"
        onClick={() => state.setShowPath(!state.showPath)}
      >
        <Route size={14} aria-hidden="true" /> <span>Critical path</span>
      </button>
      {index.insight.own.gaps.size === 0 ? null : (
        <button
          type="button"
          className={controls.button}
          aria-pressed={state.showGaps}
          title="Time without child spans and logs, hatched (u)"
          onClick={() => state.setShowGaps(!state.showGaps)}
        >
          <SquareDashed size={14} aria-hidden="true" /> <span>Unexplained</span>
        </button>
      )}
    </>
  );
}

const FIND_DELAY_MS = 150;

interface FindFieldProps {
  readonly state: TraceState;
  readonly field: RefObject<HTMLInputElement | null>;
}

function FindField({ state, field }: FindFieldProps) {
  const [typed, setTyped] = useState(state.find);
  const { find, setFind, matches, cursor } = state;
  const [shownFor, setShownFor] = useState(find);
  if (shownFor !== find) {
    setShownFor(find);
    setTyped(find);
  }
  useEffect(() => {
    if (typed === find) return undefined;
    const timer = setTimeout(() => setFind(typed), FIND_DELAY_MS);
    return () => clearTimeout(timer);
    // Only typing starts the timer: `setFind` is new on every render and says nothing.
    // oxlint-disable-next-line react/exhaustive-deps -- see above
  }, [typed]);
  useKeys({ f: () => field.current?.focus(), "/": () => field.current?.focus() });
  useFindKey(field);
  const step = (direction: 1 | -1) => {
    const place = nextPlace(matches, cursor, direction);
    if (place === undefined) return;
    if (place.item >= 0 && !state.showItems) state.setShowItems(true);
    state.select(place);
  };
  const at = matches.findIndex(
    (place) => place.node === cursor?.node && place.item === cursor.item,
  );
  return (
    <span className={styles.find}>
      <label className={controls.field}>
        <span className={controls.label}>
          <Search size={14} aria-hidden="true" />
        </span>
        <input
          ref={field}
          className={controls.input}
          style={{ width: 200 }}
          value={typed}
          placeholder="Find in trace"
          aria-label="Find in trace"
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
            if (event.key === "Escape") field.current?.blur();
          }}
        />
        <output className={styles.findCount}>{countWords(state, at)}</output>
      </label>
      <IconButton
        label="Previous match (N)"
        disabled={matches.length === 0}
        onClick={() => step(-1)}
      >
        <ChevronUp size={15} aria-hidden="true" />
      </IconButton>
      <IconButton label="Next match (n)" disabled={matches.length === 0} onClick={() => step(1)}>
        <ChevronDown size={15} aria-hidden="true" />
      </IconButton>
    </span>
  );
}

/**
 * The browser's own search sees only the rows on screen, so its key comes here first. Pressed again, with the field
 * focused, it is the browser's.
 */
function useFindKey(field: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const isFind = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
      if (!isFind || event.key.toLowerCase() !== "f" || event.defaultPrevented) return;
      if (field.current === null || document.activeElement === field.current) return;
      event.preventDefault();
      field.current.focus();
      field.current.select();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [field]);
}

function countWords({ find, matches, isFound }: TraceState, at: number): string {
  if (find === "") return "";
  if (!isFound) return "…";
  return `${at < 0 ? "" : `${formatCount(at + 1)} / `}${formatCount(matches.length)}`;
}
