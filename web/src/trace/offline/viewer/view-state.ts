/** What the reader sees of a saved trace, as the page of the product has it, kept in memory instead of the address. */
import { toggleFolding, type Folding } from "../../../lib/url-state.ts";
import { hides } from "../../hidden-by.ts";
import { clampScale, type TimeScale } from "../../time-scale.ts";
import type { TraceModel } from "../../trace-model.ts";
import {
  buildRows,
  errorPlaces,
  findPlaces,
  foldKey,
  reveal,
  rowOf,
  type Place,
} from "../../trace-rows.ts";
import type { TraceState } from "../../use-trace-state.ts";

interface Choices {
  readonly folding: Folding;
  readonly showItems: boolean;
  readonly showPath: boolean;
  readonly showGaps: boolean;
  readonly unfolded: ReadonlySet<string>;
  readonly scale: TimeScale;
  readonly find: string;
  readonly cursor: Place | undefined;
  readonly isOpen: boolean;
}

/** Calls `onChange` after every change; `state` is then another. */
export class ViewState {
  readonly index: TraceModel;
  readonly #onChange: () => void;
  readonly #errors: readonly Place[];
  #choices: Choices;
  #state: TraceState;

  constructor(index: TraceModel, onChange: () => void) {
    this.index = index;
    this.#onChange = onChange;
    this.#errors = errorPlaces(index);
    this.#choices = {
      folding: { mode: "start", except: [] },
      showItems: true,
      showPath: true,
      showGaps: true,
      unfolded: new Set(),
      scale: clampScale({ fromNs: 0, toNs: index.totalNs }, index.totalNs),
      find: "",
      cursor: undefined,
      isOpen: false,
    };
    this.#state = this.#make(undefined, undefined);
  }

  get state(): TraceState {
    return this.#state;
  }

  #change(patch: Partial<Choices>): void {
    const before = this.#choices;
    this.#choices = { ...before, ...patch };
    this.#state = this.#make(before, this.#state);
    this.#onChange();
  }

  /** What did not change is not worked out again. */
  #make(before: Choices | undefined, old: TraceState | undefined): TraceState {
    const { index } = this;
    const now = this.#choices;
    const isSame = (...names: readonly (keyof Choices)[]) =>
      names.every((name) => before?.[name] === now[name]);
    const rows =
      old !== undefined && isSame("folding", "showItems", "unfolded")
        ? old.rows
        : buildRows(index, now);
    const matches = old !== undefined && isSame("find") ? old.matches : findPlaces(index, now.find);
    return {
      ...now,
      rows,
      matches,
      isFound: true,
      errors: this.#errors,
      cursorRow: now.cursor === undefined ? -1 : rowOf(rows, index, now.cursor),
      select: (place) => this.#select(place),
      close: () => this.#change({ isOpen: false }),
      toggle: (place) => this.#toggle(place),
      setFolding: (folding) => this.#change({ folding }),
      setShowItems: (showItems) => this.#change({ showItems }),
      setShowPath: (showPath) => this.#change({ showPath }),
      setShowGaps: (showGaps) => this.#change({ showGaps }),
      unfoldItems: (node) => this.#change({ unfolded: this.#withAllOf(node) }),
      setScale: (scale) => this.#change({ scale }),
      setFind: (find) => this.#change({ find }),
    };
  }

  #withAllOf(node: number): ReadonlySet<string> {
    return new Set([...this.#choices.unfolded, this.index.nodes[node]?.key ?? ""]);
  }

  #select(place: Place): void {
    const { folding, unfolded } = this.#choices;
    const open = reveal(this.index, folding, place);
    // A log is shown even where its span shows only some.
    const isHidden = place.item >= 0 && !this.#hasRow(place, open);
    this.#change({
      cursor: place,
      isOpen: true,
      folding: open,
      unfolded: isHidden ? this.#withAllOf(place.node) : unfolded,
    });
  }

  #hasRow(place: Place, folding: Folding): boolean {
    const { rows } = this.#state;
    const shown =
      folding === this.#choices.folding
        ? rows
        : buildRows(this.index, { ...this.#choices, folding });
    return shown.item[rowOf(shown, this.index, place)] === place.item;
  }

  #toggle(place: Place): void {
    const key = foldKey(this.index, place);
    if (key === undefined) return;
    const { cursor, folding } = this.#choices;
    const isLost = cursor !== undefined && hides(this.index, place, cursor);
    this.#change({
      folding: toggleFolding(folding, key),
      ...(isLost ? { cursor: place } : {}),
    });
  }
}
